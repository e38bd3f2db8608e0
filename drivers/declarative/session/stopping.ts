import { type ByteWire, type Call, delay, DryRunEnd, type FrameCall } from '../../../src/driver/index.ts';
import { Course, type Prepared } from './course.ts';
import type { Message } from './message.ts';
import type { Talk } from './talk.ts';

/** Longest that a stop waits until the line is free for it: as long as anything else may hold one up. */
const patienceMs = 200;

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
    const course = (await this.#inOrder(call, steps)) ?? (await this.#regardless(call, steps));
    if (course?.evidence !== undefined && !call.dryRun) call.confirm('acknowledged', course.evidence);
  }

  /** Undefined, with nothing sent, if the line is not free for it. */
  async #inOrder(call: Call<ByteWire>, steps: readonly Prepared[]): Promise<Course | undefined> {
    const { line, clock, inStep } = this.#talk;
    if (!inStep || (this.#mayBeOthers(steps) && !call.dryRun)) return undefined;
    const hurry = new Hurry(call);
    // An unfinished frame is waited for before a question, and a message keeps its distance, but no stop waits for long.
    const timer = clock.timer(Math.min(2 * line.interByteTimeoutMs, patienceMs), () => hurry.giveUp());
    try {
      return await this.#all(hurry, steps);
    } catch (error) {
      if (!hurry.gaveUp || call.signal.aborted) throw error;
      return undefined;
    } finally {
      timer.cancel();
    }
  }

  /** At once, and once more where there is a reply to be had, or where the first may have come too soon for the device. */
  async #regardless(call: Call<ByteWire>, steps: readonly Prepared[]): Promise<Course | undefined> {
    const { isPaced } = this.#talk;
    await urgeAll(this.#talk, call, steps);
    const hasReply = steps.some(isAnswered);
    if (!hasReply && !isPaced) return undefined;
    if (this.#mayBeOthers(steps)) await this.#talk.drain(call.signal);
    else if (hasReply) await this.#settle(call);
    return await this.#all(new Hurry(call), steps);
  }

  /** Whether another device on the line, whose exchange the stop broke off, could acknowledge it: no reply says whose it is. */
  #mayBeOthers(steps: readonly Prepared[]): boolean {
    return this.#isShared && steps.some((step) => step.kind !== 'wait' && isAnonymous(step.message));
  }

  async #all(hurry: Hurry, steps: readonly Prepared[]): Promise<Course> {
    const { call } = hurry;
    const course = new Course(this.#talk, call, { mayChange: true, amongOthers: this.#isShared });
    const failures: unknown[] = [];
    for (const [index, step] of steps.entries()) {
      const { writes } = hurry;
      try {
        await course.step(step, steps.slice(index + 1));
      } catch (error) {
        if (call.signal.aborted || error instanceof DryRunEnd) throw error;
        failures.push(error);
        const hasLeft = hurry.writes > writes;
        if (this.#talk.inStep && hasLeft) continue;
        await urgeAll(this.#talk, call, steps.slice(hasLeft ? index + 1 : index));
        break;
      }
    }
    course.deafen();
    if (failures.length > 0) throw failures[0];
    return course;
  }
}

/** The messages alone, each as soon as it can be, without waiting for what answers them. */
async function urgeAll(talk: Talk, call: FrameCall, steps: readonly Prepared[]): Promise<void> {
  for (const step of steps) {
    if (step.kind !== 'wait') await talk.urge(call, step.message);
    else if (!call.dryRun) await delay(talk.clock, step.ms, call.signal);
  }
}

/** Whether nothing in the reply is known beforehand, as the address is. */
function isAnonymous({ exchange, known }: Message): boolean {
  const [first] = exchange.expect;
  return first?.parts.every((part) => part.kind !== 'field' || !Object.hasOwn(known, part.name ?? '')) === true;
}

function isAnswered(step: Prepared): boolean {
  return step.kind !== 'wait' && step.message.exchange.expect.length > 0;
}

/** A call that can be given up until its first byte has left. */
class Hurry {
  readonly call: FrameCall;
  readonly #tooLong = new AbortController();
  #writes = 0;

  constructor(call: Call<ByteWire>) {
    const write: ByteWire['write'] = async (bytes, options) => {
      this.#writes++;
      await call.wire.write(bytes, options);
    };
    const signal = AbortSignal.any([call.signal, this.#tooLong.signal]);
    this.call = { signal, dryRun: call.dryRun, wire: { write }, late: (result) => call.late(result) };
  }

  get writes(): number {
    return this.#writes;
  }

  get gaveUp(): boolean {
    return this.#tooLong.signal.aborted;
  }

  giveUp(): void {
    if (this.#writes === 0) this.#tooLong.abort(new Error('the line is not free'));
  }
}
