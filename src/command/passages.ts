import type { Clock } from '../clock.ts';
import { BellcrankError } from '../errors.ts';
import type { CommandRecord } from '../store/record.ts';
import { Few } from '../few.ts';
import type { Passage } from './step.ts';

/** What became of a wish to cancel. */
export type Cancelled = 'withdrawn' | 'asked' | 'too-late';

/** The commands that have not ended, by device and by id. How many there are is bounded by the lanes. */
export class Passages {
  readonly #clock: Clock;
  readonly #all = new Set<Passage>();
  readonly #byId = new Map<string, Passage>();
  readonly #byDevice = new Map<string, Few<Passage>>();
  #emptied: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(passage: Passage): void {
    this.#all.add(passage);
  }

  /** Commands that have not ended. */
  get records(): readonly CommandRecord[] {
    return [...this.#byId.values()].flatMap(({ record }) => record ?? []);
  }

  /** It has a record, and can be found from now on. */
  admitted(passage: Passage): void {
    if (passage.record === undefined) return;
    const { id, device } = passage.record;
    this.#byId.set(id, passage);
    const siblings = this.#byDevice.get(device);
    if (siblings !== undefined) return siblings.add(passage);
    const first = new Few<Passage>();
    first.add(passage);
    this.#byDevice.set(device, first);
  }

  end(passage: Passage): void {
    this.#all.delete(passage);
    if (passage.record !== undefined) this.#forget(passage, passage.record);
    if (this.#all.size === 0) this.#emptied?.();
  }

  find(id: string): Passage | undefined {
    return this.#byId.get(id);
  }

  /** Those of one device, oldest first. */
  of(device: string): readonly Passage[] {
    return this.#byDevice.get(device)?.all() ?? [];
  }

  /** Withdraws a command that has not left, or asks the driver to end one that it can abort. */
  cancel(id: string): Cancelled {
    const passage = this.find(id);
    if (passage === undefined || passage.ended === true) return 'too-late';
    const error = new BellcrankError('cancelled', 'the command was cancelled', { reason: 'cancelled' });
    if (passage.turn === undefined) {
      passage.queued.end(error);
      return 'withdrawn';
    }
    if (passage.resolved?.spec.abortable !== true) return 'too-late';
    (passage.cancelled ??= new AbortController()).abort(error);
    return 'asked';
  }

  /** Ends everything that is queued. */
  withdrawAll(error: BellcrankError): void {
    for (const { queued } of this.#all) queued.end(error);
  }

  /** Resolves when nothing is left, at the latest after `ms`. */
  async emptied(ms: number): Promise<void> {
    if (this.#all.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = this.#clock.timer(ms, resolve);
      this.#emptied = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  #forget(passage: Passage, { id, device }: { id: string; device: string }): void {
    this.#byId.delete(id);
    const siblings = this.#byDevice.get(device);
    siblings?.delete(passage);
    if (siblings?.size === 0) this.#byDevice.delete(device);
  }
}
