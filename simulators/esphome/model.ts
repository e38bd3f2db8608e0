import type { Clock, Timer } from '../../src/clock.ts';

/** What happens to the device, for whoever carries its words. */
export interface EsphomeListener {
  /** A component published its state: after a command, or by itself. */
  state?(type: string): void;
  presence?(online: boolean): void;
}

export interface Lamp {
  on: boolean;
  brightness: number;
  color: { r: number; g: number; b: number };
  temperature: number;
  effect: string;
}

/** A device with one component of each kind, and what can happen to it. Most of them publish after every command. */
export class EsphomeBehaviour {
  readonly lamp: Lamp = {
    on: false,
    brightness: 255,
    color: { r: 255, g: 255, b: 255 },
    temperature: 250,
    effect: 'None',
  };
  readonly fan = { on: false, speed: 1, oscillating: false, forward: true };
  readonly climate = { mode: 'off', target: 20, current: 18.5 };
  readonly #clock: Clock;
  readonly #travelMs: number;
  readonly #listeners = new Set<EsphomeListener>();
  relay = false;
  door = false;
  temperature = 21.5;
  setpoint = 20;
  mode = 'eco';
  label = 'hello';
  locked = true;
  valveOpen = false;
  tilt = 0;
  presses = 0;
  #position = 0;
  #target = 0;
  #arrival: Timer | undefined;
  #online = true;

  constructor(clock: Clock, coverSeconds: number) {
    this.#clock = clock;
    this.#travelMs = coverSeconds * 1000;
  }

  get online(): boolean {
    return this.#online;
  }
  /** Of the cover, percent open; told at rest and when it begins to move. */
  get position(): number {
    return this.#position;
  }
  get moving(): boolean {
    return this.#arrival !== undefined;
  }
  get action(): string {
    const { mode, target, current } = this.climate;
    return mode === 'heat' && target > current ? 'heating' : mode === 'off' ? 'off' : 'idle';
  }

  /** Returns the way to stop listening. */
  listen(listener: EsphomeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A change that its component publishes in any case. */
  change(type: string, act: () => void): void {
    act();
    this.tell(type);
  }

  /** Switches and locks publish a state only if it is another one than before (`publish_dedup_`). */
  switchRelay(on: boolean): void {
    if (this.relay !== on) this.change('switch', () => (this.relay = on));
  }
  turnLock(locked: boolean): void {
    if (this.locked !== locked) this.change('lock', () => (this.locked = locked));
  }

  moveCover(to: number): void {
    this.#arrival?.cancel();
    this.#arrival = undefined;
    this.#target = to;
    const ms = (Math.abs(to - this.#position) / 100) * this.#travelMs;
    if (ms > 0) this.#arrival = this.#clock.timer(ms, () => this.#rest(this.#target));
    this.tell('cover');
  }

  /** Where it stands then is halfway, for a simulation's purposes. */
  stopCover(): void {
    this.#rest(this.moving ? Math.round((this.#position + this.#target) / 2) : this.#position);
  }

  tell(type: string): void {
    this.#each((listener) => listener.state?.(type));
  }

  /** It loses its network without a goodbye. */
  goOffline(): void {
    if (!this.#online) return;
    this.#online = false;
    this.#each((listener) => listener.presence?.(false));
  }

  comeOnline(): void {
    if (this.#online) return;
    this.#online = true;
    this.#each((listener) => listener.presence?.(true));
  }

  close(): void {
    this.#arrival?.cancel();
  }

  #rest(at: number): void {
    this.#arrival?.cancel();
    this.#arrival = undefined;
    this.#position = at;
    this.#target = at;
    this.tell('cover');
  }

  #each(tell: (listener: EsphomeListener) => void): void {
    for (const listener of this.#listeners) tell(listener);
  }
}
