import type { Clock } from '../clock.ts';
import { BellcrankError } from '../errors.ts';
import { Few } from '../few.ts';
import type { End } from './end.ts';
import { Exclusive } from './exclusive.ts';
import { followAll } from './signals.ts';

/**
 * Stop and urgent commands take no turn at all: they bypass the lane. `resume` is a long command that has let others go
 * first.
 */
export type Priority = 'resume' | 'command' | 'read' | 'poll';

/**
 * Ageing: an entry's place is its time of arrival plus its class's handicap. So polls are not starved by commands; nor are
 * commands by polls where those alone would fill the line, for after a poll everybody else goes first, however old others are.
 */
const handicapMs: Readonly<Record<Priority, number>> = { resume: 0, command: 0, read: 250, poll: 1000 };

/** Whoever takes turns. The lane passes over owners that are not ready, so that they hold nobody up. */
export interface LaneOwner {
  readonly laneReady: boolean;
  /** A stop needs the line: abort what is under way in a turn of this owner. */
  preempt(error: BellcrankError): void;
}

export interface Turn {
  /** Gives the lane back; idempotent. */
  release(): void;
}

interface Entry {
  readonly owner: LaneOwner;
  readonly priority: Priority;
  readonly place: number;
  readonly grant: (turn: Turn) => void;
  readonly reject: (error: Error) => void;
  /** Told once that its turn is next, or will be soon. */
  onNext: (() => void) | undefined;
}

export interface LaneLimits {
  readonly maxInFlight: number;
  /** Pause on the line after each exchange. */
  readonly gapMs: number;
}

/** Where turns take longer, what is made ready for the next one beforehand spares the line next to nothing. */
const shortTurnMs = 100;
/** Where so many wait and turns are no longer than that, none of them notices a millisecond more. */
const pressing = { waiting: 16, turnMs: 5 } as const;
/** Of a lane on which there was no turn yet. */
const unknownMs = 2 ** 30 - 1;

/** One for all lanes on which nobody waits; never changed. */
const nobody: Entry[] = [];

/** Who may use a line, and when. Bounded: a full lane refuses commands and reads; polls bound themselves. */
export class Lane {
  readonly #clock: Clock;
  readonly #capacity: number;
  #limits: LaneLimits;
  /** By their places; who came first stands first where those are equal. */
  #waiting = nobody;
  /** How many of those who wait count against the capacity. */
  #bounded = 0;
  // Made when they are needed: most of ten thousand lanes are idle.
  #idle: Set<() => void> | undefined;
  #out: Few<HeldTurn> | undefined;
  #exclusive: Exclusive | undefined;
  #holds = 0;
  #freeAt = 0;
  /** Whole, as a number that weighs nothing. */
  #lastTurnMs = unknownMs;
  #wakesUp = false;
  /** The last turn that somebody had waited for was a poll's. */
  #hasPolled = false;

  constructor(clock: Clock, capacity: number, limits: LaneLimits = { maxInFlight: 1, gapMs: 0 }) {
    this.#clock = clock;
    this.#capacity = capacity;
    this.#limits = limits;
  }

  set limits(limits: LaneLimits) {
    this.#limits = limits;
    this.pump();
  }

