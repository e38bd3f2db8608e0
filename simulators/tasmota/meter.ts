import type { Clock } from '../../src/clock.ts';

/** What the meter tells, in its own resolution (docs, "Commands", `WattRes`, `VoltRes`, `EnergyRes`). */
export interface Measurement {
  readonly voltage: number;
  readonly current: number;
  readonly activePower: number;
  readonly apparentPower: number;
  readonly reactivePower: number;
  readonly factor: number;
  /** kWh. */
  readonly today: number;
  readonly yesterday: number;
  readonly total: number;
}

const mainsVolts = 230;
const powerFactor = 0.98;
const dayMs = 86_400_000;

/** The plug's power meter: what flows now, with a small seeded variation, and what has flowed. */
export class Meter {
  readonly #clock: Clock;
  readonly #random: () => number;
  /** Of the plug's own clock, which runs on without jumps. */
  readonly #epoch: number;
  #watts = 0;
  #since: number;
  #today = 0;
  #yesterday = 0;
  #total = 0;

  constructor(clock: Clock, seed: number) {
    this.#clock = clock;
    this.#random = randomOf(seed);
    this.#epoch = clock.now() - clock.monotonic();
    this.#since = this.now();
  }

  /** Milliseconds since 1970 by the plug's clock. */
  now(): number {
    return this.#epoch + this.#clock.monotonic();
  }

  /** kWh, without a look at what flows now. */
  get total(): number {
    this.#count();
    return round(this.#total, 3);
  }

  /** The load as of now. */
  draw(watts: number): void {
    this.#count();
    this.#watts = watts;
  }

  /** The voltage is told only while the relay is on (docs, "Commands", SetOption21 0). */
  measure(relayOn: boolean): Measurement {
    this.#count();
    const voltage = relayOn ? Math.round(mainsVolts * this.#vary(0.01)) : 0;
    const watts = this.#watts * this.#vary(0.01);
    const apparent = watts / powerFactor;
    return {
      voltage,
      current: voltage === 0 ? 0 : round(apparent / voltage, 3),
      activePower: Math.round(watts),
      apparentPower: Math.round(apparent),
      reactivePower: Math.round(Math.sqrt(apparent ** 2 - watts ** 2)),
      factor: watts === 0 ? 0 : powerFactor,
      today: round(this.#today, 3),
      yesterday: round(this.#yesterday, 3),
      total: round(this.#total, 3),
    };
  }

  /** Adds what has flowed since the last count, day by day. */
  #count(): void {
    const now = this.now();
    for (let midnight = nextMidnight(this.#since); midnight <= now; midnight = nextMidnight(midnight)) {
      this.#add(midnight);
      this.#yesterday = this.#today;
      this.#today = 0;
    }
    this.#add(now);
  }

  #add(until: number): void {
    const kiloWattHours = (this.#watts * (until - this.#since)) / 3_600_000_000;
    this.#today += kiloWattHours;
    this.#total += kiloWattHours;
    this.#since = until;
  }

  #vary(share: number): number {
    return 1 + (this.#random() * 2 - 1) * share;
  }
}

function nextMidnight(time: number): number {
  return (Math.floor(time / dayMs) + 1) * dayMs;
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

/** Numbers in [0, 1) that the seed fixes (Marsaglia's xorshift32). */
function randomOf(seed: number): () => number {
  let state = (seed >>> 0 || 1) ^ 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
