import type { Clock, Timer } from '../../src/clock.ts';
import { booleanIn, invalid, numberIn, type Params, RpcError } from './rpc-error.ts';

export type Status = Readonly<Record<string, unknown>>;

/** Tells which fields have changed, and why. */
export type Changed = (part: Part, fields: readonly string[]) => void;

/** One component of the device: its methods without their namespace, and its status. */
export interface Part {
  readonly key: string;
  readonly id: number;
  readonly namespace: string;
  status(): Status;
  call(method: string, params: Params): unknown;
  close?(): void;
}

function noMethod(part: Part, method: string): RpcError {
  return new RpcError(404, `No handler for ${part.namespace}.${method}`);
}

/** A relay with a meter (docs, "Switch"). */
export class SwitchPart implements Part {
  readonly namespace = 'Switch';
  readonly key: string;
  readonly id: number;
  readonly #clock: Clock;
  readonly #changed: Changed;
  #watts: number;
  #celsius = 41.5;
  #since: number;
  #energy = 0;
  #timer: Timer | undefined;
  #source = 'init';
  on = false;
  /** It takes commands, and its contact does not move. */
  stuck = false;

  constructor(id: number, clock: Clock, watts: number, changed: Changed) {
    this.id = id;
    this.key = `switch:${id}`;
    this.#clock = clock;
    this.#watts = watts;
    this.#changed = changed;
    this.#since = clock.monotonic();
  }

  /** What it feeds. */
  get watts(): number {
    return this.#watts;
  }
  get celsius(): number {
    return this.#celsius;
  }
  /** Wh that have flowed. */
  get energy(): number {
    this.#count();
    return Number(this.#energy.toFixed(3));
  }

  /** Another appliance. */
  setLoad(watts: number): void {
    this.#count();
    this.#watts = watts;
    if (this.on) this.#changed(this, ['apower', 'current']);
  }

  setTemperature(celsius: number): void {
    this.#celsius = celsius;
    this.#changed(this, ['temperature']);
  }

  status(): Status {
    const apower = this.on ? this.#watts : 0;
    return {
      id: this.id,
      source: this.#source,
      output: this.on,
      apower,
      voltage: 230.1,
      freq: 50,
      current: Number((apower / 230.1).toFixed(3)),
      aenergy: { total: this.energy, by_minute: [0, 0, 0], minute_ts: 0 },
      temperature: { tC: this.#celsius, tF: Number((this.#celsius * 1.8 + 32).toFixed(1)) },
    };
  }

  call(method: string, params: Params): unknown {
    switch (method) {
      case 'Set':
        return this.#set(params);
      case 'Toggle':
        return this.switch(!this.on, 'MQTT');
      default:
        throw noMethod(this, method);
    }
  }

  switch(on: boolean, source: string): { was_on: boolean } {
    const wasOn = this.on;
    this.#source = source;
    this.#timer?.cancel();
    this.#count();
    if (!this.stuck) this.on = on;
    if (wasOn !== this.on) this.#changed(this, ['output', 'source', 'apower', 'current']);
    return { was_on: wasOn };
  }

  close(): void {
    this.#timer?.cancel();
  }

  #set(params: Params): unknown {
    const on = booleanIn(params, 'on');
    if (on === undefined) throw invalid("Missing required argument 'on'!");
    const after = numberIn(params, 'toggle_after', 0, 86_400);
    const result = this.switch(on, 'MQTT');
    if (after !== undefined) this.#timer = this.#clock.timer(after * 1000, () => void this.switch(!on, 'timer'));
    return result;
  }

  #count(): void {
    const now = this.#clock.monotonic();
    if (this.on) this.#energy += (this.#watts * (now - this.#since)) / 3_600_000;
    this.#since = now;
  }
}

/** A dimmer (docs, "Light"). */
export class LightPart implements Part {
  readonly namespace = 'Light';
  readonly key: string;
  readonly id: number;
  readonly #changed: Changed;
  on = false;
  brightness = 50;

  constructor(id: number, changed: Changed) {
    this.id = id;
    this.key = `light:${id}`;
    this.#changed = changed;
  }

  status(): Status {
    return { id: this.id, source: 'MQTT', output: this.on, brightness: this.brightness };
  }

  call(method: string, params: Params): unknown {
    switch (method) {
      case 'Set':
        return this.set(booleanIn(params, 'on'), numberIn(params, 'brightness', 0, 100));
      case 'Toggle':
        return this.set(!this.on, undefined);
      default:
        throw noMethod(this, method);
    }
  }

  set(on: boolean | undefined, brightness: number | undefined): null {
    if (on === undefined && brightness === undefined) throw invalid("At least one of 'on' and 'brightness' is needed!");
    this.on = on ?? this.on;
    this.brightness = brightness ?? this.brightness;
    this.#changed(this, ['output', 'brightness', 'source']);
    return null;
  }
}

/** An input that is a switch; what is pressed there is told as an event too (docs, "Input"). */
export class InputPart implements Part {
  readonly namespace = 'Input';
  readonly key: string;
  readonly id: number;
  readonly #changed: Changed;
  #state = false;

  constructor(id: number, changed: Changed) {
    this.id = id;
    this.key = `input:${id}`;
    this.#changed = changed;
  }

  get state(): boolean {
    return this.#state;
  }

  status(): Status {
    return { id: this.id, state: this.#state };
  }

  call(method: string): unknown {
    throw noMethod(this, method);
  }

  become(state: boolean): void {
    this.#state = state;
    this.#changed(this, ['state']);
  }
}
