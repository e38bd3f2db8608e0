import type { Lab, LabDevice } from '../../../src/testing/index.ts';
import type { TraceEntry } from '../../../src/transport/trace/index.ts';
import type { CommandRecord } from '../../../src/store/record.ts';
import { effectOf, isSo } from './evidence.ts';

/** How long after its faults a device may still be led astray by them: what they held back, what a peer has buffered. */
const aftermathMs = 10_000;
/** Beyond its own timeout, so much may go by until a command has ended. */
const endGraceMs = 15_000;
/** As long as it makes progress, a long command goes on. */
const longMs = 900_000;

/** Faults that make a device say or hear what is not so. All others must never make a success of what is none. */
const deceiving = new Set([
  'corrupt',
  'truncate',
  'garbage',
  'echo',
  'duplicate',
  'wrong-device',
  'collision',
  'nak',
  'retained',
  'reorder',
  'invalid-json',
  'partial-write',
  'late',
]);

export interface UnderWay {
  readonly device: LabDevice;
  readonly record: CommandRecord;
  readonly startedAt: number;
  readonly timeoutMs: number;
  readonly isLong: boolean;
  /** Counts all that happened to its device when it was started. */
  readonly touches: number;
}

/** Looks on while the walk goes, and holds the service to its promises. */
export class Watch {
  /** Everything that passed: when, which way, every byte, whose call. */
  readonly wire: string[] = [];
  /** What became of the commands, in the order in which they ended. */
  readonly ends: string[] = [];
  readonly underWay = new Map<string, UnderWay>();
  readonly latched = new Set<string>();
  readonly outcomes = new Map<string, number>();
  readonly broken: string[] = [];
  /** Successes that were compared with what the simulated device had. */
  compared = 0;
  readonly #lab: Lab;
  readonly #isRead: (device: string, command: string) => boolean;
  /** Ids of commands of which something left. */
  readonly #left = new Set<string>();
  readonly #touches = new Map<string, number>();
  readonly #deceivedUntil = new Map<string, number>();

  constructor(lab: Lab, devices: readonly LabDevice[], isRead: (device: string, command: string) => boolean) {
    this.#lab = lab;
    this.#isRead = isRead;
    const wires = new Set<unknown>();
    for (const device of devices) {
      if (wires.has(device.wire)) continue;
      wires.add(device.wire);
      device.follow((entry, whole) => this.#passed(device.id, entry, whole));
    }
  }

  /** Something other than a command changes the device: what a command set may be gone again. */
  touched(device: string): void {
    this.#touches.set(device, this.touchesOf(device) + 1);
  }

  touchesOf(device: string): number {
    return this.#touches.get(device) ?? 0;
  }

  /** What stands in for these devices has these faults from now on. */
  faulty(devices: readonly string[], kinds: readonly string[]): void {
    const now = this.#lab.clock.monotonic();
    for (const device of devices) {
      const lies = kinds.some((kind) => deceiving.has(kind));
      const until = lies ? Infinity : this.#deceivedUntil.get(device) === Infinity ? now + aftermathMs : undefined;
      if (until !== undefined) this.#deceivedUntil.set(device, until);
    }
  }

  began(command: UnderWay, ended: Promise<CommandRecord>): void {
    this.touched(command.device.id);
    this.underWay.set(command.record.id, { ...command, touches: this.touchesOf(command.device.id) });
    void ended.then(
      (record) => this.#ended(record),
      (error: unknown) => this.broken.push(`the end of a command was not put on record: ${String(error)}`),
    );
  }

  /** To be called after each step. */
  look(): void {
    const now = this.#lab.clock.monotonic();
    for (const { record, startedAt, timeoutMs, isLong } of this.underWay.values()) {
      if (now - startedAt <= (isLong ? longMs : timeoutMs) + endGraceMs) continue;
      this.#breach(`${record.command} of ${record.device} has not ended ${now - startedAt} ms after it was started`);
      this.underWay.delete(record.id);
    }
  }

  #ended(record: CommandRecord): void {
    const known = this.underWay.get(record.id);
    this.underWay.delete(record.id);
    this.ends.push(JSON.stringify(record));
    const outcome = record.outcome ?? 'none';
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    const what = `${record.command} of ${record.device} (${record.id})`;
    if (outcome === 'not-sent' && this.#left.has(record.id)) this.#breach(`${what} is not-sent, and left`);
    if (outcome === 'succeeded' && known !== undefined) this.#compare(known, record);
    if (known !== undefined) this.touched(record.device);
  }

  #compare({ device, startedAt, touches }: UnderWay, { command, params, id }: CommandRecord): void {
    const effect = effectOf(device, command, params);
    if (effect === undefined) return;
    const isAlone = this.touchesOf(device.id) === touches;
    if (!isAlone || startedAt < (this.#deceivedUntil.get(device.id) ?? -1)) return;
    this.compared++;
    const [state, wanted] = effect;
    const actual = device.state[state];
    if (isSo(actual, wanted)) return;
    const is = `${state} is ${JSON.stringify(actual)}, not ${JSON.stringify(wanted)}`;
    const faults = JSON.stringify(device.faults.report().faults);
    this.#breach(`${command} of ${device.id} (${id}) succeeded, and ${is}; faults: ${faults}`);
  }

  #passed(wire: string, entry: TraceEntry, whole: Uint8Array): void {
    const call = 'call' in entry ? entry.call : undefined;
    const owner = ownerOf(entry);
    const topic = 'message' in entry ? `${entry.message.topic} ${entry.message.retained}` : '';
    const bytes = Buffer.from(whole).toString('hex');
    const kind = entry.kind === 'wire' ? entry.what : entry.kind;
    const said = [entry.at, wire, kind, topic, bytes, owner, call?.kind, call?.name, call?.id];
    this.wire.push(said.map((part) => part ?? '-').join(' '));
    if (entry.kind !== 'sent' || call === undefined) return;
    if (call.id !== undefined) this.#left.add(call.id);
    if (
      call.kind === 'command' &&
      owner !== undefined &&
      this.latched.has(owner) &&
      !this.#isRead(owner, call.name ?? '')
    ) {
      this.#breach(`${owner} is stopped, and was sent something of ${call.name}`);
    }
  }

  #breach(what: string): void {
    this.broken.push(`at ${this.#lab.clock.monotonic()} ms: ${what}`);
  }
}

function ownerOf(entry: TraceEntry): string | undefined {
  if (entry.kind === 'wire') return entry.detail;
  return 'bytes' in entry ? entry.device : entry.devices.join();
}
