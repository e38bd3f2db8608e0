import { BellcrankError, type Fields, fieldOf, isFields, type JsonSchema } from '../../src/driver/index.ts';
import type { Description, Shutter } from './description.ts';
import type { Feature, Order } from './feature.ts';
import { numbered, pushed, settable } from './specs.ts';

/** `{"Position":50,"Direction":1,"Target":80}` (docs, "Shutters and Blinds"). */
function detail(fields: Fields, { number }: Shutter, name: string): number | undefined {
  const shutter = fieldOf(fields, `Shutter${number}`);
  const value = isFields(shutter) ? fieldOf(shutter, name) : undefined;
  return typeof value === 'number' ? value : undefined;
}

const turned = (percent: number, { inverted }: Shutter): number => (inverted ? 100 - percent : percent);

/** `{"ShutterOpen1":"Locked"}` is a refusal: the shutter is locked by its options. */
function direct(fields: Fields, command: string): unknown {
  const value = fieldOf(fields, command);
  if (value !== 'Locked') return value;
  const device = { code: 'Locked', text: JSON.stringify({ [command]: value }) };
  throw new BellcrankError('device-refused', 'the shutter is locked', { device });
}

function positionOrder(shutter: Shutter, value: number): Order {
  const target = turned(value, shutter);
  const command = `ShutterPosition${shutter.number}`;
  return {
    command,
    payload: String(target),
    answer(fields) {
      const takes = direct(fields, command) === target || detail(fields, shutter, 'Target') === target;
      return takes ? value : undefined;
    },
  };
}

export type ShutterMove = 'open' | 'close' | 'stop-moving';

export const shutterMoves: Readonly<Record<ShutterMove, { console: string; summary: string }>> = {
  open: { console: 'ShutterOpen', summary: 'Open the shutter; it is acknowledged when it begins' },
  close: { console: 'ShutterClose', summary: 'Close the shutter; it is acknowledged when it begins' },
  'stop-moving': { console: 'ShutterStop', summary: 'Stop the shutter where it is' },
};

/** Its answer is the command's own: a report of its way could be of a movement before. */
export function moveOrder({ number }: Shutter, move: ShutterMove): Order {
  const command = `${shutterMoves[move].console}${number}`;
  return { command, payload: '', answer: (fields) => (direct(fields, command) === undefined ? undefined : {}) };
}

const motions: Readonly<Record<string, string>> = { '-1': 'closing', '0': 'stopped', '1': 'opening' };

const position: JsonSchema = {
  type: 'integer',
  title: 'Position',
  description: '0 is closed, 100 is open.',
  unit: '%',
  minimum: 0,
  maximum: 100,
  examples: [50],
};

export function shutterFeatures({ shutters }: Description): readonly Feature[] {
  return shutters.flatMap((shutter): Feature[] => {
    const summary = numbered('shutter', shutter.number, shutters.length);
    return [
      {
        name: numbered('shutter-position', shutter.number, shutters.length),
        spec: settable(
          `Where the ${summary} is; a write is acknowledged when it begins to move`,
          position,
          'acknowledged',
        ),
        from: 'sensors',
        told(fields) {
          const percent = detail(fields, shutter, 'Position');
          return percent === undefined ? undefined : turned(percent, shutter);
        },
        set: (value) => positionOrder(shutter, Number(value)),
      },
      {
        name: numbered('shutter-motion', shutter.number, shutters.length),
        spec: pushed(`What the ${summary} does`, { enum: Object.values(motions), title: 'Motion' }),
        from: 'sensors',
        told(fields) {
          // Of the motor, whichever way round its position is told (`ShutterReportPosition`).
          return motions[String(detail(fields, shutter, 'Direction'))];
        },
      },
    ];
  });
}
