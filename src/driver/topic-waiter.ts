import { AsyncLocalStorage } from 'node:async_hooks';
import { BellcrankError } from '../errors.ts';
import type { Message } from '../transport/connection.ts';

export type Settled = { readonly value: unknown } | { readonly error: unknown };

/** One request that waits for its answer, or, after its time, for the proof that it came late. */
export class Waiter {
  /** Of its request, where the answer carries it. */
  readonly id: string | undefined;
  readonly #match: (message: Message) => unknown;
  /** An answer may come before the publish has settled, when nobody awaits it yet. */
  #settled: Settled | undefined;
  #waiting: PromiseWithResolvers<unknown> | undefined;
  /** Which of the exchange's publishes asked; 0 until it does. */
  sequence = 0;
  /** `written` of its connection when its publish was handed to the wire. */
  #since: number | undefined;
  /** Its time is over, or its call was aborted: an answer may still be under way. */
  expired = false;

  constructor(match: (message: Message) => unknown, id?: string) {
    this.id = id;
    this.#match = match;
  }

  get settled(): boolean {
    return this.#settled !== undefined;
  }

  /** Its publish was handed to the wire, as the connection's write of that number: what was read before is no answer. */
  begin(written: number): void {
    this.#since = written;
  }

  get begun(): boolean {
    return this.#since !== undefined;
  }

  /** To be asked for once. */
  get answer(): Promise<unknown> {
    const waiting = Promise.withResolvers<unknown>();
    if (this.#settled === undefined) this.#waiting = waiting;
    else tell(waiting, this.#settled);
    return waiting.promise;
  }

  /** What this message answers, if it does. */
  try(message: Message): Settled | undefined {
    if (this.#isBefore(message)) return undefined;
    try {
      const value = this.#match(message);
      return value === undefined ? undefined : { value };
    } catch (error) {
      return { error };
    }
  }

  /** It was read before the publish, and is told after it. */
  #isBefore({ readEarlier }: Message): boolean {
    return readEarlier !== undefined && this.#since !== undefined && readEarlier.written < this.#since;
  }

  settle(settled: Settled): void {
    this.#settled = settled;
    if (this.#waiting !== undefined) tell(this.#waiting, settled);
  }

  expire(error: unknown): void {
    if (this.settled) return;
    this.expired = true;
    this.settle({ error });
  }
}

function tell(waiting: PromiseWithResolvers<unknown>, settled: Settled): void {
  if ('error' in settled) waiting.reject(settled.error);
  else waiting.resolve(settled.value);
}

/** One whose answer tells more than its value. */
export class CallWaiter extends Waiter {
  /** Runs what belongs to its answer as part of the call that asked. */
  readonly within: <T>(run: () => T) => T = AsyncLocalStorage.snapshot();
}

/**
 * Takes out one whose wait is over. They are few, and in no Set or Map: such a table is made anew every few changes, and an
 * old one that is collected late keeps all that followed (`Passing`).
 */
export function release(waiting: Waiter[], waiter: Waiter): void {
  const index = waiting.indexOf(waiter);
  if (index >= 0) waiting.splice(index, 1);
}

/** A waiter whose time is over, and whom its answer would still tell something. */
export interface Kept {
  readonly waiter: Waiter;
  readonly late: ((result: unknown) => void) | undefined;
}

const maxKept = 8;

/** Waiters whose time is over, kept until the device is known to be in step again. */
export class LateAnswers {
  #kept: readonly Kept[] = [];

  keep(waiter: Waiter, late: ((result: unknown) => void) | undefined): void {
    this.#kept = [...this.#kept, { waiter, late }].slice(-maxKept);
  }

  forget(): void {
    this.#kept = [];
  }

  /**
   * Takes the message as the late answer that it is, if it is one. It resolves its command only if `newest`, the
   * sequence of the last publish, is that command's own, and nothing else can have caused it.
   */
  take(message: Message, newest: number | undefined): 'resolved' | 'doubtful' | undefined {
    for (const kept of this.#kept) {
      const settled = kept.waiter.try(message);
      if (settled === undefined) continue;
      this.#kept = this.#kept.filter((other) => other !== kept);
      return kept.waiter.sequence === newest && resolveLate(kept, settled) ? 'resolved' : 'doubtful';
    }
    return undefined;
  }
}

/** Tells what came late, unless nobody listens or the driver failed on it. */
export function resolveLate({ late }: Kept, settled: Settled): boolean {
  const isBug = 'error' in settled && !(settled.error instanceof BellcrankError);
  if (late === undefined || isBug) return false;
  late('error' in settled ? settled.error : settled.value);
  return true;
}
