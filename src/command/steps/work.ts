import type { Clock } from '../../clock.ts';
import type { CallHooks } from '../../device/call.ts';
import type { Invoked } from '../../device/invoke.ts';
import type { Handler, LiveSession } from '../../device/session.ts';
import type { Work } from '../../device/work.ts';
import type { Evidence } from '../../driver/contract.ts';
import type { Effect } from '../../driver/spec.ts';
import { BellcrankError } from '../../errors.ts';
import type { CommandRecord } from '../../store/record.ts';
import { assertAllowed, type Gate } from '../gate.ts';
import { handlerOn } from '../handler.ts';
import type { Journal } from '../journal.ts';
import { need } from '../need.ts';
import { attemptOf, mayStillRetry } from '../retry.ts';
import type { Passage, Resolved } from '../step.ts';
import { verdictOf } from '../verdict.ts';
import { assertInTime, timeoutOf } from './admit.ts';
import { resolve } from './resolve.ts';
import { checkParams } from './validate.ts';

export interface WorkParts {
  readonly journal: Journal;
  readonly gates: readonly Gate[];
  readonly clock: Clock;
  readonly progress?: ((record: CommandRecord, progress: Evidence) => void) | undefined;
  readonly resolveLate: (passage: Passage, attempt: number, result: unknown) => void;
}

/** One run of a command's handler, and what is heard of it: made for each attempt. */
export class CommandWork implements Work, CallHooks {
  readonly id: string;
  readonly purpose: NonNullable<Work['purpose']>;
  readonly effect: Effect;
  readonly deadline: number;
  readonly resync: boolean;
  declare readonly cancelled?: AbortSignal;
  readonly hooks: CallHooks = this;
  protected readonly passage: Passage;
  protected readonly parts: WorkParts;
  readonly #attempt: number;
  readonly #record: CommandRecord;
  readonly #resolved: Resolved;

  constructor(passage: Passage, parts: WorkParts) {
    const record = need(passage.record);
    const resolved = need(passage.resolved);
    this.passage = passage;
    this.parts = parts;
    this.#attempt = attemptOf(passage);
    this.#record = record;
    this.#resolved = resolved;
    this.id = record.id;
    this.purpose = { kind: 'command', name: record.command, id: record.id };
    this.effect = resolved.spec.effect;
    this.deadline = need(passage.deadline);
    this.resync = resolved.resync === true;
    if (resolved.spec.abortable === true) this.cancelled = (passage.cancelled ??= new AbortController()).signal;
  }

  handler(session: LiveSession): Handler | undefined {
    const { clock } = this.parts;
    const device = need(this.passage.device);
    return handlerOn(session, { device, resolved: this.#resolved, params: this.#record.params, clock });
  }

  isKnown(invoked: Invoked): boolean {
    return verdictOf(this.passage, invoked).outcome !== 'unknown';
  }

  /** By itself: whoever calls it knows no more of the command. */
  readonly sending = async (): Promise<void> => {
    const { passage } = this;
    const { gates, clock } = this.parts;
    const record = this.#record;
    assertAllowed(gates, passage);
    record.state = 'sent';
    record.sentAt ??= clock.now();
    passage.sendingAt ??= clock.monotonic();
    passage.submission.trace?.sending();
    await this.#putSent();
    // The record took its time, in which a lease may have ended or a door may have been opened.
    assertAllowed(gates, passage);
    assertTaken(passage);
    if (this.#attempt > 1) assertNewest(passage);
    // After a stall a driver may go on before the timer of its deadline has fired; that of a `long` command moves.
    if (this.#resolved.spec.long !== true) assertInTime(this.deadline, clock);
  };

  traceparent(): string | undefined {
    return this.passage.submission.trace?.parent;
  }

  progress(told: Evidence): void {
    this.parts.progress?.(this.#record, told);
  }

  late(result: unknown): void {
    this.passage.late = true;
    this.parts.resolveLate(this.passage, this.#attempt, result);
  }

  /**
   * What was put on record ahead suffices: the rest of it follows, and counts where that is not on record after all. Each
   * further attempt is an entry of its own, and while nothing can be put on record nothing more is sent.
   */
  #putSent(): Promise<void> {
    const { ahead, device } = this.passage;
    const { journal } = this.parts;
    const record = this.#record;
    const isAhead = record.attempts === undefined && journal.refusal() === undefined ? ahead?.put : undefined;
    if (isAhead === undefined) return journal.put(record);
    const put = journal.put(record, need(device).lane);
    put.catch(() => {});
    return isAhead.catch(() => put);
  }
}

/** The deadline of a `long` command is counted anew with each sign of progress, and others have the line in between. */
export class LongWork extends CommandWork {
  readonly extendMs: number;

  constructor(passage: Passage, parts: WorkParts) {
    super(passage, parts);
    this.extendMs = timeoutOf(passage, need(passage.resolved));
  }

  /** Others had the line, and time has passed: what goes on must still be allowed. */
  async yield(signal: AbortSignal): Promise<void> {
    const { passage } = this;
    passage.turn?.release();
    const turn = await need(passage.device).acquire('resume', signal);
    if (passage.ended === true) turn.release();
    else passage.turn = turn;
    assertAllowed(this.parts.gates, passage);
  }
}

/** What was decided meanwhile must not be undone. */
function assertNewest(passage: Passage): void {
  if (!mayStillRetry(passage)) throw new BellcrankError('superseded', 'it is not sent again', { outcome: 'not-sent' });
}

/** The device may have said meanwhile that it goes, or that it is another one than what the handler was called for. */
function assertTaken(passage: Passage): void {
  const device = need(passage.device);
  const refusal = device.refusal();
  if (refusal !== undefined) throw refusal;
  if (device.model === passage.model) return;
  const { command, params } = passage.submission;
  checkParams(resolve(device, command).params, params);
}
