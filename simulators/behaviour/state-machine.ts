import type { Clock, Timer } from '../../src/clock.ts';

/** What happens in one state. */
export interface StateHooks<S extends string> {
  /** It has been entered, from another state (undefined at first). */
  entry?(from: S | undefined): void;
  /** It is being left. */
  exit?(to: S): void;
}

/** From one state to another: as soon as something is so, or after a time in the state. */
export type Transition<S extends string> = {
  /** Absent: from any other state. */
  readonly from?: S | readonly S[];
  readonly to: S;
} & ({ readonly when: () => boolean } | { readonly afterMs: number });

export interface StateMachineOptions<S extends string> {
  readonly initial: S;
  readonly states?: Readonly<Partial<Record<S, StateHooks<S>>>>;
  /** The first that applies is taken, then all are looked at again. */
  readonly transitions?: readonly Transition<S>[];
}

/** Most transitions of one look: what goes in circles goes on at the next, or a millisecond later. */
const mostAtOnce = 100;

/** Clocks that are not real time round. */
const roundingMs = 1e-6;

/**
 * States and the ways between them. Times run out on the clock, to the millisecond and one after the other, also those
 * that ran out while nobody looked; conditions are looked at when `state` is read, at `look()`, and whenever a time runs
 * out. `to` goes anywhere at once.
 */
export class StateMachine<S extends string> {
  readonly #clock: Clock;
  readonly #hooks: Readonly<Partial<Record<S, StateHooks<S>>>> | undefined;
  readonly #transitions: readonly Transition<S>[];
  #state: S;
  #enteredAt: number;
  #timer: Timer | undefined;
  #isMoving = false;
  #isClosed = false;
  /** Where a hook wants to go. */
  #wanted: S | undefined;

  constructor(clock: Clock, { initial, states, transitions = [] }: StateMachineOptions<S>) {
    this.#clock = clock;
    this.#hooks = states;
    this.#transitions = transitions;
    this.#state = initial;
    this.#enteredAt = clock.monotonic();
    this.#during(() => this.#hooks?.[initial]?.entry?.(undefined));
    this.#arm(0);
    if (this.#wanted !== undefined) this.look();
  }

  get state(): S {
    this.look();
    return this.#state;
  }

  /** How long it has been in its state. */
  get sinceMs(): number {
    this.look();
    return this.#clock.monotonic() - this.#enteredAt;
  }

  /** Takes the transitions that are due. */
  look(): void {
    if (this.#isMoving) return;
    for (let taken = 0; taken < mostAtOnce; taken++) {
      const due = this.#isClosed ? undefined : this.#due();
      if (due === undefined) return taken === 0 ? undefined : this.#arm(0);
      this.#enter(due.to, due.at);
    }
    this.#arm(1);
  }

  /**
   * Goes to a state, also to the one that it is in: that is left and entered anew. What a hook asks for is done once the
   * machine is where it goes.
   */
  to(state: S): void {
    if (this.#isClosed) return;
    this.#wanted = state;
    this.look();
  }

  /** Stops its timer. It stays where it is. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #due(): { readonly to: S; readonly at: number } | undefined {
    const now = this.#clock.monotonic();
    const wanted = this.#wanted;
    this.#wanted = undefined;
    if (wanted !== undefined) return { to: wanted, at: now };
    for (const transition of this.#leaving()) {
      const at = 'when' in transition ? now : this.#enteredAt + transition.afterMs;
      const isDue = 'when' in transition ? transition.when() : at <= now + roundingMs;
      if (isDue) return { to: transition.to, at };
    }
    return undefined;
  }

  #leaving(): Transition<S>[] {
    return this.#transitions.filter(({ from, to }) =>
      from === undefined ? to !== this.#state : [from].flat().some((state) => state === this.#state),
    );
  }

  #enter(state: S, at: number): void {
    const from = this.#state;
    this.#during(() => {
      this.#hooks?.[from]?.exit?.(state);
      this.#state = state;
      this.#enteredAt = at;
      this.#hooks?.[state]?.entry?.(from);
    });
  }

  /** Meanwhile nothing else moves it. */
  #during(run: () => void): void {
    this.#isMoving = true;
    try {
      run();
    } finally {
      this.#isMoving = false;
    }
  }

  /** Looks again when the next time runs out, and not before so long. */
  #arm(leastMs: number): void {
    this.#timer?.cancel();
    const times = this.#leaving().flatMap((transition) => ('afterMs' in transition ? [transition.afterMs] : []));
    if (times.length === 0 || this.#isClosed) return;
    const ms = Math.min(...times) + this.#enteredAt - this.#clock.monotonic();
    this.#timer = this.#clock.timer(Math.max(leastMs, ms), () => {
      const before = this.#enteredAt;
      this.look();
      // Timers of an operating system come a little early now and then.
      if (this.#enteredAt === before) this.#arm(1);
    });
  }
}
