import { type Audit, noAudit } from '../audit/sink.ts';
import type { Clock } from '../clock.ts';
import type { Registry } from '../device/registry.ts';
import type { Evidence, Log } from '../driver/contract.ts';
import { BellcrankError, messageOf, type Outcome } from '../errors.ts';
import type { RandomBytes } from '../random-bytes.ts';
import type { CommandRecord } from '../store/record.ts';
import type { Store } from '../store/store.ts';
import { auditGate, tellEnd, tellTaken } from './audited.ts';
import { type DryRun, dryRunOf } from './dry-run.ts';
import { end, type Ending, endingOf, lateEnding } from './ending.ts';
import { accessGate, type Gate, stopGate } from './gate.ts';
import { type Claim, type IdempotencySettings, IdempotencyKeys } from './idempotency.ts';
import { Journal, type JournalPolicy } from './journal.ts';
import { need } from './need.ts';
import { type Cancelled, newPassage, Passages } from './passages.ts';
import { OrderedIds } from '../ordered-ids.ts';
import type { CommandTiming, Passage, Step, Submission } from './step.ts';
import { timingOf } from './timing.ts';
import { admitStep } from './steps/admit.ts';
import { enqueue } from './steps/enqueue.ts';
import { execute, repeat } from './steps/execute.ts';
import type { WorkParts } from './steps/work.ts';
import { resolveStep } from './steps/resolve.ts';
import { validateParams } from './steps/validate.ts';
import { simulatedFlag } from './simulated-flag.ts';

export interface PipelineParts {
  readonly registry: Registry;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of every command that ended, and of one resolved late once more, then without times. Must not throw. */
  readonly observe: (record: CommandRecord, timing?: CommandTiming) => void;
  /** Hears of a command each time that it was put on record, as it stood then. Must not throw. */
  readonly told?: (record: CommandRecord) => void;
  /** Hears how far a `long` command is. Must not throw. */
  readonly progress?: (record: CommandRecord, progress: Evidence) => void;
  /** What may forbid a command, beside a stop. */
  readonly gates?: readonly Gate[];
  readonly policy?: JournalPolicy;
  readonly idempotency?: IdempotencySettings;
  /** Takes down what is done; nothing is if absent. */
  readonly audit?: Audit;
  /** For ids; the system's if absent. */
  readonly randomBytes?: RandomBytes;
}

/** A command that was taken. */
export interface Submitted {
  /** As it stands: it changes while the command goes on. */
  readonly record: CommandRecord;
  /** The key stands for this command already: nothing was done. */
  readonly replayed: boolean;
  /** Resolves when its acceptance is on record. */
  readonly accepted: Promise<void>;
  /** Resolves with its end once that is on record. */
  readonly ended: Promise<CommandRecord>;
  /** The client has an answer though the command goes on: the same key may be answered from now on. */
  answered(): void;
}

const noClaim: { claim?: Claim; replayed?: CommandRecord } = {};
const oneDay = 24 * 60 * 60 * 1000;

/** The way of every command, from what a client asked to what is known to have happened. */
export class Pipeline {
  readonly journal: Journal;
  readonly ids: OrderedIds;
  readonly #parts: PipelineParts;
  readonly #audit: Audit;
  readonly #gates: readonly Gate[];
  readonly #keys: IdempotencyKeys;
  readonly #passages: Passages;
  /** Before a command exists. */
  readonly #front: readonly Step[];
  readonly #executing: WorkParts;
  #closing = false;

