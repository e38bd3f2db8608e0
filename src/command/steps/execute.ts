import { type Clock, delay } from '../../clock.ts';
import type { Evidence } from '../../driver/contract.ts';
import type { CommandRecord } from '../../store/record.ts';
import type { Invoked } from '../../device/invoke.ts';
import { assertAllowed, type Gate } from '../gate.ts';
import type { Journal } from '../journal.ts';
import { need } from '../need.ts';
import type { Passage, Step } from '../step.ts';
import type { Passages } from '../passages.ts';
import { isBusy } from '../outcome.ts';
import { afterRetry, busyPauseMs, mayRetry, mayStillRetry } from '../retry.ts';
import { verdictOf } from '../verdict.ts';
import { handlerOf } from '../handler.ts';
import { assertInTime, timeoutOf } from './admit.ts';
import { waitForTurn } from './enqueue.ts';
import { resolve } from './resolve.ts';
import { checkParams } from './validate.ts';

type PipelineProgress = (record: CommandRecord, progress: Evidence) => void;

export interface ExecuteParts {
  readonly journal: Journal;
  readonly gates: readonly Gate[];
  readonly clock: Clock;
  readonly passages: Passages;
  readonly progress?: PipelineProgress | undefined;
  readonly resolveLate: (passage: Passage, result: unknown) => Promise<void>;
}

/** Calls the driver, and reads back what is to be verified, in one turn of the device's line. */
export function executeStep(parts: ExecuteParts): Step {
  return {
    name: 'execute',
    async enter(passage) {
      checkAgain(passage, parts.clock);
      assertAllowed(parts.gates, passage);
      passage.invoked = await callAndRetry(passage, parts);
    },
  };
}

/** Repeats what may be repeated, each time after the line is back in step; what is known of it never becomes less. */
async function callAndRetry(passage: Passage, parts: ExecuteParts): Promise<Invoked> {
  const { clock, passages } = parts;
  let invoked = await call(passage, parts);
  for (let attempt = 1; mayRetry(passage, invoked, attempt, passages); attempt++) {
    passage.turn?.release();
    await pauseIfBusy(invoked, passage, clock);
    const hasTurn = await waitForTurn(passage, clock).then(
      () => true,
      () => false,
    );
    if (!hasTurn) break;
    if (!mayStillRetry(passage, passages) || clock.monotonic() >= need(passage.deadline)) break;
    need(passage.record).attempts = attempt + 1;
    const known = afterRetry(passage, invoked, await call(passage, parts));
    if (known === invoked) break;
    invoked = known;
  }
  return invoked;
}

async function pauseIfBusy({ error }: Invoked, { queued }: Passage, clock: Clock): Promise<void> {
  if (!isBusy(error)) return;
  // What ends the wait also ends the one for the line.
  await delay(clock, error.retryAfterMs ?? busyPauseMs, queued.signal).catch(() => {});
}

/** A `long` command's deadline is counted anew with each sign of progress. */
function call(passage: Passage, { clock, gates, journal, resolveLate, progress }: ExecuteParts): Promise<Invoked> {
  const record = need(passage.record);
  const resolved = need(passage.resolved);
  const { long, effect } = resolved.spec;
  const { trace } = passage.submission;
  return need(passage.device).run({
    id: record.id,
    purpose: { kind: 'command', name: record.command, id: record.id },
    effect,
    handler: handlerOf(need(passage.device), resolved, record.params, clock),
    deadline: need(passage.deadline),
    ...(resolved.spec.abortable === true && { cancelled: (passage.cancelled ??= new AbortController()).signal }),
    ...(resolved.resync === true ? { resync: true } : {}),
    isKnown: (invoked) => verdictOf(passage, invoked).outcome !== 'unknown',
    hooks: {
      sending: async () => {
        assertAllowed(gates, passage);
        record.state = 'sent';
        record.sentAt ??= clock.now();
        passage.sendingAt ??= clock.monotonic();
        trace?.sending();
        await putSent(passage, journal);
        // The record took its time, in which a lease may have ended or a door may have been opened.
        assertAllowed(gates, passage);
        assertTaken(passage);
      },
      ...(trace && { traceparent: () => trace.parent }),
      ...(progress && { progress: (told) => progress(record, told) }),
      late: (result) => {
        passage.late = true;
        void resolveLate(passage, result);
      },
      ...(long === true ? { yield: (signal) => yieldTurn(passage, signal, gates) } : {}),
    },
    ...(long === true ? { extendMs: timeoutOf(passage, resolved) } : {}),
  });
}

/**
 * What was put on record ahead suffices: the rest of it follows, and counts where that is not on record after all. Each
 * further attempt is an entry of its own, and while nothing can be put on record nothing more is sent.
 */
async function putSent({ record, ahead, device }: Passage, journal: Journal): Promise<void> {
  const isEnough = ahead?.put !== undefined && record?.attempts === undefined && journal.refusal() === undefined;
  const put = journal.put(need(record), isEnough && need(device).lane.isPressed);
  if (!isEnough) return await put;
  put.catch(() => {});
  await ahead?.put?.catch(() => put);
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

/** Time has passed in the queue: the deadline may be over, and the device may have described itself anew. */
function checkAgain(passage: Passage, clock: Clock): void {
  assertInTime(need(passage.deadline), clock);
  const device = need(passage.device);
  if (device.model === passage.model) return;
  const { command, params } = passage.submission;
  passage.resolved = resolve(device, command);
  checkParams(passage.resolved.params, params);
}

/** Others had the line, and time has passed: what goes on must still be allowed. */
async function yieldTurn(passage: Passage, signal: AbortSignal, gates: readonly Gate[]): Promise<void> {
  passage.turn?.release();
  const turn = await need(passage.device).acquire('resume', signal);
  if (passage.ended === true) turn.release();
  else passage.turn = turn;
  assertAllowed(gates, passage);
}
