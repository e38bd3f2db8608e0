import type { Clock } from '../../src/clock.ts';
import { ErrorQueue, type SupplyError, supplyErrors } from './error-queue.ts';
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
  readonly errors = new ErrorQueue();
  readonly replies = new ReplyGate();
  readonly #clock: Clock;
  readonly #slew: number;
  #loadOhms: number;
  #volts: number = powerOn.volts;
  #amps: number = powerOn.amps;
  #isOn: boolean;
  /** The regulator's voltage at an instant of `clock.monotonic()`; it moves from there to `#target`. */
  #from = 0;
  #since = 0;
  #failure: SupplyError | undefined;

  constructor(clock: Clock, options: SupplyOptions) {
    this.#clock = clock;
    this.#slew = options.slewVoltsPerSecond;
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

  /** Volts at the terminals: in constant-current mode no more than the load takes at the limit. */
  get measuredVoltage(): number {
    if (this.#loadOhms === Infinity) return this.#regulator;
    return Math.min(this.#regulator, this.#amps * this.#loadOhms);
  }

  get measuredCurrent(): number {
    if (this.#loadOhms === 0) return this.#regulator > 0 ? this.#amps : 0;
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
    this.#move(() => {
      this.#volts = powerOn.volts;
      this.#amps = powerOn.amps;
      this.#isOn = powerOn.isOn;
    });
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
    if (failure === undefined) this.#move(apply);
    return failure;
  }

  /** Applies a change from where the regulator is now. */
  #move(apply: () => void): void {
    this.#from = this.#regulator;
    this.#since = this.#clock.monotonic();
    apply();
    // The relay opens at once; only a connected output slews.
    if (!this.#isOn) this.#from = 0;
  }

  get #regulator(): number {
    if (!this.#isOn) return 0;
    const moved = (this.#slew * (this.#clock.monotonic() - this.#since)) / 1000;
    const left = this.#volts - this.#from;
    return Math.abs(left) <= moved ? this.#volts : this.#from + Math.sign(left) * moved;
  }
}
