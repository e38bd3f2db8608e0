import type { ByteWire, Clock } from '../../src/driver/index.ts';
import type { FrameCall } from '../../src/driver/frame.ts';

/** Longest that a stop waits until the line is free: for a frame that is coming in, and the silence after it. */
const patienceMs = 100;

/** A stop's call that gives up waiting for a free line, unless something has been written by then. */
export class Hurry {
  readonly call: FrameCall;
  readonly #tooLong = new AbortController();
  readonly #timer: ReturnType<Clock['timer']>;

  constructor(call: FrameCall, clock: Clock) {
    this.#timer = clock.timer(patienceMs, () => this.#tooLong.abort(new Error('the line is not free')));
    const write: ByteWire['write'] = async (bytes, options) => {
      this.#timer.cancel();
      await call.wire.write(bytes, options);
    };
    const signal = AbortSignal.any([call.signal, this.#tooLong.signal]);
    this.call = { signal, dryRun: call.dryRun, wire: { write }, late: (result) => call.late(result) };
  }

  /** Nothing has been written. */
  get gaveUp(): boolean {
    return this.#tooLong.signal.aborted;
  }

  end(): void {
    this.#timer.cancel();
  }
}
