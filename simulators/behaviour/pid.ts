/** Gains in units of the output per unit of the measured value: `ki` per second of it, `kd` per unit a second. */
export interface PidGains {
  readonly kp: number;
  readonly ki?: number;
  readonly kd?: number;
}

/** What a controller is told at each step. */
export interface PidInput {
  readonly setpoint: number;
  readonly measured: number;
  /** Since the step before. */
  readonly seconds: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Added to what the controller finds; 0 if absent. */
  readonly feedForward?: number;
}

/**
 * A controller in parallel form, one step at a time. A new setpoint gives no kick, since the derivative is that of the
 * measured value; and while the output is at a bound the integral does not wind up further (Åström and Hägglund, “PID
 * Controllers”, 2nd ed., §3.4 and §3.5).
 */
export class Pid {
  readonly #kp: number;
  readonly #ki: number;
  readonly #kd: number;
  #integral = 0;
  #last: number | undefined;

  constructor({ kp, ki = 0, kd = 0 }: PidGains) {
    this.#kp = kp;
    this.#ki = ki;
    this.#kd = kd;
  }

  /** What the integral adds to the output. */
  get integral(): number {
    return this.#integral;
  }

  /** The output, within its bounds. */
  next({ setpoint, measured, seconds, minimum, maximum, feedForward = 0 }: PidInput): number {
    const error = setpoint - measured;
    const slope = this.#last === undefined ? 0 : (measured - this.#last) / seconds;
    const integral = this.#integral + this.#ki * error * seconds;
    const wanted = feedForward + this.#kp * error + integral - this.#kd * slope;
    const output = Math.min(Math.max(wanted, minimum), maximum);
    const windsUp = (integral - this.#integral) * (wanted - output) > 0;
    if (!windsUp) this.#integral = integral;
    this.#last = measured;
    return output;
  }

  /** Forgets all that was before. */
  reset(): void {
    this.#integral = 0;
    this.#last = undefined;
  }
}
