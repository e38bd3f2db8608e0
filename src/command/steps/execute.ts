import { type Clock, delay } from '../../clock.ts';
import type { Invoked } from '../../device/invoke.ts';
import { isBusy } from '../../errors.ts';
import { assertAllowed } from '../gate.ts';
import { need } from '../need.ts';
import type { Passage } from '../step.ts';
import { afterRetry, attemptOf, busyPauseMs, doubtfulAfter, mayRetry, mayStillRetry } from '../retry.ts';
import { assertInTime } from './admit.ts';
import { waitForTurn } from './enqueue.ts';
import { resolve } from './resolve.ts';
import { checkParams } from './validate.ts';
import { CommandWork, LongWork, type WorkParts } from './work.ts';

/** Calls the driver, and reads back what is to be verified, in one turn of the device's line. */
export function execute(passage: Passage, parts: WorkParts): Promise<Invoked> {
  checkAgain(passage, parts.clock);
  assertAllowed(parts.gates, passage);
  return call(passage, parts);
}

/** Repeats what may be repeated, each time after the line is back in step; what is known of it never becomes less. */
export function repeat(passage: Passage, parts: WorkParts): Promise<void> | undefined {
  return mayRetry(passage) ? again(passage, parts) : undefined;
}

async function again(passage: Passage, parts: WorkParts): Promise<void> {
  const { clock } = parts;
  const record = need(passage.record);
  do {
    const invoked = need(passage.invoked);
    passage.turn?.release();
    await pauseIfBusy(invoked, passage, clock);
    if (!mayStillRetry(passage)) break;
    const hasTurn = await waitForTurn(passage, clock).then(
      () => true,
      () => false,
    );
    if (!hasTurn) break;
    if (!mayStillRetry(passage) || clock.monotonic() >= need(passage.deadline)) break;
    const { attempts } = record;
    record.attempts = attemptOf(passage) + 1;
    const now = await call(passage, parts);
    passage.doubtful = doubtfulAfter(passage, invoked, now);
    passage.invoked = afterRetry(passage, invoked, now);
    if (!now.left) record.attempts = attempts;
    if (passage.invoked === invoked) break;
  } while (mayRetry(passage));
}

async function pauseIfBusy({ error }: Invoked, passage: Passage, clock: Clock): Promise<void> {
  if (!isBusy(error)) return;
  const leftMs = need(passage.deadline) - clock.monotonic();
  const ends = [passage.queued.signal, need(passage.decision).over.signal];
  // Whatever ends it is asked for afterwards.
  await delay(clock, Math.min(error.retryAfterMs ?? busyPauseMs, leftMs), AbortSignal.any(ends)).catch(() => {});
}

function call(passage: Passage, parts: WorkParts): Promise<Invoked> {
  const isLong = need(passage.resolved).spec.long === true;
  return need(passage.device).run(isLong ? new LongWork(passage, parts) : new CommandWork(passage, parts));
}

/** Time has passed in the queue: the deadline may be over, and the device may have described itself anew. */
function checkAgain(passage: Passage, clock: Clock): void {
  assertInTime(need(passage.deadline), clock);
  const device = need(passage.device);
  if (device.model === passage.model) return;
  const { command, params } = passage.submission;
  passage.resolved = resolve(device, command);
  passage.model = device.model;
  checkParams(passage.resolved.params, params);
}
