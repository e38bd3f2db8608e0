import type { Caller } from '../../access/caller.ts';
import type { Clock, Timer } from '../../clock.ts';
import { BellcrankError } from '../../errors.ts';
import type { ReaderCounts } from '../../observe/metrics/readers.ts';

/** Comments that keep connections from being taken for dead ones; proxies give up after a minute or so. */
export const heartbeatMs = 15_000;

/** How often it is looked whether who follows still may. */
export const lookMs = 1000;

/** What somebody with a name may take of all connections, so that others can follow, too. */
const ownPart = 0.75;

/** Why somebody may nothing any more; undefined as long as they may. */
type Ended = Caller['ended'];
type Follower = Pick<Caller, 'name' | 'ended'>;

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
  readonly #members = new Map<Member, Follower>();
  #timer: Timer | undefined;
  #look: Timer | undefined;

  constructor(clock: Clock, max: number, counts: ReaderCounts) {
    this.#clock = clock;
    this.#max = max;
    this.#counts = counts;
  }

  assertRoom({ name }: Pick<Caller, 'name'>): void {
    const isFull = this.#members.size >= this.#max;
    if (!isFull && !this.#hasItsPart(name)) return;
    this.#counts.full++;
    const most = isFull
      ? `${this.#max} connections follow the stream, as many as server.streamClients allows`
      : `${name} follows the stream over three quarters of all connections that server.streamClients allows`;
    throw new BellcrankError('rate-limited', `${most}; try again later`, { retryAfterMs: 5000 });
  }

  /** Of those without a name nobody knows whether they are one or many. */
  #hasItsPart(name: string): boolean {
    const most = Math.ceil(this.#max * ownPart);
    if (name === 'anonymous' || this.#members.size < most) return false;
    let its = 0;
    for (const member of this.#members.values()) if (member.name === name) its++;
    return its >= most;
  }

  /** Whoever may nothing any more is let go. Returns the way to leave. */
  add(member: Member, follower: Follower): () => void {
    this.#members.set(member, follower);
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
      for (const [member, { ended }] of this.#members) {
        const over = known.has(ended) ? known.get(ended) : ended();
        known.set(ended, over);
        if (over !== undefined) member.bye(over.message);
      }
    });
  }
}
