import type { Clock } from '../../src/clock.ts';
import { PidPlant } from '../behaviour/pid-plant.ts';
import { StateMachine, type StateMachineOptions } from '../behaviour/state-machine.ts';
import type { Bank, Behaviour } from './bank.ts';
import { exceptions } from './memory.ts';
import type { OvenOptions } from './oven-options.ts';
import type { Value } from './value.ts';

/** Watts per kelvin by which the controller answers a deviation. */
const gainWatts = 100;
/** A heater at full power in a closed oven ends up so much above the room. */
const riseKelvin = 350;
/** An open door loses heat so much faster. */
const doorFactor = 5;
const tooHot = 310;
const near = 1;
const sensorBroken = -32_768;

export type Alarm = 'none' | 'over-temperature' | 'sensor';

/**
 * A chamber of first order: it loses heat in proportion to what it has above the room, and a proportional controller
 * with feed-forward heats it towards a setpoint that rises along a ramp. Everything is computed from the clock when it is
 * asked for.
 */
export class OvenBehaviour implements Behaviour {
  readonly identification = ['Bellcrank', 'OVEN', '1.0'];
  readonly #bank: Bank;
  readonly #options: OvenOptions;
  readonly #chamber: PidPlant;
  readonly #alarm: StateMachine<Alarm>;
  #doorOpen = false;
  #sensorBroken = false;

  constructor(bank: Bank, clock: Clock, options: OvenOptions) {
    this.#bank = bank;
    this.#options = options;
    this.#chamber = new PidPlant(clock, {
      kp: gainWatts,
      feedForward: true,
      gain: riseKelvin / options.maxPower,
      timeConstantMs: options.timeConstantSeconds * 1000,
      ambient: options.roomTemperature,
      value: options.temperature,
    });
    this.#alarm = new StateMachine(clock, alarmsOf(this));
    bank.store('setpoint', options.setpoint);
    bank.store('heater-on', options.heaterOn);
    bank.store('power-limit', options.maxPower);
    bank.store('label', options.label);
    bank.store('version', 'v1.0');
    this.#control();
  }

  /** °C, as the chamber has it and not as a broken sensor tells. */
  get temperature(): number {
    return this.#chamber.value;
  }

  /** Brings the chamber to a temperature at once. */
  setTemperature(celsius: number): void {
    this.#chamber.place(celsius);
    this.refresh();
  }

  /** °C around it. */
  get roomTemperature(): number {
    return this.#chamber.ambient;
  }

  setRoomTemperature(celsius: number): void {
    this.#chamber.ambient = celsius;
  }

  get isDoorOpen(): boolean {
    return this.#doorOpen;
  }

  openDoor(open: boolean): void {
    this.#doorOpen = open;
    this.#chamber.timeConstantMs = (this.#options.timeConstantSeconds * 1000) / (open ? doorFactor : 1);
    this.refresh();
  }

  get isSensorBroken(): boolean {
    return this.#sensorBroken;
  }

  breakSensor(broken: boolean): void {
    this.#sensorBroken = broken;
    this.refresh();
  }

  get isTooHot(): boolean {
    return this.#chamber.value > tooHot;
  }

  /** Watts that the heater takes. */
  get power(): number {
    return this.#chamber.output;
  }

  /** The button on its front, which does nothing while the cause lasts. */
  pressReset(): void {
    if (this.refuses('reset-alarm', true) === undefined) this.written('reset-alarm');
  }

  get alarm(): Alarm {
    return this.#alarm.state;
  }

  refresh(): void {
    // An alarm takes the heater with it.
    if (this.alarm !== 'none') this.#bank.store('heater-on', false);
    this.#control();
    this.#show();
  }

  refuses(name: string, value: Value): number | undefined {
    const outside = name === 'setpoint' && (Number(value) < 0 || Number(value) > 300);
    const blocked = name === 'heater-on' && value === true && this.alarm !== 'none';
    const lasting = name === 'reset-alarm' && (this.#sensorBroken || this.isTooHot);
    return outside || blocked || lasting ? exceptions.illegalValue : undefined;
  }

  written(name: string): void {
    if (name === 'reset-alarm') this.#alarm.to('none');
    this.refresh();
  }

  /** What the registers say is what the controller does. */
  #control(): void {
    const chamber = this.#chamber;
    const ramp = Number(this.#stored('ramp')) / 60;
    chamber.risePerSecond = ramp === 0 ? Infinity : ramp;
    chamber.maximum = Math.min(this.#options.maxPower, Number(this.#stored('power-limit')));
    chamber.setpoint = Number(this.#stored('setpoint'));
    chamber.isOn = this.#stored('heater-on') === true && !this.#doorOpen;
  }

  #show(): void {
    const bank = this.#bank;
    if (this.#sensorBroken) bank.poke({ table: 'input', address: 0 }, sensorBroken & 0xff_ff);
    else bank.store('temperature', this.temperature);
    bank.store('power', this.power);
    bank.store('at-setpoint', Math.abs(this.temperature - Number(this.#stored('setpoint'))) < near);
    bank.store('alarm', this.alarm);
    bank.store('operating-hours', this.#chamber.drivenMs / 3_600_000);
    bank.store('door-open', this.#doorOpen);
    // A coil that only does something when it is written.
    bank.store('reset-alarm', false);
  }

  #stored(name: string): Value {
    return this.#bank.stored(name);
  }
}

/** An alarm is latched, and another cause takes its place. */
function alarmsOf(oven: OvenBehaviour): StateMachineOptions<Alarm> {
  return {
    initial: 'none',
    transitions: [
      { to: 'sensor', when: () => oven.isSensorBroken },
      { to: 'over-temperature', when: () => oven.isTooHot && !oven.isSensorBroken },
    ],
  };
}