  /** What has the line to itself. */
  get exclusive(): Exclusive {
    this.#exclusive ??= new Exclusive(this);
    return this.#exclusive;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** How long the one has waited that has waited longest, ms; 0 if none waits. */
  get oldestMs(): number {
    const arrivals = this.#waiting.map(({ place, priority }) => place - handicapMs[priority]);
    return arrivals.length === 0 ? 0 : this.#clock.monotonic() - Math.min(...arrivals);
  }

  get inFlight(): number {
    return this.#out?.size ?? 0;
  }

  /** What goes on record of those who wait here may wait for others, so that the line has the processor. */
  get isPressed(): boolean {
    return this.#waiting.length >= pressing.waiting && this.#lastTurnMs < pressing.turnMs;
  }

  get isFull(): boolean {
    return this.#bounded >= this.#capacity;
  }

  /** A turn on a line on which nobody waits and which is free; else undefined. */
  acquireNow(owner: LaneOwner): Turn | undefined {
    const isFree = this.#waiting.length === 0 && this.#holds === 0 && this.inFlight < this.#limits.maxInFlight;
    return isFree && owner.laneReady && this.#freeAt <= this.#clock.monotonic() ? this.#turn(owner) : undefined;
  }

  /**
   * Waits for a turn. Rejects with `queue-full`, with the signal's reason, or with the error of `evict`. `onNext` is called
   * while it waits, when its turn is the next one and others take theirs quickly (on a line that many wait for, one of the
   * next); it may be, and may not lead to one.
   */
  acquire(owner: LaneOwner, priority: Priority, signal: AbortSignal, onNext?: () => void): Promise<Turn> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    if (isBounded(priority) && this.isFull) return Promise.reject(this.#fullError());
    return new Promise((resolve, reject) => {
      let isWaiting = true;
      const onAbort = (): void => {
        this.#remove(entry);
        reject(signal.reason as Error);
      };
      const entry: Entry = {
        owner,
        priority,
        place: this.#clock.monotonic() + handicapMs[priority],
        grant: (turn) => {
          isWaiting = false;
          signal.removeEventListener('abort', onAbort);
          resolve(turn);
        },
        reject: (error) => {
          signal.removeEventListener('abort', onAbort);
          reject(error);
        },
        onNext,
      };
      this.#add(entry);
      this.pump();
      // On an idle line it has its turn by now, and there is nothing left to abort.
      if (isWaiting) signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /**
   * Takes everything that an owner has waiting out of the lane at once, and rejects it a turn of the event loop later: a
   * stop has bytes to send first, and what is to be told to a full queue takes its time.
   */
  evict(owner: LaneOwner, error: Error): void {
    const evicted: Entry[] = [];
    const left: Entry[] = [];
    for (const entry of this.#waiting) (entry.owner === owner ? evicted : left).push(entry);
    if (evicted.length === 0) return;
    // Out of a full queue one by one, the others would move up each time.
    this.#waiting = left.length === 0 ? nobody : left;
    for (const { priority } of evicted) if (isBounded(priority)) this.#bounded--;
    setImmediate(() => {
      for (const entry of evicted) entry.reject(error);
    });
  }

  /** Grants no turn until the returned function is called (idempotent). */
  hold(): () => void {
    this.#holds++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds--;
      this.pump();
    };
  }

  /** Resolves once every turn that was given out is back, or as soon as it is not waited for any more. */
  idle(until?: AbortSignal | End): Promise<void> {
    if (this.inFlight === 0) return Promise.resolve();
    const waiting = (this.#idle ??= new Set());
    const { promise, resolve } = Promise.withResolvers<void>();
    let unfollow: (() => void) | undefined;
    const done = (): void => {
      waiting.delete(done);
      unfollow?.();
      resolve();
    };
    waiting.add(done);
    // One that is over calls back at once.
    if (until !== undefined) unfollow = followAll([until], done);
    return promise;
  }

  /** Aborts whatever is under way on the line, so that a stop's answer cannot be taken for another's. */
  preempt(error: BellcrankError): void {
    for (const owner of new Set(this.#out?.all().map((turn) => turn.owner))) owner.preempt(error);
  }

  /** Gives out what turns there are. Called by owners when they become ready. */
  pump(): void {
    while (this.#holds === 0 && this.inFlight < this.#limits.maxInFlight) {
      const entry = this.#first();
      if (entry === undefined || this.#mustPause()) break;
      this.#remove(entry);
      this.#hasPolled = entry.priority === 'poll';
      entry.grant(this.#turn(entry.owner));
    }
    if (this.#holds === 0 && this.#lastTurnMs < shortTurnMs) this.#announce();
  }

  /** Told to several at once, while half of those who were told before are still there: it goes on record in one batch. */
  #announce(): void {
    announce(this.#first());
    if (!this.isPressed || this.#waiting[pressing.waiting / 2]?.onNext === undefined) return;
    for (const entry of this.#waiting.slice(0, pressing.waiting)) if (entry.owner.laneReady) announce(entry);
  }

  #mustPause(): boolean {
    const pauseMs = this.#freeAt - this.#clock.monotonic();
    if (pauseMs <= 0) return false;
    if (this.#wakesUp) return true;
    this.#wakesUp = true;
    this.#clock.timer(pauseMs, () => {
      this.#wakesUp = false;
      this.pump();
    });
    return true;
  }

  #turn(owner: LaneOwner): Turn {
    const turn = new HeldTurn(owner, this.#clock.monotonic(), this);
    this.#out ??= new Few();
    this.#out.add(turn);
    return turn;
  }

  /** For the turn itself. */
  takeBack(turn: HeldTurn): void {
    if (this.#out?.delete(turn) !== true) return;
    const endedAt = this.#clock.monotonic();
    this.#lastTurnMs = Math.min(Math.floor(endedAt - turn.begunAt), unknownMs);
    const { gapMs } = this.#limits;
    if (gapMs > 0) this.#freeAt = endedAt + gapMs;
    if (this.#out.size === 0) {
      this.#out = undefined;
      for (const resolve of this.#idle ?? []) resolve();
    }
    this.pump();
  }

  #first(): Entry | undefined {
    const first = this.#waiting.find(({ owner }) => owner.laneReady);
    if (first?.priority !== 'poll' || !this.#hasPolled) return first;
    return this.#waiting.find(({ owner, priority }) => priority !== 'poll' && owner.laneReady) ?? first;
  }

  #add(entry: Entry): void {
    // Nearly all of them go to the end.
    const before = this.#waiting.findLastIndex(({ place }) => place <= entry.place);
    if (this.#waiting === nobody) this.#waiting = [entry];
    else this.#waiting.splice(before + 1, 0, entry);
    if (isBounded(entry.priority)) this.#bounded++;
  }

  #remove(entry: Entry): void {
    const index = this.#waiting.indexOf(entry);
    if (index < 0) return;
    if (this.#waiting.length === 1) this.#waiting = nobody;
    else this.#waiting.splice(index, 1);
    if (isBounded(entry.priority)) this.#bounded--;
  }

  #fullError(): BellcrankError {
    return new BellcrankError('queue-full', `${this.#capacity} commands already wait for this line; try again later`, {
      outcome: 'not-sent',
      retryAfterMs: 1000,
    });
  }
}

class HeldTurn implements Turn {
  readonly owner: LaneOwner;
  readonly begunAt: number;
  readonly #lane: Lane;

  constructor(owner: LaneOwner, begunAt: number, lane: Lane) {
    this.owner = owner;
    this.begunAt = begunAt;
    this.#lane = lane;
  }

  release(): void {
    this.#lane.takeBack(this);
  }
}

function announce(entry: Entry | undefined): void {
  const onNext = entry?.onNext;
  if (entry === undefined || onNext === undefined) return;
  entry.onNext = undefined;
  onNext();
}

/** Polls bound themselves, and a long command was counted when it was taken. */
function isBounded(priority: Priority): boolean {
  return priority === 'command' || priority === 'read';
}
