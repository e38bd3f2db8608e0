import { type Clock, delay } from '../../clock.ts';
import type { Invoked } from '../../device/invoke.ts';
import { assertAllowed } from '../gate.ts';
import { need } from '../need.ts';
import type { Passage } from '../step.ts';
import type { Passages } from '../passages.ts';
import { isBusy } from '../outcome.ts';
import { afterRetry, busyPauseMs, mayRetry, mayStillRetry } from '../retry.ts';
import { assertInTime } from './admit.ts';
import { waitForTurn } from './enqueue.ts';
import { resolve } from './resolve.ts';
import { checkParams } from './validate.ts';
import { CommandWork, LongWork, type WorkParts } from './work.ts';

export interface ExecuteParts extends WorkParts {
  readonly passages: Passages;
}

/** Calls the driver, and reads back what is to be verified, in one turn of the device's line. */
export function execute(passage: Passage, parts: ExecuteParts): Promise<Invoked> {
  checkAgain(passage, parts.clock);
  assertAllowed(parts.gates, passage);
  return call(passage, parts);
}

/** Repeats what may be repeated, each time after the line is back in step; what is known of it never becomes less. */
export function repeat(passage: Passage, parts: ExecuteParts): Promise<void> | undefined {
  return mayRetry(passage, 1, parts.passages) ? again(passage, parts) : undefined;
}

async function again(passage: Passage, parts: ExecuteParts): Promise<void> {
  const { clock, passages } = parts;
  let attempt = 1;
  do {
    const invoked = need(passage.invoked);
    passage.turn?.release();
    await pauseIfBusy(invoked, passage, clock);
    const hasTurn = await waitForTurn(passage, clock).then(
      () => true,
      () => false,
    );
    if (!hasTurn) break;
    if (!mayStillRetry(passage, passages) || clock.monotonic() >= need(passage.deadline)) break;
    need(passage.record).attempts = ++attempt;
    passage.invoked = afterRetry(passage, invoked, await call(passage, parts));
    if (passage.invoked === invoked) break;
  } while (mayRetry(passage, attempt, passages));
}

async function pauseIfBusy({ error }: Invoked, { queued }: Passage, clock: Clock): Promise<void> {
  if (!isBusy(error)) return;
  // What ends the wait also ends the one for the line.
  await delay(clock, error.retryAfterMs ?? busyPauseMs, queued.signal).catch(() => {});
}

function call(passage: Passage, parts: ExecuteParts): Promise<Invoked> {
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
  checkParams(passage.resolved.params, params);
}
