import { type ByteWire, type Call, DryRunEnd, type FrameCall } from '../../../src/driver/index.ts';
import { Course, type Prepared, sendOnly } from './course.ts';
import type { Talk } from './talk.ts';

/**
 * Makes the device safe, before anything else is sent. Where a reply may still be under way nobody waits for it: the
 * messages leave at once, and only then is the line brought back into step and the stop sent once more, so that what
 * acknowledges it is its own reply. What goes wrong with one step keeps none of the others from being sent.
 */
export class Stopping {
  readonly #talk: Talk;
  readonly #settle: (call: FrameCall) => Promise<void>;
  /** The line is shared: a stop may have broken off the exchange of another device. */
  readonly #isShared: boolean;

  constructor(talk: Talk, settle: (call: FrameCall) => Promise<void>, isShared: boolean) {
    this.#talk = talk;
    this.#settle = settle;
    this.#isShared = isShared;
  }

  async run(call: Call<ByteWire>, steps: readonly Prepared[]): Promise<void> {
    const course = (await this.#atOnce(call, steps)) ?? (await this.#again(call, steps));
    if (course?.evidence !== undefined && !call.dryRun) call.confirm('acknowledged', course.evidence);
  }

  /** Undefined if it left without anybody listening to its replies. */
  async #atOnce(call: Call<ByteWire>, steps: readonly Prepared[]): Promise<Course | undefined> {
    const { line, clock, inStep } = this.#talk;
    const hurry = new Hurry(call);
    // An unfinished frame is waited for before a question, but it must not keep a stop waiting.
    const timer = clock.timer(2 * line.interByteTimeoutMs, () => hurry.giveUp());
    try {
      if (inStep) return await this.#all(hurry.call, steps);
    } catch (error) {
      if (!hurry.gaveUp || call.signal.aborted) throw error;
    } finally {
      timer.cancel();
    }
    await sendOnly(this.#talk, call, steps);
    return undefined;
  }

  /** Sent once more, where there is a reply to be had. */
  async #again(call: Call<ByteWire>, steps: readonly Prepared[]): Promise<Course | undefined> {
    if (!steps.some(isAnswered)) return undefined;
    await this.#settle(call);
    return await this.#all(call, steps);
  }

  async #all(call: FrameCall, steps: readonly Prepared[]): Promise<Course> {
    const course = new Course(this.#talk, call, { mayChange: true, amongOthers: this.#isShared });
    const failures: unknown[] = [];
    for (const [index, step] of steps.entries()) {
      const rest = steps.slice(index + 1);
      try {
        await course.step(step, rest);
      } catch (error) {
        if (call.signal.aborted || error instanceof DryRunEnd) throw error;
        failures.push(error);
        if (this.#talk.inStep) continue;
        await sendOnly(this.#talk, call, rest);
        break;
      }
    }
    course.deafen();
    if (failures.length > 0) throw failures[0];
    return course;
  }
}

function isAnswered(step: Prepared): boolean {
  return step.kind !== 'wait' && step.message.exchange.expect.length > 0;
}

/** A call that can be given up until its first byte has left. */
class Hurry {
  readonly call: FrameCall;
  readonly #tooLong = new AbortController();
  #written = false;

  constructor(call: Call<ByteWire>) {
    const write = async (bytes: Uint8Array): Promise<void> => {
      this.#written = true;
      await call.wire.write(bytes);
    };
    const signal = AbortSignal.any([call.signal, this.#tooLong.signal]);
    this.call = { signal, dryRun: call.dryRun, wire: { write }, late: (result) => call.late(result) };
  }

  get gaveUp(): boolean {
    return this.#tooLong.signal.aborted;
  }

  giveUp(): void {
    if (!this.#written) this.#tooLong.abort(new Error('the line is not free'));
  }
}
