import {
  BellcrankError,
  type Call,
  type Clock,
  DryRunEnd,
  lostError,
  type MessageConnection,
  type MessageWire,
} from '../../src/driver/index.ts';
import { type Arrival, isAfter } from './arrival.ts';
import type { Value } from './values.ts';

/** A live message of the node's or the device's own, in its place in the sequence. */
export interface Heard {
  readonly kind: 'birth' | 'data';
  readonly arrival: Arrival;
  /** Current values that it told, by metric; undefined for those that it does not know itself, or holds for bad. */
  readonly values: ReadonlyMap<string, Value | undefined>;
}

interface Waiting {
  /** Messages up to this one came before what was published; undefined until that begins. */
  since: Arrival | undefined;
  hear(heard: Heard): void;
  fail(error: Error): void;
}

export interface Expected<T> {
  readonly timeoutMs: number;
  /** What to say when nothing has come. */
  readonly late: () => string;
  /** Calls `begun` when what is asked is handed to the wire. */
  publish(begun: () => void): Promise<void>;
  /** What the message answers; undefined to wait on. */
  match(heard: Heard): T | undefined;
  /** Whether nothing else would follow what a dry run captured. */
  readonly complete?: boolean;
}

const maxWaiting = 32;

/** Publish, then wait for the message that shows it. What had come before the publish never does. */
export class Expectations {
  readonly #clock: Clock;
  readonly #arrived: () => Arrival;
  readonly #waiting = new Set<Waiting>();

  constructor(clock: Clock, arrived: () => Arrival, connection: MessageConnection) {
    this.#clock = clock;
    this.#arrived = arrived;
    void connection.closed.then(({ cause }) => this.fail(lostError(connection.label, cause)));
  }

  hear(heard: Heard): void {
    for (const waiting of this.#waiting) {
      if (waiting.since !== undefined && isAfter(heard.arrival, waiting.since)) waiting.hear(heard);
    }
  }

  /** It cannot come any more. */
  fail(error: Error): void {
    for (const waiting of this.#waiting) waiting.fail(error);
  }

  /** Rejects with `device-timeout`, with the reason of the call's signal, or as the publish does. */
  async until<T>(call: Call<MessageWire>, expected: Expected<T>): Promise<T> {
    call.signal.throwIfAborted();
    if (this.#waiting.size >= maxWaiting) throw new BellcrankError('busy', 'too many calls wait; nothing was sent');
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    promise.catch(() => {});
    const waiting = this.#waitingFor(expected, resolve, reject);
    // Signals are aborted with errors.
    const onAbort = (): void => reject(call.signal.reason as Error);
    call.signal.addEventListener('abort', onAbort, { once: true });
    this.#waiting.add(waiting);
    try {
      await expected.publish(() => (waiting.since ??= this.#arrived()));
      if (call.dryRun) throw new DryRunEnd(expected.complete ?? true);
      return await this.#within(expected, promise, reject);
    } finally {
      this.#waiting.delete(waiting);
      call.signal.removeEventListener('abort', onAbort);
    }
  }

  #waitingFor<T>(expected: Expected<T>, resolve: (value: T) => void, fail: (error: Error) => void): Waiting {
    const hear = (heard: Heard): void => {
      const value = expected.match(heard);
      if (value !== undefined) resolve(value);
    };
    return { since: undefined, hear, fail };
  }

  async #within<T>({ timeoutMs, late }: Expected<T>, promise: Promise<T>, reject: (error: Error) => void): Promise<T> {
    const timeUp = async (): Promise<void> => {
      await this.#clock.ioTurn();
      reject(new BellcrankError('device-timeout', `${late()} within ${timeoutMs} ms`));
    };
    const timer = this.#clock.timer(timeoutMs, () => void timeUp());
    try {
      return await promise;
    } finally {
      timer.cancel();
    }
  }
}
