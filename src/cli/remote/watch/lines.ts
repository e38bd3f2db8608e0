import type { CommandChange, DeviceSnapshot, PropertyChange, StreamEvent } from '../../../client/index.ts';
import { outcomeStyles, outcomeWords } from '../explain/outcome.ts';
import type { Paint } from '../output/paint.ts';
import { jsonText, safe } from '../output/text.ts';
import { clockTime } from '../output/time.ts';
import { valueText } from '../output/value.ts';
import { qualityStyles } from '../readings.ts';

/** An event of the stream as lines for people: when, of what, what. */
export function eventLines(event: StreamEvent, paint: Paint): readonly string[] {
  switch (event.type) {
    case 'snapshot':
      return event.data.kind === 'device' ? snapshotLines(event.data, paint) : [];
    case 'property':
      return [propertyLine(event.data, paint)];
    case 'command':
      return [commandLine(event.data, paint)];
    case 'synced':
    case 'gap':
      return [];
    default:
      return [otherLine(event.type, event.data)];
  }
}

function snapshotLines({ device, properties, commands, simulated }: DeviceSnapshot, paint: Paint): readonly string[] {
  return [
    otherLine('device', { device: device.id, change: device.state, at: device.lastSeenAt, simulated }),
    ...properties
      .filter(({ source }) => source !== 'write-only')
      .map((property) => propertyLine({ ...property, device: device.id }, paint)),
    ...commands.map((command) => commandLine(command, paint)),
  ];
}

function propertyLine(
  change: Omit<PropertyChange, 'cause'> & Partial<Pick<PropertyChange, 'cause'>>,
  paint: Paint,
): string {
  const { device, name, value, unit, at, quality, error, cause, simulated } = change;
  const doubt = quality === 'good' ? '' : ` ${paint(qualityStyles[quality], quality)}`;
  const why = error === undefined ? '' : ` (${safe(error)})`;
  const by = cause?.kind === 'command' ? ` by ${cause.commandId}` : '';
  return line(
    at,
    device,
    `${safe(name)} = ${paint('bold', safe(valueText(value, unit)))}${doubt}${why}${by}`,
    simulated,
  );
}

function commandLine(command: CommandChange, paint: Paint): string {
  const { device, command: name, outcome, state, endedAt, sentAt, submittedAt, progress, simulated, id } = command;
  const style = outcomeStyles[outcome ?? ''];
  const words = state === 'ended' ? outcomeWords(command) : state;
  const painted = style === undefined ? safe(words) : paint(style, safe(words));
  const far = progress === undefined ? '' : `, ${safe(jsonText(progress, 0))}`;
  return line(endedAt ?? sentAt ?? submittedAt, device, `${safe(name)} ${painted}${far} ${id}`, simulated);
}

/** What has no form of its own: what changed, and all that is told of it beside. */
function otherLine(type: string, data: object): string {
  const {
    device,
    at,
    simulated,
    change,
    name,
    view: _,
    candidate,
    ...rest
  } = {
    device: undefined,
    at: null,
    simulated: false,
    change: undefined,
    name: undefined,
    view: undefined,
    candidate: undefined,
    ...data,
  } as Told;
  const what = [type, change, name].filter((word) => word !== undefined).join(' ');
  const more = { ...rest, ...(candidate === undefined ? {} : { candidate }) };
  const told = Object.keys(more).length === 0 ? '' : ` ${jsonText(more, 0)}`;
  return line(at, device ?? '', `${safe(what)}${told}`, simulated);
}

/** What most events have. */
interface Told {
  readonly device: string | undefined;
  readonly at: string | null;
  readonly simulated: boolean;
  readonly change: string | undefined;
  readonly name: string | undefined;
  readonly view: unknown;
  readonly candidate: unknown;
}

function line(at: string | null, device: string, text: string, simulated: boolean): string {
  const when = at === null ? '–' : clockTime(at);
  return `${when.padEnd(23)}  ${safe(device)}  ${text}${simulated ? '  simulated' : ''}`;
}
