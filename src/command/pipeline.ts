import type { Clock } from '../clock.ts';
import type { Registry } from '../device/registry.ts';
import type { Log } from '../driver/contract.ts';
import type { Gate } from './gate.ts';
import { BellcrankError, messageOf } from '../errors.ts';
import { judgeError, toError, type Verdict } from './outcome.ts';
import type { CommandRecord } from '../store/record.ts';
import type { Store } from '../store/store.ts';
import type { Passage, Resolved, Step, Submission } from './step.ts';
import { admitStep } from './steps/admit.ts';
import { enqueueStep } from './steps/enqueue.ts';
import { executeStep } from './steps/execute.ts';
import { resolveStep } from './steps/resolve.ts';
import { validateStep } from './steps/validate.ts';
import { invalidResult, verdictOn } from './verdict.ts';

export interface PipelineParts {
  readonly registry: Registry;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Asked when a command is accepted, and again before its first byte leaves. */
  readonly gates?: readonly Gate[];
  /** Hears of every command that ended, and of one resolved late once more. Must not throw. */
  readonly observe: (record: CommandRecord) => void;
}

/** The way of every command, from what a client asked to what is known to have happened. */
export class Pipeline {
  readonly #parts: PipelineParts;
  readonly #steps: readonly Step[];
  readonly #passages = new Set<Passage>();
  #closing = false;
  #emptied: (() => void) | undefined;

  constructor(parts: PipelineParts) {
    const { registry, store, clock, gates = [] } = parts;
    this.#parts = parts;
    this.#steps = [
      resolveStep(registry),
      validateStep,
      admitStep(store.commands, clock, gates),
      enqueueStep(clock),
      executeStep(store.commands, clock, gates, (record, resolved, result) =>
        this.#resolveLate(record, resolved, result),
      ),
    ];
  }

  /**
   * Takes a command to its end. Rejects with what turned it away before it existed; once it is on record it resolves
   * with the record, whatever became of it.
   */
  async submit(submission: Submission): Promise<CommandRecord> {
    if (this.#closing) throw shuttingDown();
    const passage: Passage = { submission, queued: new AbortController() };
    return await this.#counted(passage, this.#pass(passage));
  }

  async #pass(passage: Passage): Promise<CommandRecord> {
    const entered: Step[] = [];
    let failure: unknown;
    try {
      for (const step of this.#steps) {
        entered.push(step);
        await step.enter(passage);
      }
    } catch (error) {
      if (passage.record === undefined) throw error;
      failure = error;
    } finally {
      passage.ended = true;
      for (const step of entered.toReversed()) step.leave?.(passage);
    }
    return await this.#end(passage, failure);
  }

  /** A passage counts until its end is on record. */
  async #counted<T>(passage: Passage, run: Promise<T>): Promise<T> {
    this.#passages.add(passage);
    try {
      return await run;
    } finally {
      this.#passages.delete(passage);
      if (this.#passages.size === 0) this.#emptied?.();
    }
  }

  /** Withdraws a command that has not left; false if there is none such, or it has. */
  cancel(id: string): boolean {
    const passage = [...this.#passages].find(({ record }) => record?.id === id);
    if (passage?.turn !== undefined || passage?.queued === undefined || passage.ended === true) return false;
    passage.queued.abort(new BellcrankError('cancelled', 'the command was cancelled before it was sent'));
    return true;
  }

  /** Takes nothing more, ends what is queued as `not-sent`, and waits up to `graceMs` for what is under way. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    for (const { queued } of this.#passages) queued?.abort(shuttingDown());
    if (this.#passages.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = this.#parts.clock.timer(graceMs, resolve);
      this.#emptied = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  /** Judges, validates the answer and puts the end on record, before anybody hears of it. */
  async #end(passage: Passage, failure: unknown): Promise<CommandRecord> {
    const { record, resolved, invoked } = passage;
    if (record === undefined || resolved === undefined) throw failure;
    const verdict =
      invoked === undefined ? judgeError(resolved.spec.effect, false, toError(failure)) : verdictOn(resolved, invoked);
    if (verdict.outcome === 'succeeded' && resolved.result !== undefined) record.result = invoked?.value;
    if (invoked?.level !== undefined) record.confirmation = invoked.level;
    if (invoked?.evidence !== undefined) record.evidence = invoked.evidence;
    // Announced to the record but provably not sent: the connection refused before it took a byte.
    if (invoked?.left !== true) delete record.sentAt;
    if (verdict.error?.code === 'driver-fault') {
      const { id: command, device } = record;
      this.#parts.log.error({ command, device, err: verdict.error.cause ?? verdict.error }, 'the driver is at fault');
    }
    await this.#finish(record, verdict);
    return record;
  }

  async #finish(record: CommandRecord, { outcome, reason, error }: Verdict): Promise<void> {
    record.state = 'ended';
    record.outcome = outcome;
    record.endedAt = this.#parts.clock.now();
    if (reason !== undefined) record.reason = reason;
    delete record.error;
    if (error !== undefined) {
      const { code, message, device } = error;
      record.error = { code, detail: message, ...(device === undefined ? {} : { device }) };
    }
    await this.#parts.store.commands.put(record);
    this.#parts.observe(record);
  }

  /** A reply that came after the command had ended `unknown` and is beyond doubt its own. */
  async #resolveLate(record: CommandRecord, resolved: Resolved, result: unknown): Promise<void> {
    if (record.outcome !== 'unknown') return;
    const { log } = this.#parts;
    const error = result instanceof BellcrankError ? result : undefined;
    const invalid = error === undefined ? invalidResult(resolved, result) : undefined;
    if (invalid !== undefined) return log.warn({ command: record.id }, `late reply ignored: ${invalid}`);
    const verdict: Verdict =
      error === undefined ? { outcome: 'succeeded' } : judgeError(resolved.spec.effect, true, error);
    if (verdict.outcome === 'unknown') return;
    if (error === undefined && resolved.result !== undefined) record.result = result;
    if (error === undefined) record.confirmation = resolved.spec.confirmation;
    record.resolvedLate = true;
    await this.#finish(record, verdict).catch((reason: unknown) => {
      log.error({ command: record.id, error: messageOf(reason) }, 'a late result could not be put on record');
    });
  }
}

function shuttingDown(): BellcrankError {
  return new BellcrankError('shutting-down', 'the service is shutting down; nothing was sent', {
    outcome: 'not-sent',
    reason: 'shutdown',
  });
}
