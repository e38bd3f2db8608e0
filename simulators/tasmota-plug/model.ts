import type { Clock, Timer } from '../../src/clock.ts';
import { type Measurement, Meter } from './meter.ts';

/** What happens to the plug, for whoever carries its words. */
export interface PlugListener {
  /** A command was obeyed, a button pressed, a state asked for: the firmware tells the state each time. */
  switched?(on: boolean): void;
  /** The TelePeriod is over. */
  telemetry?(): void;
  /** It has power again, and tells everything. */
  booted?(): void;
  /** It lost its network, or found it again. */
  presence?(online: boolean): void;
}

/** 0 off, 1 on, 2 the other state, 3 as it was, 4 on for ever (docs, "PowerOnState"). */
export type PowerOnState = 0 | 1 | 2 | 3 | 4;

export interface PlugSettings {
  readonly seed: number;
  readonly loadWatts: number;
  readonly telePeriodSeconds: number;
}

/** A plug with one relay and a power meter, and what can happen to it. */
export class PlugBehaviour {
  readonly #clock: Clock;
  readonly #meter: Meter;
  readonly #listeners = new Set<PlugListener>();
  #on = false;
  #loadWatts: number;
  #telePeriodSeconds: number;
  #telemetry: Timer | undefined;
  #bootedAt: number;
  #closed = false;
  powerOnState: PowerOnState = 3;
  /** It hears and obeys, and nothing that it says gets out. */
  muted = false;
  #online = true;

  constructor(clock: Clock, settings: PlugSettings) {
    this.#clock = clock;
    this.#meter = new Meter(clock, settings.seed);
    this.#loadWatts = settings.loadWatts;
    this.#telePeriodSeconds = settings.telePeriodSeconds;
    this.#bootedAt = clock.monotonic();
    this.#schedule();
  }

  get on(): boolean {
    return this.#on;
  }
  /** Whether it is on its network. */
  get online(): boolean {
    return this.#online;
  }
  get loadWatts(): number {
    return this.#loadWatts;
  }
  get telePeriodSeconds(): number {
    return this.#telePeriodSeconds;
  }
  get uptimeSeconds(): number {
    return Math.floor((this.#clock.monotonic() - this.#bootedAt) / 1000);
  }
  /** Milliseconds since 1970 by the plug's clock. */
  get time(): number {
    return this.#meter.now();
  }

  /** Returns the way to stop listening. */
  listen(listener: PlugListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Obeys, and tells the state whether it changed or not. */
  switch(to: 'on' | 'off' | 'toggle'): boolean {
    this.#relay(to === 'toggle' ? !this.#on : to === 'on');
    this.tell();
    return this.#on;
  }

  /** Tells the state without touching it. */
  tell(): void {
    this.#each((listener) => listener.switched?.(this.#on));
  }

  /** Somebody presses the button on the plug. */
  pressButton(): void {
    this.switch('toggle');
  }

  /** Another appliance, or none. */
  setLoad(watts: number): void {
    this.#loadWatts = watts;
    this.#meter.draw(this.#on ? watts : 0);
  }

  measure(): Measurement {
    return this.#meter.measure(this.#on);
  }

  /** 0 off, 1 the firmware's default, else 10 to 3600 s (docs, "Commands", `TelePeriod`). */
  setTelePeriod(seconds: number): void {
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > 3600) return;
    this.#telePeriodSeconds = seconds === 0 ? 0 : seconds === 1 ? 300 : Math.max(10, seconds);
    this.#schedule();
  }

  /** It loses its network without a goodbye; its relay and its button go on working. */
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

  /** It is unplugged and plugged in again: PowerOnState decides. */
  powerCycle(): void {
    this.goOffline();
    const saved = this.#on;
    this.#relay([false, true, !saved, saved, true][this.powerOnState] ?? saved);
    this.#bootedAt = this.#clock.monotonic();
    this.#schedule();
    this.#online = true;
    this.#each((listener) => listener.booted?.());
  }

  /** Stops its timer. */
  close(): void {
    this.#closed = true;
    this.#telemetry?.cancel();
  }

  #relay(on: boolean): void {
    // PowerOnState 4 disables further relay control.
    this.#on = on || this.powerOnState === 4;
    this.#meter.draw(this.#on ? this.#loadWatts : 0);
  }

  #schedule(): void {
    this.#telemetry?.cancel();
    if (this.#telePeriodSeconds === 0 || this.#closed) return;
    this.#telemetry = this.#clock.timer(this.#telePeriodSeconds * 1000, () => {
      this.#each((listener) => listener.telemetry?.());
      this.#schedule();
    });
  }

  #each(tell: (listener: PlugListener) => void): void {
    for (const listener of this.#listeners) tell(listener);
  }
}
