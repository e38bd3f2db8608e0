import type { Caller } from '../../access/caller.ts';
import type { Clock, Timer } from '../../clock.ts';
import { BellcrankError } from '../../errors.ts';
import type { ReaderCounts } from '../../observe/metrics/readers.ts';

/** Comments that keep connections from being taken for dead ones; proxies give up after a minute or so. */
export const heartbeatMs = 15_000;

/** How often it is looked whether who follows still may. */
export const lookMs = 1000;

/** Why somebody may nothing any more; undefined as long as they may. */
type Ended = Caller['ended'];

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
  readonly #members = new Map<Member, Ended>();
  #timer: Timer | undefined;
  #look: Timer | undefined;

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

  /** Whoever may nothing any more is let go. Returns the way to leave. */
  add(member: Member, { ended }: Pick<Caller, 'ended'>): () => void {
    this.#members.set(member, ended);
    this.#counts.now = this.#members.size;
    this.#timer ??= this.#next();
    this.#look ??= this.#nextLook();
    return () => {
      this.#members.delete(member);
      this.#counts.now = this.#members.size;
      if (this.#members.size > 0) return;
      this.#timer?.cancel();
      this.#timer = undefined;
      this.#look?.cancel();
      this.#look = undefined;
    };
  }

  close(): void {
    for (const member of this.#members.keys()) member.bye('the service is shutting down');
  }

  #next(): Timer {
    return this.#clock.timer(heartbeatMs, () => {
      this.#timer = this.#next();
      for (const member of this.#members.keys()) member.beat();
    });
  }

  #nextLook(): Timer {
    return this.#clock.timer(lookMs, () => {
      this.#look = this.#nextLook();
      // Thousands may follow with one key.
      const known = new Map<Ended, ReturnType<Ended>>();
      for (const [member, ended] of this.#members) {
        const over = known.has(ended) ? known.get(ended) : ended();
        known.set(ended, over);
        if (over !== undefined) member.bye(over.message);
      }
    });
  }
}
