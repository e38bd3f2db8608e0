import type { Clock, Timer } from '../../clock.ts';
import { BellcrankError } from '../../errors.ts';
import type { ReaderCounts } from '../../observe/metrics/readers.ts';

/** Comments that keep connections from being taken for dead ones; proxies give up after a minute or so. */
export const heartbeatMs = 15_000;

/** One connection, as all of them see it. */
export interface Member {
  beat(): void;
  bye(reason: string): void;
}

/** Everyone who follows the stream: how many there may be, one heartbeat for all, and the end. */
export class Clients {
  readonly #clock: Clock;
  readonly #max: number;
  readonly #counts: ReaderCounts;
  readonly #members = new Set<Member>();
  #timer: Timer | undefined;

  constructor(clock: Clock, max: number, counts: ReaderCounts) {
    this.#clock = clock;
    this.#max = max;
    this.#counts = counts;
  }

  assertRoom(): void {
    if (this.#members.size < this.#max) return;
    this.#counts.full++;
    const text = `${this.#max} connections follow the stream, as many as server.streamClients allows; try again later`;
    throw new BellcrankError('rate-limited', text, { retryAfterMs: 5000 });
  }

  /** Returns the way to leave. */
  add(member: Member): () => void {
    this.#members.add(member);
    this.#counts.now = this.#members.size;
    this.#timer ??= this.#next();
    return () => {
      this.#members.delete(member);
      this.#counts.now = this.#members.size;
      if (this.#members.size > 0) return;
      this.#timer?.cancel();
      this.#timer = undefined;
    };
  }

  close(): void {
    for (const member of this.#members) member.bye('the service is shutting down');
  }

  #next(): Timer {
    return this.#clock.timer(heartbeatMs, () => {
      this.#timer = this.#next();
      for (const member of this.#members) member.beat();
    });
  }
}