  constructor(parts: PipelineParts) {
    const { registry, store, clock, log, policy = 'required' } = parts;
    this.#parts = parts;
    this.ids = new OrderedIds(parts.randomBytes);
    this.#audit = parts.audit ?? noAudit;
    this.#gates = [accessGate, stopGate, ...(parts.gates ?? []), auditGate(this.#audit)];
    const gates = this.#gates;
    this.journal = new Journal({ store, policy, log, told: parts.told });
    this.#keys = new IdempotencyKeys(store.commands, clock, parts.idempotency ?? { expiryMs: oneDay, required: false });
    const passages = new Passages(clock);
    this.#passages = passages;
    const { journal, ids } = this;
    this.#front = [
      resolveStep(registry),
      validateParams,
      (passage) => this.#demandKey(passage),
      admitStep({ journal, gates, passages, ids, clock }),
    ];
    const { progress } = parts;
    const resolveLate: WorkParts['resolveLate'] = (passage, attempt, result) => {
      passage.settled = this.#resolveLate(passage, attempt, result);
    };
    this.#executing = { journal, gates, clock, progress, resolveLate };
  }

  /** Takes a command to its end: `start`, and the record of the end. */
  async submit(submission: Submission): Promise<CommandRecord> {
    return await (
      await this.start(submission)
    ).ended;
  }

  /**
   * Takes a command, or rejects with what turned it away before it existed. Once it is on record it ends with an
   * outcome, whatever becomes of it; `ended` rejects with `journal-unavailable` if that cannot be put on record.
   */
  async start(submission: Submission): Promise<Submitted> {
    if (this.#closing) throw shuttingDown();
    const arrivedAt = this.#parts.clock.monotonic();
    const { claim, replayed } = submission.key === undefined ? noClaim : await this.#keys.claim(submission);
    if (replayed !== undefined) return this.#replay(replayed);
    // The store took its time.
    if (this.#closing) {
      if (claim !== undefined) this.#keys.release(submission.caller.name, claim);
      throw shuttingDown();
    }
    const passage = newPassage({ submission, arrivedAt, key: claim?.key });
    try {
      for (const step of this.#front) step(passage);
    } catch (error) {
      this.#release(passage, claim);
      submission.trace?.refused(error);
      throw error;
    }
    const record = need(passage.record);
    tellTaken(this.#audit, passage);
    if (claim !== undefined) claim.record = record;
    passage.finished = this.#finish(passage, claim);
    // Whoever does not wait for it must not bring the process down.
    passage.finished.catch(() => {});
    return {
      record,
      replayed: false,
      accepted: need(passage.accepted),
      ended: passage.finished,
      answered: () => void (claim && (claim.answered = true)),
    };
  }

  /** What a command would meet, and what would leave: nothing is sent, and nothing is on record. */
  async dryRun(submission: Submission): Promise<DryRun> {
    const { registry, clock } = this.#parts;
    return await dryRunOf(submission, { registry, clock, journal: this.journal, gates: this.#gates });
  }

  /** Commands that have not ended, as they stand. */
  get open(): readonly CommandRecord[] {
    return this.#passages.records;
  }

  /** No command has been taken that has not ended. */
  get isIdle(): boolean {
    return this.#passages.isEmpty;
  }

  /** A command that has not ended, as it stands. */
  underWay(id: string): CommandRecord | undefined {
    return this.#passages.find(id)?.record;
  }

  cancel(id: string): Cancelled {
    return this.#passages.cancel(id);
  }

  /** Takes nothing more, ends what is queued as `not-sent`, and waits up to `graceMs` for what is under way. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    this.#passages.withdrawAll(shuttingDown());
    await this.#passages.emptied(graceMs);
  }

  #demandKey({ submission, resolved }: Passage): void {
    if (!this.#keys.required || submission.key !== undefined || resolved?.spec.effect === 'read') return;
    const detail = 'is required: a string that is new for each command, in double quotes';
    throw new BellcrankError('invalid-request', `the Idempotency-Key header ${detail}`, {
      errors: [{ pointer: '/headers/idempotency-key', detail }],
    });
  }

  /** What is still under way is shown as it is, and waited for like the first time. */
  #replay(known: CommandRecord): Submitted {
    const record = this.underWay(known.id) ?? known;
    const ended = this.#passages.find(known.id)?.finished ?? Promise.resolve(known);
    return { record, replayed: true, accepted: Promise.resolve(), ended, answered: () => {} };
  }

  /** Takes it through its turn of the line, and puts on record how it ended before anybody hears of it. */
  async #finish(passage: Passage, claim: Claim | undefined): Promise<CommandRecord> {
    let failure: unknown;
    try {
      const queued = enqueue(passage, this.#parts.clock, this.journal);
      if (queued !== undefined) await queued;
      passage.invoked = await execute(passage, this.#executing);
      const repeated = repeat(passage, this.#executing);
      if (repeated !== undefined) await repeated;
    } catch (error) {
      failure = error;
    }
    passage.ended = true;
    passage.turn?.release();
    // What ended it has bytes to send first, and to tell how it ended takes its time.
    if (isStopped(passage.invoked?.error)) await new Promise<void>((resolve) => setImmediate(resolve));
    const record = need(passage.record);
    const { trace } = passage.submission;
    let ending: Ending | undefined;
    try {
      ending = this.#judged(passage, failure);
      const timing = timingOf(passage, this.#parts.clock.monotonic());
      const endedAt = this.#parts.clock.now();
      await this.journal.put(end({ ...record }, ending, endedAt), need(passage.device).lane);
      this.#show(record, ending, endedAt, timing);
      trace?.ended(record);
      return record;
    } catch (error) {
      trace?.refused(error);
      const isOnlyQueued = record.state === 'queued' && passage.ahead === undefined;
      throw unrecorded(isOnlyQueued ? ending?.outcome : undefined, error);
    } finally {
      tellEnd(this.#audit, passage);
      // It counts, and holds its key, until its end is on record.
      this.#passages.end(passage);
      this.#release(passage, claim);
    }
  }

  #release({ submission }: Passage, claim: Claim | undefined): void {
    if (claim !== undefined) this.#keys.release(submission.caller.name, claim);
  }

  #judged(passage: Passage, failure: unknown): Ending {
    const { ending, fault } = endingOf(passage, failure);
    if (fault === undefined) return ending;
    const record = need(passage.record);
    const fields = { command: record.id, device: record.device, ...simulatedFlag(record), err: fault };
    this.#parts.log.error(fields, 'the driver is at fault');
    return ending;
  }

  /** A reply that came after the command had ended `unknown` and is beyond doubt its own. */
  async #resolveLate(passage: Passage, attempt: number, result: unknown): Promise<void> {
    const { log } = this.#parts;
    const before = passage.settled;
    const record = need(passage.record);
    const about = { command: record.id, ...simulatedFlag(record) };
    try {
      await passage.finished;
      // Each of several attempts may be answered.
      await before;
      const ending = lateEnding(passage, attempt, result);
      if (typeof ending === 'string') log.warn(about, `late reply ignored: ${ending}`);
      else {
        const endedAt = this.#parts.clock.now();
        await this.journal.put(end({ ...record }, ending, endedAt));
        this.#show(record, ending, endedAt);
        tellEnd(this.#audit, passage, 'commandSettled');
      }
    } catch (error) {
      log.error({ ...about, err: error }, 'a late result could not be put on record');
    }
  }

  /** The record, which others hold, shows nothing that is not durable: what was told is never lost. */
  #show(record: CommandRecord, ending: Ending, endedAt: number, timing?: CommandTiming): void {
    end(record, ending, endedAt);
    this.#parts.observe(record, timing);
  }
}

/**
 * What is known and not on record is not told as known: after a crash nobody could say it again. That nothing was sent
 * is certain only while the record does not say `sent` either.
 */
function unrecorded(outcome: Outcome | undefined, cause: unknown): BellcrankError {
  const message = `what became of the command could not be put on record: ${messageOf(cause)}`;
  return new BellcrankError('journal-unavailable', message, {
    outcome: outcome === 'not-sent' ? 'not-sent' : 'unknown',
    cause,
  });
}

function isStopped(error: unknown): boolean {
  return error instanceof BellcrankError && error.code === 'stopped';
}

function shuttingDown(): BellcrankError {
  return new BellcrankError('shutting-down', 'the service is shutting down; nothing was sent', {
    outcome: 'not-sent',
    reason: 'shutdown',
  });
}
