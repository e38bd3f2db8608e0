import type { Clock } from '../../src/clock.ts';
import type { Bank, Behaviour } from './bank.ts';
import { exceptions } from './memory.ts';
import type { OvenOptions } from './oven-options.ts';
import type { Value } from './value.ts';

/** Longest step of the integration, and most steps between two looks. */
const step = { ms: 100, most: 20_000 } as const;

/** Watts per kelvin by which the controller answers a deviation. */
const gainWatts = 100;
/** A heater at full power in a closed oven ends up so much above the room. */
const riseKelvin = 350;
/** An open door loses heat so much faster. */
const doorFactor = 5;
const tooHot = 310;
const near = 1;
const sensorBroken = -32_768;

type Alarm = 'none' | 'over-temperature' | 'sensor';

/**
 * A chamber of first order: it loses heat in proportion to what it has above the room, and a proportional controller
 * with feed-forward heats it towards a setpoint that rises along a ramp. Everything is computed from the clock when it is
 * asked for.
 */
export class OvenBehaviour implements Behaviour {
  readonly identification = ['Bellcrank', 'OVEN', '1.0'];
  readonly #bank: Bank;
  readonly #clock: Clock;
  readonly #options: OvenOptions;
  #at: number;
  #temperature: number;
  #working: number;
  #power = 0;
  #hours = 0;
  #doorOpen = false;
  #sensorBroken = false;
  #alarm: Alarm = 'none';

  constructor(bank: Bank, clock: Clock, options: OvenOptions) {
    this.#bank = bank;
    this.#clock = clock;
    this.#options = options;
    this.#at = clock.monotonic();
    this.#temperature = options.temperature;
    this.#working = options.temperature;
    bank.set('setpoint', options.setpoint);
    bank.set('heater-on', options.heaterOn);
    bank.set('power-limit', options.maxPower);
    bank.set('label', options.label);
    bank.set('version', 'v1.0');
  }

  /** °C, as the chamber has it and not as a broken sensor tells. */
  get temperature(): number {
    this.refresh();
    return this.#temperature;
  }

  openDoor(open: boolean): void {
    this.refresh();
    this.#doorOpen = open;
  }

  breakSensor(broken: boolean): void {
    this.refresh();
    this.#sensorBroken = broken;
  }

  /** Brings the chamber to a temperature at once. */
  setTemperature(celsius: number): void {
    this.refresh();
    this.#temperature = celsius;
  }

  refresh(): void {
    const now = this.#clock.monotonic();
    const elapsed = now - this.#at;
    const steps = Math.min(step.most, Math.ceil(elapsed / step.ms));
    for (let count = 0; count < steps; count++) this.#advance(elapsed / steps / 1000);
    this.#at = now;
    this.#watch();
    this.#show();
  }

  refuses(name: string, value: Value): number | undefined {
    const outside = name === 'setpoint' && (Number(value) < 0 || Number(value) > 300);
    const blocked = name === 'heater-on' && value === true && this.#alarm !== 'none';
    const lasting = name === 'reset-alarm' && this.#cause !== 'none';
    return outside || blocked || lasting ? exceptions.illegalValue : undefined;
  }

  written(name: string): void {
    if (name === 'reset-alarm') this.#alarm = 'none';
    // A ramp begins where the chamber is.
    if (name === 'setpoint' || name === 'heater-on') this.#working = this.#temperature;
    this.#show();
  }

  get #cause(): Alarm {
    if (this.#sensorBroken) return 'sensor';
    return this.#temperature > tooHot ? 'over-temperature' : 'none';
  }

  #advance(seconds: number): void {
    const { roomTemperature, timeConstantSeconds, maxPower } = this.#options;
    this.#power = this.#controlled(seconds);
    const above = this.#temperature - roomTemperature;
    const factor = this.#doorOpen ? doorFactor : 1;
    const change = (riseKelvin * this.#power) / maxPower - above * factor;
    this.#temperature += (change * seconds) / timeConstantSeconds;
    if (this.#power > 0) this.#hours += seconds / 3600;
  }

  /** Watts that the controller asks for. */
  #controlled(seconds: number): number {
    const { roomTemperature, maxPower } = this.#options;
    if (this.#stored('heater-on') !== true || this.#doorOpen || this.#alarm !== 'none') return 0;
    const setpoint = Number(this.#stored('setpoint'));
    const ramp = Number(this.#stored('ramp')) / 60;
    this.#working = ramp === 0 ? setpoint : Math.min(setpoint, this.#working + ramp * seconds);
    const feedForward = ((this.#working - roomTemperature) / riseKelvin) * maxPower;
    const wanted = feedForward + (this.#working - this.#temperature) * gainWatts;
    return Math.max(0, Math.min(wanted, maxPower, Number(this.#stored('power-limit'))));
  }

  /** An alarm is latched, and takes the heater with it. */
  #watch(): void {
    if (this.#cause !== 'none') this.#alarm = this.#cause;
    if (this.#alarm === 'none') return;
    this.#power = 0;
    this.#bank.set('heater-on', false);
  }

  #show(): void {
    const bank = this.#bank;
    const isHeating = this.#stored('heater-on') === true && !this.#doorOpen;
    if (this.#sensorBroken) bank.poke({ table: 'input', address: 0 }, sensorBroken & 0xff_ff);
    else bank.set('temperature', this.#temperature);
    bank.set('power', isHeating ? this.#power : 0);
    bank.set('at-setpoint', Math.abs(this.#temperature - Number(this.#stored('setpoint'))) < near);
    bank.set('alarm', this.#alarm);
    bank.set('operating-hours', this.#hours);
    bank.set('door-open', this.#doorOpen);
    // A coil that only does something when it is written.
    bank.set('reset-alarm', false);
  }

  #stored(name: string): Value {
    return this.#bank.stored(name);
  }
}
