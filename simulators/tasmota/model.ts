import type { Clock, Timer } from '../../src/clock.ts';
import { Light, type LightKind } from './light.ts';
import { type Measurement, Meter } from './meter.ts';
import { quietRoom, type Room } from './room.ts';
import { Shutter } from './shutter.ts';

/** What happens to the device, for whoever carries its words. */
export interface TasmotaListener {
  /** A command was obeyed, a button pressed, a state asked for: the firmware tells the state each time. */
  switched?(on: boolean, relay: number): void;
  /** A light, or a fan, was set or asked for. */
  set?(): void;
  /** A shutter, by its number, began to move or came to rest. */
  moved?(shutter: number): void;
  /** The TelePeriod is over. */
  telemetry?(): void;
  /** It has power again, and tells everything. */
  booted?(): void;
  /** It lost its network, or found it again. */
  presence?(online: boolean): void;
}

/** 0 off, 1 on, 2 the other state, 3 as it was, 4 on for ever (docs, "PowerOnState"). */
export type PowerOnState = 0 | 1 | 2 | 3 | 4;

export interface TasmotaSettings {
  readonly seed: number;
  readonly loadWatts: number;
  readonly telePeriodSeconds: number;
  readonly relays?: number;
  readonly light?: LightKind;
  readonly shutters?: number;
  readonly shutterSeconds?: number;
}

/** A device with relays, a power meter and whatever else it has, and what can happen to it. */
export class TasmotaBehaviour {
  readonly light: Light;
  readonly shutters: readonly Shutter[];
  /** Numbers of the relays that are switched, a light's last; those of the shutters come before them. */
  readonly switchable: readonly number[];
  readonly room: Room = quietRoom();
  readonly #clock: Clock;
  readonly #meter: Meter;
  readonly #listeners = new Set<TasmotaListener>();
  readonly #relays = new Map<number, boolean>();
  #fanSpeed = 0;
  #loadWatts: number;
  #telePeriodSeconds: number;
  #telemetry: Timer | undefined;
  #bootedAt: number;
  #closed = false;
  powerOnState: PowerOnState = 3;
  #online = true;

  constructor(clock: Clock, settings: TasmotaSettings) {
    this.#clock = clock;
    this.#meter = new Meter(clock, settings.seed);
    this.#loadWatts = settings.loadWatts;
    this.#telePeriodSeconds = settings.telePeriodSeconds;
    this.#bootedAt = clock.monotonic();
    const { relays = 1, light = 'none', shutters = 0, shutterSeconds = 10 } = settings;
    this.light = new Light(light);
    this.shutters = Array.from(
      { length: shutters },
      (_, index) => new Shutter(clock, shutterSeconds, () => this.#each((listener) => listener.moved?.(index + 1))),
    );
    const switched = relays + (light === 'none' ? 0 : 1);
    this.switchable = Array.from({ length: switched }, (_, index) => 2 * shutters + index + 1);
    this.#schedule();
  }

  /** Of its first relay. */
  get on(): boolean {
    return this.isOn(this.#first);
  }
  /** The relay of the light: the last. */
  get lightRelay(): number | undefined {
    return this.light.kind === 'none' ? undefined : this.switchable.at(-1);
  }
  get fanSpeed(): number {
    return this.#fanSpeed;
  }
  set fanSpeed(speed: number) {
    this.#fanSpeed = speed;
    this.#each((listener) => listener.set?.());
  }
  /** Whether it is on its network. */
  get online(): boolean {
    return this.#online;
  }
  /** kWh since it was made. */
  get energyTotal(): number {
    return this.#meter.total;
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
  /** Milliseconds since 1970 by the device's clock. */
  get time(): number {
    return this.#meter.now();
  }

  /** Returns the way to stop listening. */
  listen(listener: TasmotaListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  isOn(relay: number): boolean {
    return this.#relays.get(relay) ?? false;
  }

  /** Obeys, and tells the state whether it changed or not. */
  switch(to: 'on' | 'off' | 'toggle', relay = this.#first): boolean {
    this.#relay(relay, to === 'toggle' ? !this.isOn(relay) : to === 'on');
    this.tell(relay);
    return this.isOn(relay);
  }

  /** Tells the state without touching it. */
  tell(relay = this.#first): void {
    this.#each((listener) => listener.switched?.(this.isOn(relay), relay));
  }

  /** Changes the light, which goes on with it (SetOption20 0) unless it is set to nothing. */
  setLight(change: (light: Light) => void): void {
    change(this.light);
    if (this.lightRelay !== undefined) this.#relay(this.lightRelay, this.light.dimmer > 0);
    this.#each((listener) => listener.set?.());
  }

  /** Somebody presses a button on the device. */
  pressButton(relay = this.#first): void {
    this.switch('toggle', relay);
  }

  /** Another appliance, or none. */
  setLoad(watts: number): void {
    this.#loadWatts = watts;
    this.#meter.draw(this.on ? watts : 0);
  }

  measure(): Measurement {
    return this.#meter.measure(this.on);
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
    for (const relay of this.switchable) {
      const saved = this.isOn(relay);
      this.#relay(relay, [false, true, !saved, saved, true][this.powerOnState] ?? saved);
    }
    for (const shutter of this.shutters) shutter.stop();
    this.#bootedAt = this.#clock.monotonic();
    this.#schedule();
    this.#online = true;
    this.#each((listener) => listener.booted?.());
  }

  /** Stops its timers. */
  close(): void {
    this.#closed = true;
    this.#telemetry?.cancel();
    for (const shutter of this.shutters) shutter.close();
  }

  get #first(): number {
    return this.switchable[0] ?? 1;
  }

  #relay(relay: number, on: boolean): void {
    // PowerOnState 4 disables further relay control.
    this.#relays.set(relay, on || this.powerOnState === 4);
    if (relay === this.#first) this.#meter.draw(this.on ? this.#loadWatts : 0);
  }

  #schedule(): void {
    this.#telemetry?.cancel();
    if (this.#telePeriodSeconds === 0 || this.#closed) return;
    this.#telemetry = this.#clock.timer(this.#telePeriodSeconds * 1000, () => {
      this.#each((listener) => listener.telemetry?.());
      this.#schedule();
    });
  }

  #each(tell: (listener: TasmotaListener) => void): void {
    for (const listener of this.#listeners) tell(listener);
  }
}
