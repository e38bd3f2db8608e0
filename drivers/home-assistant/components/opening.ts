import type { JsonSchema } from '../../../src/driver/index.ts';
import { type Config, Unsupported } from './config.ts';
import { aNumber, fieldIn, numberIn, oneOf } from './meanings.ts';
import type { Action, Field, Parts } from './parts.ts';
import { type Command, numberValue, problem, type Reader, told } from './reader.ts';

const states = ['open', 'opening', 'closed', 'closing', 'stopped'] as const;

/** "MQTT cover": opens, closes and stops; where it says so, to a position and a tilt, in the device's own numbers. */
export function aCover(reader: Reader): Parts {
  const { config } = reader;
  const source = reader.source('state_topic', 'value_template', stateMeaning(config));
  const command = reader.command('command_topic', 'command_template');
  const position = positionField(reader);
  const tilt = tiltField(reader);
  if (command === undefined && position === undefined && tilt === undefined)
    throw new Unsupported('it has no command_topic');
  return {
    fields: [
      source && { suffix: '', summary: 'Where it is', schema: { type: 'string', enum: states }, source },
      position,
      tilt,
    ],
    actions: command === undefined ? [] : movements(reader, command, source),
    ...stopOf(reader, command),
  };
}

function stateMeaning(config: Config) {
  return oneOf(states.map((state) => [config.textOr(`state_${state}`, state), state] as const));
}

/**
 * A movement that has begun answers; that it has ended is told by the state, in its own time. Many tell nothing but `open`
 * on their way, whichever way that is: there it answers only what it can follow from.
 */
function movements(reader: Reader, command: Command, source: Field['source']): Action[] {
  const { config } = reader;
  const all = [
    ['open', 'open', 'OPEN', 'Open', ['opening', 'open'], ['closed', 'opening', 'stopped']],
    ['close', 'close', 'CLOSE', 'Close', ['closing', 'closed'], []],
    ['stop', 'stop-moving', 'STOP', 'Stop where it is', ['stopped', 'open', 'closed'], ['opening', 'closing']],
  ] as const;
  const tellsItsWay = config.has('state_opening') || config.has('state_closing');
  return all.flatMap(([key, suffix, otherwise, summary, answers, before]) => {
    // `null` takes a command away.
    if (config.raw(`payload_${key}`) === null) return [];
    const its = { suffix, summary, effect: 'idempotent' } as const;
    return [
      reader.action(its, command, config.textOr(`payload_${key}`, otherwise), {
        source,
        answers,
        ...(!tellsItsWay && { after: { open: before } }),
        acknowledged: true,
      }),
    ];
  });
}

function stopOf(reader: Reader, command: Command | undefined): Pick<Parts, 'stop'> {
  const { config } = reader;
  if (command === undefined || config.raw('payload_stop') === null) return {};
  const payload = config.textOr('payload_stop', 'STOP');
  // A cover that stands already tells nothing, so a stop that waited for it would fail for no reason.
  return {
    stop: {
      summary: 'stop moving',
      confirmation: 'sent',
      send: () => ({ topic: command.topic, payload: command.payload(payload) }),
    },
  };
}

function between(a: number, b: number): JsonSchema {
  return { type: 'number', minimum: Math.min(a, b), maximum: Math.max(a, b) };
}

function positionField(reader: Reader): Field | undefined {
  const { config } = reader;
  const [open, closed] = [config.number('position_open', 100), config.number('position_closed', 0)];
  if (open === closed) throw new Unsupported('position_open is position_closed');
  const source = reader.source('position_topic', 'position_template', aNumber);
  const command = reader.command('set_position_topic', 'set_position_template');
  if (source === undefined && command === undefined) return undefined;
  const percent = (value: unknown): number => Math.round(((Number(value) - closed) / (open - closed)) * 100);
  const write = reader.write(command, source, numberValue, {
    onItsWay: true,
    variables: (value) => ({
      position: percent(value),
      position_open: numberValue(open),
      position_closed: numberValue(closed),
    }),
  });
  const summary = `Position: ${closed} is closed, ${open} is open`;
  return {
    suffix: 'position',
    summary,
    schema: between(open, closed),
    ...(source && { source }),
    ...(write && { write }),
  };
}

function tiltField(reader: Reader): Field | undefined {
  const { config } = reader;
  const range = config.range('tilt_min', 0, 'tilt_max', 100);
  const source = reader.source('tilt_status_topic', 'tilt_status_template', aNumber);
  const command = reader.command('tilt_command_topic', 'tilt_command_template');
  if (source === undefined && command === undefined) return undefined;
  const write = reader.write(command, source, numberValue, {
    optimisticKey: 'tilt_optimistic',
    onItsWay: true,
    variables: (value) => ({
      tilt_position: numberValue(value),
      tilt_min: numberValue(range.minimum),
      tilt_max: numberValue(range.maximum),
    }),
  });
  return {
    suffix: 'tilt',
    summary: 'Tilt',
    schema: between(range.minimum, range.maximum),
    ...(source && { source }),
    ...(write && { write }),
  };
}

/** "MQTT valve": as a cover, or with a position alone that is told on its state topic. */
export function aValve(reader: Reader): Parts {
  const { config } = reader;
  const command = reader.needCommand('command_topic', 'command_template');
  if (!config.flag('reports_position')) {
    const source = reader.source('state_topic', 'value_template', stateMeaning(config));
    const state: Field | undefined = source && {
      suffix: '',
      summary: 'Where it is',
      schema: { type: 'string', enum: states },
      source,
    };
    const actions = movements(reader, command, source).filter(
      ({ suffix }) => suffix !== 'stop-moving' || config.has('payload_stop'),
    );
    return { fields: [state], actions };
  }
  const [open, closed] = [config.number('position_open', 100), config.number('position_closed', 0)];
  const source = reader.source('state_topic', 'value_template', (text, heard) => {
    const own = numberIn(text);
    const inState = fieldIn(heard, 'position');
    if (own !== undefined) return told(own);
    return typeof inState === 'number' ? told(inState) : problem('it tells no position');
  });
  const write = reader.write(command, source, numberValue, { onItsWay: true });
  const summary = `Position: ${closed} is closed, ${open} is open`;
  return {
    fields: [
      {
        suffix: 'position',
        summary,
        schema: between(open, closed),
        ...(source && { source }),
        ...(write && { write }),
      },
    ],
  };
}
