export interface Timer {
  cancel(): void;
}

/** Time, injected. Deadlines, leases and back-off use `monotonic`; only records use `now`. */
export interface Clock {
  /** Wall-clock time in ms since 1970, for timestamps that people read. */
  now(): number;
  /** Milliseconds that never go back or jump. */
  monotonic(): number;
  timer(ms: number, fire: () => void): Timer;
  /**
   * Lets input that had already reached the process be delivered. Node runs timers before I/O, so after a stalled
   * event loop a timeout fires although its reply is waiting; whoever times out calls this before deciding.
   */
  ioTurn(): Promise<void>;
}

/** A port is read a chunk a turn, and a broker's client hands on what it has read some turns later: one turn does not suffice. */
const ioTurnMs = 3;

class SystemTimer implements Timer {
  readonly #timeout: ReturnType<typeof setTimeout>;

  constructor(ms: number, fire: () => void) {
    this.#timeout = setTimeout(fire, ms);
  }

  cancel(): void {
    clearTimeout(this.#timeout);
  }
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  timer: (ms, fire) => new SystemTimer(ms, fire),
  async ioTurn() {
    await new Promise<void>((resolve) => setImmediate(resolve));
    await new Promise<void>((resolve) => setTimeout(resolve, ioTurnMs));
    await new Promise<void>((resolve) => setImmediate(resolve));
  },
};

/** The second that was told last, without its end. */
let lastSecond = { second: 0, text: '1970-01-01T00:00:00.' };
const ends = Array.from({ length: 1000 }, (_, ms) => `${String(ms).padStart(3, '0')}Z`);

/** RFC 3339, in UTC; of whole ms. What happens in a second is told many times, and the second is written once. */
export function isoTime(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond.second) lastSecond = { second, text: new Date(second * 1000).toISOString().slice(0, -4) };
  return `${lastSecond.text}${ends[Math.trunc(ms - second * 1000)]}`;
}

/** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
export function delay(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(reasonOf(signal));
    const onAbort = (): void => {
      timer.cancel();
      reject(reasonOf(signal));
    };
    const timer = clock.timer(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error('aborted');
}

/** A signal that aborts when its time is over, as `AbortSignal.timeout`, but by a clock. */
export interface Timeout extends Disposable {
  readonly signal: AbortSignal;
  /** It never aborts from now on, and holds nothing any more. */
  cancel(): void;
}

/** Aborts after `ms`; until then, or until it is cancelled, it holds a timer: `using timeout = timeoutSignal(…)`. */
export function timeoutSignal(clock: Clock, ms: number): Timeout {
  const controller = new AbortController();
  const late = (): void => controller.abort(new DOMException(`it took longer than ${ms} ms`, 'TimeoutError'));
  const timer = clock.timer(ms, late);
  const cancel = (): void => timer.cancel();
  return { signal: controller.signal, cancel, [Symbol.dispose]: cancel };
}
