import type { GrblOptions } from './options.ts';

/** Settings as GRBL 1.1 prints them, with the numbers of decimals (interface: "Grbl $ Settings Message"). */
const decimals: Readonly<Record<number, 0 | 3>> = {
  0: 0,
  1: 0,
  2: 0,
  3: 0,
  4: 0,
  5: 0,
  6: 0,
  10: 0,
  11: 3,
  12: 3,
  13: 0,
  20: 0,
  21: 0,
  22: 0,
  23: 0,
  24: 3,
  25: 3,
  26: 0,
  27: 3,
  30: 0,
  31: 0,
  32: 0,
  100: 3,
  101: 3,
  102: 3,
  110: 3,
  111: 3,
  112: 3,
  120: 3,
  121: 3,
  122: 3,
  130: 3,
  131: 3,
  132: 3,
};

/** The EEPROM: it outlives resets and power cuts. */
export class Settings {
  readonly #values: Map<number, number>;

  constructor({ homing, softLimits, travelMm, rapidMmPerMin }: GrblOptions) {
    const values: Record<number, number> = {
      0: 10,
      1: 25,
      10: 1,
      11: 0.01,
      12: 0.002,
      20: Number(softLimits),
      22: Number(homing),
      24: 25,
      25: 500,
      26: 250,
      27: 1,
      30: 1000,
    };
    for (const axis of [0, 1, 2]) {
      values[100 + axis] = 250;
      values[110 + axis] = rapidMmPerMin;
      values[120 + axis] = 10;
      values[130 + axis] = travelMm;
    }
    this.#values = new Map(Object.keys(decimals).map((key) => [Number(key), values[Number(key)] ?? 0]));
  }

  get(setting: number): number {
    return this.#values.get(setting) ?? 0;
  }

  /** Returns the number of the error, or 0. */
  set(setting: number, value: number): number {
    if (!this.#values.has(setting)) return 3;
    if (value < 0) return 4;
    if (setting === 0 && value < 3) return 6;
    if (setting === 20 && value !== 0 && this.get(22) === 0) return 10;
    this.#values.set(setting, decimals[setting] === 0 ? Math.trunc(value) : value);
    // Without homing there is no machine space for soft limits.
    if (setting === 22 && value === 0) this.#values.set(20, 0);
    return 0;
  }

  /** `$0=10`, one a line. */
  print(): string[] {
    return Array.from(this.#values, ([setting, value]) => `$${setting}=${value.toFixed(decimals[setting] ?? 3)}`);
  }
}
