import type { Clock, Timer } from '../clock.ts';
import type { Cause } from '../transport/connection.ts';
import { driverNow, withinCall } from './cause.ts';
import { ClockOver } from './clock-over.ts';

/** What of a driver's own is called back. */
export type CalledBack = 'what came in' | 'a timer of its own' | 'the end of its session';

/** Who is told that a driver failed when it was called back. */
export interface Blamed {
  /** Whose it is what fails later, where nobody awaits it. */
  readonly cause: Cause;
  failed(error: unknown, at: CalledBack): void;
}

const over = { isOver: true };

/** Calls a driver back. The process is everybody's: what fails there ends nothing. */
export function callBack<T>(back: (it: T) => unknown, it: T, blamed: Blamed, at: CalledBack): void {
  try {
    // A timer that a call has set is that call's.
    const isOfCall = at === 'a timer of its own' && driverNow() !== undefined;
    const done = isOfCall ? back(it) : withinCall({ cause: blamed.cause, call: over }, () => back(it));
    // One that is `async` throws later.
    if (done instanceof Promise) done.catch((error: unknown) => blamed.failed(error, at));
  } catch (error) {
    blamed.failed(error, at);
  }
}

/** The clock that a driver is handed. */
export class DriverClock extends ClockOver {
  readonly #blamed: Blamed;

  constructor(clock: Clock, blamed: Blamed) {
    super(clock);
    this.#blamed = blamed;
  }

  override timer(ms: number, fire: () => void): Timer {
    return super.timer(ms, () => callBack(fire, undefined, this.#blamed, 'a timer of its own'));
  }
}
