import type { Clock } from '../../clock.ts';
import type { SimulatorControl } from '../../simulation/control.ts';
import type { SimulatorHappening } from '../../simulation/simulators.ts';

/** What the faults of one simulator do may be told so often in a second: some act on every byte. */
const actedPerSecond = 5;

export class SimulatorRation {
  readonly #clock: Clock;
  readonly #windows = new WeakMap<SimulatorControl, { begunAt: number; told: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  take({ control, event }: SimulatorHappening): boolean {
    if (event.kind !== 'acted') return true;
    const now = this.#clock.monotonic();
    const before = this.#windows.get(control);
    const window = before !== undefined && now - before.begunAt < 1000 ? before : { begunAt: now, told: 0 };
    this.#windows.set(control, window);
    return window.told++ < actedPerSecond;
  }
}
