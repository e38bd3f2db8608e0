import type { Clock } from '../../src/clock.ts';
import { Ramp } from '../behaviour/ramp.ts';
import { type SupplyError, supplyErrorQueue, supplyErrors } from './error-queue.ts';
import type { SupplyOptions } from './options.ts';
import { ReplyGate } from './reply-gate.ts';

/** What the supply itself allows, whatever a driver believes. */
export const limits = { volts: 30, amps: 5 } as const;

const powerOn = { volts: 0, amps: 1, isOn: false } as const;

/**
 * A single-output supply on a resistive load. Everything is computed from the clock when it is asked for: the
 * regulator slews towards its setpoint, and the current limit caps the voltage that the load sees.
 */
export class SupplyBehaviour {
  readonly identity: string;
  readonly errors = supplyErrorQueue();
  readonly replies = new ReplyGate();
  readonly #regulator: Ramp;
  #loadOhms: number;
  #volts: number = powerOn.volts;
  #amps: number = powerOn.amps;
  #isOn: boolean;
  #failure: SupplyError | undefined;

  constructor(clock: Clock, options: SupplyOptions) {
    this.#regulator = new Ramp(clock, { ratePerSecond: options.slewVoltsPerSecond });
    this.#loadOhms = options.loadOhms;
    this.#isOn = options.outputOn;
    this.identity = options.identity;
  }

  get voltageSetpoint(): number {
    return this.#volts;
  }

  get currentSetpoint(): number {
    return this.#amps;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** 0 is a short, Infinity an open output. */
  get loadOhms(): number {
    return this.#loadOhms;
  }

  /** What the load holds it to. */
  get mode(): 'voltage' | 'current' {
    return this.measuredVoltage < this.#regulator.value || (this.#loadOhms === 0 && this.#isOn) ? 'current' : 'voltage';
  }

  /** Volts at the terminals: in constant-current mode no more than the load takes at the limit. */
  get measuredVoltage(): number {
    const { value } = this.#regulator;
    return this.#loadOhms === Infinity ? value : Math.min(value, this.#amps * this.#loadOhms);
  }

  get measuredCurrent(): number {
    if (this.#loadOhms === 0) return this.#regulator.value > 0 ? this.#amps : 0;
    return this.measuredVoltage / this.#loadOhms;
  }

  get measuredPower(): number {
    return this.measuredVoltage * this.measuredCurrent;
  }

  /** Returns why the supply did not take it. */
  setVoltage(volts: number): SupplyError | undefined {
    return this.#set(volts >= 0 && volts <= limits.volts, () => (this.#volts = volts));
  }

  setCurrent(amps: number): SupplyError | undefined {
    return this.#set(amps >= 0 && amps <= limits.amps, () => (this.#amps = amps));
  }

  setOutput(isOn: boolean): SupplyError | undefined {
    return this.#set(true, () => (this.#isOn = isOn));
  }

  /** The state after power-on, and after *RST. */
  reset(): void {
    this.#volts = powerOn.volts;
    this.#amps = powerOn.amps;
    this.#isOn = powerOn.isOn;
    this.#regulate();
  }

  /** Changes the load; 0 is a short, Infinity an open output. */
  setLoad(ohms: number): void {
    this.#loadOhms = ohms;
  }

  /** Puts an entry into the error queue that no command caused. */
  pushError(code: number, text: string): void {
    this.errors.push({ code, text });
  }

  /** Makes the next setting fail with this error, undone. */
  failNext(code: number, text: string): void {
    this.#failure = { code, text };
  }

  /** Stops answering, after `after` more replies; commands are still obeyed. */
  mute(after = 0): void {
    this.replies.set(undefined, after);
  }

  unmute(): void {
    this.replies.set(0, 0);
  }

  /** Holds every reply back for so long, after `after` more that are not. */
  delayReplies(ms: number, after = 0): void {
    this.replies.set(ms, after);
  }

  #set(isAllowed: boolean, apply: () => void): SupplyError | undefined {
    const failure = this.#failure ?? (isAllowed ? undefined : supplyErrors.outOfRange);
    this.#failure = undefined;
    if (failure !== undefined) return failure;
    apply();
    this.#regulate();
    return undefined;
  }

  /** The relay opens at once; only a connected output slews. */
  #regulate(): void {
    if (this.#isOn) this.#regulator.to(this.#volts);
    else this.#regulator.settle(0);
  }
}
