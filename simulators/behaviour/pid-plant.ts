import type { Clock } from '../../src/clock.ts';
import { FixedSteps, type StepOptions, type Stepped } from './fixed-steps.ts';
import { Pid, type PidGains } from './pid.ts';

export interface PidPlantOptions extends PidGains, StepOptions {
  /** What the value ends up above (or below) `ambient` for each unit of output. */
  readonly gain: number;
  readonly timeConstantMs: number;
  /** What the value ends up at without any output. */
  readonly ambient: number;
  /** At start; `ambient` if absent. */
  readonly value?: number;
  /** Bounds of the output; 0 and 100 if absent. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** Whether the controller knows the plant, and adds what the setpoint takes in the long run. */
  readonly feedForward?: boolean;
}

/** Changes of a step that are no longer counted as any, as a part of the value. */
const stillness = 1e-12;

/**
 * A plant of first order (an oven, a bath, a motor) and the controller that drives it to a setpoint. Computed in fixed
 * steps on the clock when somebody looks, with the same outcome whenever that is. The value is that of the last whole
 * step. Everything can be changed at any time, and counts from the next step on.
 */
export class PidPlant {
  readonly #steps: FixedSteps;
  readonly #loop: Loop;

  constructor(clock: Clock, options: PidPlantOptions) {
    this.#loop = new Loop(options);
    this.#steps = new FixedSteps(clock, this.#loop, options);
  }

  get value(): number {
    return this.#now.value;
  }

  /** What the controller puts out, within its bounds; 0 while it is off. */
  get output(): number {
    return this.#now.output;
  }

  /** Ms in which the output was not 0. */
  get drivenMs(): number {
    return this.#now.drivenSteps * this.#steps.stepMs;
  }

  /** Puts the value somewhere at once, as by hand; the controller goes on from there. */
  place(value: number): void {
    this.#steps.change(() => (this.#loop.value = value));
  }

  get setpoint(): number {
    return this.#loop.setpoint;
  }

  /** Where `risePerSecond` holds, the working setpoint begins to rise at the value. */
  set setpoint(setpoint: number) {
    this.#set(this.#loop.setpoint, setpoint, () => this.#loop.aim(setpoint));
  }

  /** Steepest rise of the working setpoint; Infinity (as at first) jumps. */
  set risePerSecond(rise: number) {
    this.#set(this.#loop.risePerSecond, rise, () => (this.#loop.risePerSecond = rise));
  }

  get isOn(): boolean {
    return this.#loop.isOn;
  }

  /** Off at first. Switched on, the controller begins afresh. */
  set isOn(isOn: boolean) {
    this.#set(this.#loop.isOn, isOn, () => this.#loop.turn(isOn));
  }

  get ambient(): number {
    return this.#loop.ambient;
  }

  set ambient(ambient: number) {
    this.#set(this.#loop.ambient, ambient, () => (this.#loop.ambient = ambient));
  }

  /** The greatest output. */
  set maximum(maximum: number) {
    this.#set(this.#loop.maximum, maximum, () => (this.#loop.maximum = maximum));
  }

  set timeConstantMs(timeConstantMs: number) {
    this.#set(this.#loop.timeConstantMs, timeConstantMs, () => (this.#loop.timeConstantMs = timeConstantMs));
  }

  /** What is as it was changes nothing, and wakes nobody. */
  #set<T>(before: T, after: T, apply: () => void): void {
    if (before !== after) this.#steps.change(apply);
  }

  get #now(): Loop {
    this.#steps.advance();
    return this.#loop;
  }
}

/** The closed loop, a step at a time. */
class Loop implements Stepped {
  readonly #pid: Pid;
  readonly #gain: number;
  readonly #minimum: number;
  readonly #feedsForward: boolean;
  ambient: number;
  maximum: number;
  timeConstantMs: number;
  value: number;
  setpoint: number;
  risePerSecond = Infinity;
  isOn = false;
  output = 0;
  drivenSteps = 0;
  #working: number;

  constructor({ minimum = 0, maximum = 100, feedForward = false, ...options }: PidPlantOptions) {
    this.#pid = new Pid(options);
    this.#gain = options.gain;
    this.#minimum = minimum;
    this.#feedsForward = feedForward;
    this.ambient = options.ambient;
    this.maximum = maximum;
    this.timeConstantMs = options.timeConstantMs;
    this.value = options.value ?? options.ambient;
    this.setpoint = this.value;
    this.#working = this.value;
  }

  aim(setpoint: number): void {
    this.setpoint = setpoint;
    this.#working = this.value;
  }

  turn(isOn: boolean): void {
    this.isOn = isOn;
    if (!isOn) this.output = 0;
    this.#working = this.value;
    this.#pid.reset();
  }

  step(seconds: number): boolean {
    const { value } = this;
    const working = this.#working;
    const { integral } = this.#pid;
    this.output = this.isOn ? this.#controlled(seconds) : 0;
    const target = this.ambient + this.#gain * this.output;
    this.value += (target - value) * (1 - Math.exp((-seconds * 1000) / this.timeConstantMs));
    if (this.output !== 0) this.drivenSteps++;
    return isStill(value, this.value) && isStill(working, this.#working) && isStill(integral, this.#pid.integral);
  }

  rest(steps: number): void {
    if (this.output !== 0) this.drivenSteps += steps;
  }

  #controlled(seconds: number): number {
    this.#working = Math.min(this.setpoint, this.#working + this.risePerSecond * seconds);
    return this.#pid.next({
      setpoint: this.#working,
      measured: this.value,
      seconds,
      minimum: this.#minimum,
      maximum: this.maximum,
      ...(this.#feedsForward && { feedForward: (this.#working - this.ambient) / this.#gain }),
    });
  }
}

function isStill(before: number, after: number): boolean {
  return Math.abs(after - before) <= stillness * Math.max(1, Math.abs(after));
}
