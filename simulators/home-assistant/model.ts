import type { Clock, Timer } from '../../src/clock.ts';

export type Mode = 'eco' | 'comfort' | 'off';
export type Blind = 'open' | 'opening' | 'closed' | 'closing' | 'stopped';

/** What the board has, in its own words. */
export interface BoardState {
  relay: boolean;
  setpoint: number;
  mode: Mode;
  lamp: boolean;
  brightness: number;
  blind: Blind;
  temperature: number;
  door: boolean;
}

export type Part = keyof BoardState;

export interface BoardListener {
  /** A part was set, or has changed by itself: it is told, whether it is another one or not. */
  told?(part: Part): void;
  presence?(online: boolean): void;
}

/** A board with a relay, a setpoint, a lamp, a blind and some sensors, and what can happen to it. */
export class BoardBehaviour {
  readonly #clock: Clock;
  readonly #travelMs: number;
  readonly #listeners = new Set<BoardListener>();
  readonly state: BoardState = {
    relay: false,
    setpoint: 20,
    mode: 'eco',
    lamp: false,
    brightness: 128,
    blind: 'closed',
    temperature: 21.5,
    door: false,
  };
  #movement: Timer | undefined;
  #online = true;
  /** How often its button was pressed. */
  presses = 0;

  constructor(clock: Clock, travelMs: number) {
    this.#clock = clock;
    this.#travelMs = travelMs;
  }

  get online(): boolean {
    return this.#online;
  }

  /** Returns the way to stop listening. */
  listen(listener: BoardListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** It obeys, or somebody turns a knob. */
  set<P extends Part>(part: P, value: BoardState[P]): void {
    this.state[part] = value;
    this.#tell(part);
  }

  press(): void {
    this.presses++;
  }

  /** The blind sets off, unless it is there. */
  move(to: 'open' | 'closed'): void {
    this.#movement?.cancel();
    this.#movement = undefined;
    if (this.state.blind === to) return this.#tell('blind');
    this.set('blind', to === 'open' ? 'opening' : 'closing');
    this.#movement = this.#clock.timer(this.#travelMs, () => {
      this.#movement = undefined;
      this.set('blind', to);
    });
  }

  stopMoving(): void {
    const moved = this.#movement !== undefined;
    this.#movement?.cancel();
    this.#movement = undefined;
    if (moved) this.set('blind', 'stopped');
    else this.#tell('blind');
  }

  /** It loses its network without a goodbye. */
  goOffline(): void {
    this.#presence(false);
  }

  comeOnline(): void {
    this.#presence(true);
  }

  close(): void {
    this.#movement?.cancel();
    this.#listeners.clear();
  }

  #presence(online: boolean): void {
    if (this.#online === online) return;
    this.#online = online;
    for (const listener of this.#listeners) listener.presence?.(online);
  }

  #tell(part: Part): void {
    for (const listener of this.#listeners) listener.told?.(part);
  }
}
