import { PassingMap } from '../../passing.ts';
import type { CommandRecord } from '../../store/record.ts';

/** Of another run of the service nobody knows how long its commands took. */
const leastMs = 60_000;

const none: readonly CommandRecord[] = [];

/** Commands that have been told of and have not ended. The lanes bound how many there are. */
export class UnderWay {
  /** Of each device oldest first; lists are short, and made often. */
  readonly #byDevice = new PassingMap<string, CommandRecord[]>();

  #longestMs = leastMs;

  /** No command that has ended was under way for longer, ms. */
  get longestMs(): number {
    return this.#longestMs;
  }

  /** Takes what was told of a command. */
  take(record: CommandRecord): void {
    if (record.endedAt !== undefined) this.#longestMs = Math.max(this.#longestMs, record.endedAt - record.submittedAt);
    const its = this.#byDevice.get(record.device);
    if (its === undefined) {
      if (record.state !== 'ended') this.#byDevice.set(record.device, [record]);
      return;
    }
    const at = its.findIndex(({ id }) => id === record.id);
    if (record.state !== 'ended') its[at === -1 ? its.length : at] = record;
    else if (at !== -1) its.splice(at, 1);
    if (its.length === 0) this.#byDevice.delete(record.device);
  }

  /** Those of a device, oldest first. */
  of(device: string): readonly CommandRecord[] {
    return this.#byDevice.get(device) ?? none;
  }

  find({ device, id }: Pick<CommandRecord, 'device' | 'id'>): CommandRecord | undefined {
    return this.of(device).find((each) => each.id === id);
  }
}
