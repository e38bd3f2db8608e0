import { BellcrankError, type ByteWire, type Call, DryRunEnd } from '../../src/driver/index.ts';
import { errorText } from './codec/codes.ts';
import { type JobLine, jobLines, longestDwellMs } from './codec/job.ts';
import { dwellLine } from './codec/line.ts';
import { realtime } from './codec/realtime.ts';
import { endUnknown, failed } from './failures.ts';
import type { Machine } from './machine.ts';
import type { Sent } from './owed.ts';
import { restart } from './restart.ts';
import type { Task } from './task.ts';

type JobCall = Call<ByteWire, { lines: number }>;

export interface JobProgress {
  readonly sent: number;
  readonly acknowledged: number;
  readonly total: number;
}

/** Longest that a cancelled job may take to slow down before it is reset all the same. */
const slowDownMs = 2000;

/** At most so often others are told how far a job has come. */
const tellEveryMs = 1000;

/**
 * Streams G-code by counting characters (GRBL 1.1, interface: "Streaming"): as many lines are under way as surely fit
 * into the receive buffer, so that the planner never runs dry. The lane is not yielded meanwhile: lines of others would
 * get in between.
 */
export async function runJob(
  machine: Machine,
  gcode: string,
  call: JobCall,
  tell: (progress: JobProgress) => void,
): Promise<{ lines: number }> {
  const lines = jobLines(gcode);
  if (call.dryRun) return await dry(call, lines);
  return await machine.run(call, 'motion', async (task) => {
    await machine.ready(call, task, ['Idle']);
    const job = new JobStream(machine, task, call, lines, tell);
    try {
      await job.run();
    } finally {
      call.confirm('sent', { ...job.progress });
      tell(job.progress);
    }
    call.confirm('confirmed', { state: 'Idle' });
    return { lines: lines.length };
  });
}

class JobStream {
  readonly #machine: Machine;
  readonly #task: Task;
  readonly #call: JobCall;
  readonly #lines: readonly JobLine[];
  readonly #tell: (progress: JobProgress) => void;
  readonly #stallMs: number;
  /** Lines that are not answered yet, in order. */
  #flying: { readonly line: JobLine; readonly sent: Sent }[] = [];
  #next = 0;
  #acknowledged = 0;
  #toldAt = -Infinity;

  constructor(
    machine: Machine,
    task: Task,
    call: JobCall,
    lines: readonly JobLine[],
    tell: (progress: JobProgress) => void,
  ) {
    this.#machine = machine;
    this.#task = task;
    this.#call = call;
    this.#lines = lines;
    this.#tell = tell;
    // During a dwell the controller is idle, and does not answer.
    this.#stallMs = machine.settings.stallMs + longestDwellMs(lines);
  }

  get progress(): JobProgress {
    return { sent: this.#next, acknowledged: this.#acknowledged, total: this.#lines.length };
  }

  /** Resolves when the last motion has ended. */
  async run(): Promise<void> {
    const show = (): Record<string, number> => this.#show();
    while (this.#acknowledged < this.#lines.length) {
      if (this.#call.cancelled.aborted) await this.#abort();
      await this.#fill();
      await this.#task.until(() => this.#heard(), show, this.#stallMs);
      await this.#checkAnswer();
    }
    const [dwell] = await this.#machine.link.send(this.#call, [dwellLine]);
    const ended = await this.#task.until(() => dwell?.answer ?? this.#cancelled(), show, this.#stallMs);
    if (ended === 'cancelled') await this.#abort();
    if (typeof ended === 'number') throw endUnknown(ended);
    await this.#task.idle(show);
  }

  /** Sends what surely fits, in one write. */
  async #fill(): Promise<void> {
    const batch: JobLine[] = [];
    let room = this.#machine.room - this.#machine.link.owed.bytes;
    for (let line = this.#lines[this.#next]; line !== undefined; line = this.#lines[this.#next + batch.length]) {
      // A line that is longer than the whole buffer goes alone: the controller reads it as it comes.
      const isAlone = batch.length === 0 && this.#machine.link.owed.bytes === 0;
      if ((line.text.length + 1 > room && !isAlone) || !this.#mayFollow(line, batch)) break;
      batch.push(line);
      room -= line.text.length + 1;
    }
    if (batch.length === 0) return;
    // A stop or an alarm may have come since the last look.
    this.#task.check();
    const sent = await this.#machine.link.send(
      this.#call,
      batch.map(({ text }) => text),
    );
    this.#next += batch.length;
    for (const [index, line] of batch.entries()) {
      const one = sent[index];
      if (one !== undefined) this.#flying.push({ line, sent: one });
    }
  }

  #mayFollow(line: JobLine, batch: readonly JobLine[]): boolean {
    const last = batch.at(-1) ?? this.#flying.at(-1)?.line;
    return last === undefined || (!line.isAlone && !last.isAlone);
  }

  /** True once something was answered; an error ends the job. */
  #heard(): true | undefined {
    const before = this.#acknowledged;
    for (let [first] = this.#flying; first?.sent.answer !== undefined; [first] = this.#flying) {
      if (first.sent.answer !== 'ok') return true;
      this.#flying.shift();
      this.#acknowledged++;
    }
    return this.#acknowledged !== before || this.#call.cancelled.aborted ? true : undefined;
  }

  /** What is queued in the controller goes on after an error, so the machine is held: an operator has to look at it. */
  async #checkAnswer(): Promise<void> {
    const [first] = this.#flying;
    const answer = first?.sent.answer;
    if (first === undefined || typeof answer !== 'number') return;
    await this.#machine.link.command(this.#call, realtime.hold);
    const text = errorText(answer);
    const { line } = first;
    const message = `line ${line.number} of the job, ${line.text}: ${text} (error:${answer}); the machine is held`;
    throw failed(message, { code: `error:${answer}`, text: `line ${line.number}: ${text}` });
  }

  /** The machine slows down, and is then reset so that nothing is left in its queue. */
  async #abort(): Promise<never> {
    if (this.#next > 0) await dropQueue(this.#machine, this.#call);
    throw new BellcrankError('cancelled', `the job was cancelled after ${this.#acknowledged} lines were answered`);
  }

  #cancelled(): 'cancelled' | undefined {
    return this.#call.cancelled.aborted ? 'cancelled' : undefined;
  }

  #show(): Record<string, number> {
    const now = this.#machine.clock.monotonic();
    if (now >= this.#toldAt + tellEveryMs) {
      this.#toldAt = now;
      this.#tell(this.progress);
    }
    return { ...this.progress };
  }
}

async function dropQueue(machine: Machine, call: JobCall): Promise<void> {
  const { clock, link } = machine;
  const giveUpAt = clock.monotonic() + slowDownMs;
  await link.command(call, realtime.hold);
  while (clock.monotonic() < giveUpAt) {
    const report = await link.ask(call, 100);
    if (report?.state === 'Hold' && report.subState !== 1) break;
    if (report !== undefined) await link.hearing.quiet(50, 50, call.signal);
  }
  await restart(machine, realtime.reset, call);
}

async function dry(call: JobCall, lines: readonly JobLine[]): Promise<never> {
  for (const { text } of lines) await call.wire.write(Buffer.from(`${text}\n`, 'latin1'));
  throw new DryRunEnd(false);
}
