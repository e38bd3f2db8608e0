import type { Clock, Timer } from '../../clock.ts';
import type { FactStore } from '../../store/store.ts';
import { keyOf } from './fact.ts';
import type { LeaseFact } from './lease.ts';
import { notOnRecord, tooMany } from './refusals.ts';
import { Serial } from '../serial.ts';

/** How long to wait before the store is asked once more. */
const retryMs = 5000;
/** Requests that may wait for one lease. */
const maxWaiting = 16;

export interface KeptParts {
  readonly facts: FactStore;
  readonly clock: Clock;
  /** What the record has to say now; undefined if there is no lease. */
  readonly truth: () => LeaseFact | undefined;
  /** Called before each further attempt. */
  readonly retrying: () => void;
  /** Called when nothing is under way any more. */
  readonly idle: () => void;
}

/**
 * What is on record of one device's lease. Its changes come one after the other; a record that has come to differ from
 * the truth is put right, and again until the store takes it.
 */
export class Kept {
  readonly #device: string;
  readonly #parts: KeptParts;
  readonly #serial: Serial;
  #settling = false;
  #retry: Timer | undefined;
  #closed = false;

  constructor(device: string, parts: KeptParts) {
    this.#device = device;
    this.#parts = parts;
    this.#serial = new Serial(parts.idle);
  }

  /** Whether a change, or an attempt to put one right, is still to come. */
  get isBusy(): boolean {
    return this.#serial.pending > 0 || this.#retry !== undefined;
  }

  /** Runs one change when those before it are over. */
  async change<T>(task: () => Promise<T>): Promise<T> {
    if (this.#serial.pending >= maxWaiting) throw tooMany(this.#device);
    return await this.#serial.run(task);
  }

  /** Within a change: puts it on record. When that fails, what was on record before is put back. */
  async write(fact: LeaseFact | undefined): Promise<void> {
    try {
      await this.#set(fact);
    } catch (error) {
      this.settle();
      throw notOnRecord(error);
    }
  }

  /** Hands the truth to the store at once, unless a change is under way; `settle` sees to it that it arrives. */
  hint(): void {
    if (this.#serial.pending === 0) this.#set(this.#parts.truth()).catch(() => {});
  }

  /** Makes the record say what is true when its turn comes. */
  settle(): void {
    if (this.#settling) return;
    this.#settling = true;
    void this.#serial.run(() => this.#settle());
  }

  /** Tries once more after a while. */
  again(): void {
    if (this.#closed) return;
    this.#retry ??= this.#parts.clock.timer(retryMs, () => {
      this.#retry = undefined;
      this.#parts.retrying();
      this.settle();
    });
  }

  close(): void {
    this.#closed = true;
    this.#retry?.cancel();
    this.#retry = undefined;
  }

  async #settle(): Promise<void> {
    this.#settling = false;
    try {
      await this.#set(this.#parts.truth());
    } catch {
      // The store tells of its trouble itself.
      this.again();
    }
  }

  async #set(fact: LeaseFact | undefined): Promise<void> {
    await this.#parts.facts.set(keyOf(this.#device), fact);
  }
}
