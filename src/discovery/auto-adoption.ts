import { type Clock, delay } from '../clock.ts';
import type { Log } from '../driver/contract.ts';
import { BellcrankError, messageOf } from '../errors.ts';
import type { KnownCandidate } from './candidate.ts';
import type { AdoptionRule } from './rule.ts';

/** Devices that are added in one turn of the event loop: some milliseconds of work, and one batch on record. */
const batchSize = 20;
/** After the record could not be written. */
const retryMs = 5000;
const maxRefusals = 20_000;

export interface AutoAdoptionParts {
  readonly clock: Clock;
  readonly log: Log;
  /** What is to be adopted still, by which rule; undefined if that has changed since it was offered. */
  readonly wanted: (id: string) => { readonly candidate: KnownCandidate; readonly rule: AdoptionRule } | undefined;
  readonly adopt: (candidate: KnownCandidate, rule: AdoptionRule) => Promise<void>;
  readonly isFull: () => boolean;
}

/** Adopts what the rules want, a few at a time, however many come at once. */
export class AutoAdoption {
  readonly #parts: AutoAdoptionParts;
  readonly #queue = new Set<string>();
  /** Why one was not adopted; told once, and not tried again until it changes. */
  readonly #refusals = new Map<string, string>();
  readonly #closed = new AbortController();
  #begun = false;
  #running = false;
  #full: string | undefined;

  constructor(parts: AutoAdoptionParts) {
    this.#parts = parts;
  }

  /** Why nothing more is adopted. */
  get trouble(): string | undefined {
    return this.#full === undefined ? undefined : `${this.#full}; ${this.#queue.size} candidates wait`;
  }

  refusalOf(id: string): string | undefined {
    return this.#refusals.get(id);
  }

  /** The devices of the process before are there: from now on nothing is adopted twice. */
  begin(): void {
    this.#begun = true;
    this.#pump();
  }

  close(): void {
    this.#closed.abort(new Error('closed'));
  }

  offer(id: string): void {
    if (this.#parts.wanted(id) === undefined) return;
    this.#refusals.delete(id);
    this.#queue.add(id);
    this.#pump();
  }

  /** There is room again. */
  resume(): void {
    if (this.#full === undefined) return;
    this.#full = undefined;
    this.#pump();
  }

  #pump(): void {
    if (this.#running || !this.#begun || this.#closed.signal.aborted) return;
    if (this.#full !== undefined || this.#queue.size === 0) return;
    this.#running = true;
    void this.#run().finally(() => {
      this.#running = false;
      // One may have been offered since the last look.
      this.#pump();
    });
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed;
    while (this.#queue.size > 0 && this.#full === undefined && !signal.aborted) {
      await nextTurn();
      const batch = first(this.#queue, batchSize);
      const adopted = await Promise.all(batch.map((id) => this.#adopt(id)));
      if (adopted.includes(false)) await delay(this.#parts.clock, retryMs, signal).catch(() => {});
    }
  }

  /** False if it is to be tried again. */
  async #adopt(id: string): Promise<boolean> {
    const wanted = this.#parts.wanted(id);
    this.#queue.delete(id);
    if (wanted === undefined) return true;
    try {
      await this.#parts.adopt(wanted.candidate, wanted.rule);
      return true;
    } catch (error) {
      return this.#failed(id, wanted.candidate, error);
    }
  }

  #failed(id: string, { name, connection, simulated }: KnownCandidate, error: unknown): boolean {
    const { log, isFull } = this.#parts;
    const code = error instanceof BellcrankError ? error.code : undefined;
    if (code === 'journal-unavailable' || code === 'device-limit') this.#queue.add(id);
    if (code === 'journal-unavailable') return false;
    if (code === 'device-limit' && isFull()) {
      if (this.#full === undefined) log.warn({ error: messageOf(error) }, 'no more devices are adopted');
      this.#full = messageOf(error);
      return true;
    }
    if (this.#refusals.size >= maxRefusals) this.#refusals.clear();
    this.#refusals.set(id, messageOf(error));
    const fields = { candidate: id, name, connection, error: messageOf(error), ...(simulated ? { simulated } : {}) };
    log.warn(fields, 'a candidate is not adopted');
    return true;
  }
}

function first(ids: Iterable<string>, count: number): string[] {
  const some: string[] = [];
  for (const id of ids) if (some.push(id) === count) break;
  return some;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
