import type { Controller } from './controller.ts';
import type { Vector } from './planner.ts';

/** Reports between two that hold the offsets, or the overrides: more in motion than at rest. */
const periods = { offset: { busy: 30, still: 10 }, overrides: { busy: 20, still: 10 } } as const;

/** Writes status reports, whose parts come at different times (GRBL 1.1, interface: "Real-time Status reports"). */
export class StatusReports {
  readonly #machine: Controller;
  #untilOffset = 0;
  #untilOverrides = 1;
  #offset = '';
  #overrides = '';

  constructor(machine: Controller) {
    this.#machine = machine;
  }

  /** After a reset: offsets in the first report, overrides in the second. */
  restart(): void {
    this.#untilOffset = 0;
    this.#untilOverrides = 1;
  }

  next(freeBytes: number): string {
    const { state, subState, settings, position, offset, accessories, planner, pins } = this.#machine;
    const mask = settings.get(10);
    const isMachine = (mask & 1) === 1;
    const shown = isMachine ? position : subtract(position, offset);
    const fields = [
      subState === undefined ? state : `${state}:${subState}`,
      `${isMachine ? 'MPos' : 'WPos'}:${this.#list(shown)}`,
      (mask & 2) === 2 ? `Bf:${planner.free},${freeBytes}` : '',
      `FS:${Math.round(planner.rate * this.#scale)},${accessories.actualSpeed}`,
      pins === '' ? '' : `Pn:${pins}`,
      this.#now(),
    ];
    return `<${fields.filter((field) => field !== '').join('|')}>`;
  }

  /** What changed is told at once; what did not, now and then. Never both in one report. */
  #now(): string {
    const { accessories, offset, state } = this.#machine;
    const pace = state === 'Idle' || state === 'Alarm' || state === 'Check' || state === 'Sleep' ? 'still' : 'busy';
    const place = this.#list(offset);
    const { feed, rapid, spindleOverride, letters } = accessories;
    const overrides = `Ov:${feed},${rapid},${spindleOverride}${letters === '' ? '' : `|A:${letters}`}`;
    if (place !== this.#offset) this.#untilOffset = 0;
    if (overrides !== this.#overrides) this.#untilOverrides = 0;
    if (this.#untilOffset-- <= 0) {
      this.#untilOffset = periods.offset[pace] - 1;
      this.#offset = place;
      return `WCO:${place}`;
    }
    if (this.#untilOverrides-- > 0) return '';
    this.#untilOverrides = periods.overrides[pace] - 1;
    this.#overrides = overrides;
    return overrides;
  }

  get #isInch(): boolean {
    return this.#machine.settings.get(13) !== 0;
  }

  get #scale(): number {
    return this.#isInch ? 1 / 25.4 : 1;
  }

  #list(position: Vector): string {
    return position.map((value) => (value * this.#scale).toFixed(this.#isInch ? 4 : 3)).join(',');
  }
}

function subtract(one: Vector, other: Vector): Vector {
  return [one[0] - other[0], one[1] - other[1], one[2] - other[2]];
}
