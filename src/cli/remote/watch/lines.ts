import type {
  AlarmsSnapshot,
  AlarmView,
  CommandChange,
  DeviceSnapshot,
  LeaseChange,
  PropertyChange,
  StreamEvent,
  StreamType,
} from '../../../client/index.ts';
import { outcomeStyles, outcomeWords } from '../explain/outcome.ts';
import type { Paint } from '../output/paint.ts';
import { jsonText, safe } from '../output/text.ts';
import { clockTime } from '../output/time.ts';
import { valueText } from '../output/value.ts';
import { qualityStyles } from '../readings.ts';

/** How many values are remembered, to tell those that changed. */
const maxKnown = 20_000;

/** Turns the stream into lines for people: when, of what, what. A value that did not change is no news. */
export class Reader {
  readonly #types: readonly StreamType[];
  readonly #paint: Paint;
  readonly #known = new Map<string, string>();

  constructor(types: readonly StreamType[], paint: Paint) {
    this.#types = types;
    this.#paint = paint;
  }

  lines(event: StreamEvent): readonly string[] {
    const { type } = event;
    if (type === 'synced' || type === 'gap') return [];
    if (type === 'property') return this.#property(event.data);
    if (type === 'command') return [commandLine(event.data, this.#paint)];
    if (type === 'lease') return [leaseLine(event.data)];
    if (type === 'alarm') return [alarmLine(event.data.change, event.data.at, event.data.alarm)];
    if (type !== 'snapshot') return [otherLine(type, event.data)];
    return event.data.kind === 'device' ? this.#snapshot(event.data) : this.#alarms(event.data);
  }

  /** Those that somebody still has to see. */
  #alarms({ alarms }: AlarmsSnapshot): readonly string[] {
    if (!this.#wants('alarm')) return [];
    return alarms.map((alarm) => alarmLine(alarm.state, alarm.raisedAt, alarm));
  }

  #wants(type: StreamType): boolean {
    return this.#types.length === 0 || this.#types.includes(type);
  }

  /** Of how things stand, what was asked for. */
  #snapshot({ device, properties, commands, lease, simulated }: DeviceSnapshot): readonly string[] {
    const { id, state: change, lastSeenAt: at } = device;
    const held = lease === null ? undefined : { device: id, change: 'held', lease, at: lease.grantedAt, simulated };
    return [
      ...(this.#wants('device') ? [otherLine('device', { device: id, change, at, simulated })] : []),
      ...(this.#wants('property') ? properties.flatMap((property) => this.#property({ ...property, device: id })) : []),
      ...(this.#wants('lease') && held !== undefined ? [leaseLine(held)] : []),
      ...(this.#wants('command') ? commands.map((command) => commandLine(command, this.#paint)) : []),
    ];
  }

  #property(change: Change): readonly string[] {
    if (change.source === 'write-only') return [];
    const key = `${change.device} ${change.name}`;
    const now = JSON.stringify([change.value, change.quality, change.error]);
    if (this.#known.get(key) === now) return [];
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.set(key, now);
    return [propertyLine(change, this.#paint)];
  }
}

/** In a snapshot nothing made it change. */
type Change = Omit<PropertyChange, 'cause'> & { readonly cause?: PropertyChange['cause'] };

function propertyLine(change: Change, paint: Paint): string {
  const { device, name, value, unit, at, quality, error, cause, simulated } = change;
  const doubt = quality === 'good' ? '' : ` ${paint(qualityStyles[quality], quality)}`;
  const why = error === undefined ? '' : ` (${safe(error)})`;
  const by = cause?.kind === 'command' ? ` by ${safe(cause.commandId)}` : '';
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
  return line(endedAt ?? sentAt ?? submittedAt, device, `${safe(name)} ${painted}${far} ${safe(id)}`, simulated);
}

function leaseLine({ device, change, lease, at, simulated }: LeaseNews): string {
  const note = lease === null || lease.note === '' ? '' : `, ${lease.note}`;
  const whose = lease === null ? '' : ` by ${lease.holder} until ${lease.expiresAt}${note}`;
  return line(at, device, safe(`lease ${change}${whose}`), simulated);
}

function alarmLine(change: string, at: string | null, alarm: AlarmView): string {
  const { device, severity, alarm: rule, detail, message, id, simulated } = alarm;
  const words = [`alarm ${change}: ${severity} ${rule}`, detail, message ?? ''].filter((each) => each !== '');
  return line(at, device, `${safe(words.join(', '))} ${safe(id)}`, simulated);
}

type LeaseNews = Pick<LeaseChange, 'device' | 'lease' | 'at' | 'simulated'> & { readonly change: string };

/** What has no form of its own: what changed, and all that is told of it beside. */
function otherLine(type: string, data: object): string {
  const { device = '', at = null, simulated = false, change, name, view: _, ...rest } = data as Told;
  const what = [type, change, name].filter((word) => word !== undefined).join(' ');
  const told = Object.keys(rest).length === 0 ? '' : ` ${jsonText(rest, 0)}`;
  return line(at, device, `${safe(what)}${told}`, simulated);
}

/** What most events have. */
interface Told {
  readonly device?: string;
  readonly at?: string | null;
  readonly simulated?: boolean;
  readonly change?: string;
  readonly name?: string;
  readonly view?: unknown;
}

function line(at: string | null, device: string, text: string, simulated: boolean): string {
  const when = at === null ? '–' : clockTime(at);
  return `${when.padEnd(23)}  ${safe(device)}  ${text}${simulated ? '  simulated' : ''}`;
}
