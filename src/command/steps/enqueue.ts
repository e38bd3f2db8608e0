import type { Clock } from '../../clock.ts';
import type { Turn } from '../../device/lane.ts';
import { BellcrankError } from '../../errors.ts';
import type { Journal } from '../journal.ts';
import { need } from '../need.ts';
import type { Ahead, Passage } from '../step.ts';

/**
 * Takes the device's line where it is free, and else waits for it: until the deadline, until the client withdraws, or until
 * the device goes away.
 */
export function enqueue(passage: Passage, clock: Clock, journal: Journal): Promise<void> | undefined {
  const refusal = need(passage.device).refusal();
  if (refusal !== undefined) throw refusal;
  passage.turn = turnNow(passage);
  return passage.turn === undefined ? waitForTurn(passage, clock, () => putAhead(passage, journal)) : undefined;
}

/**
 * It is next on a line that others are using: what has to be on record before its first byte is written meanwhile, so that
 * the line need not wait for it. Whatever keeps the command from leaving after all has an entry of its own.
 */
function putAhead(passage: Passage, journal: Journal): void {
  const ahead: Ahead = { put: journal.putAhead(need(passage.record), need(passage.device).lane) };
  passage.ahead = ahead;
  // In its turn it is tried again.
  ahead.put?.catch(() => (ahead.put = undefined));
}

/** Its turn where there is nothing to wait for, and nobody who has withdrawn it. */
function turnNow({ device, resolved, submission: { withdrawn }, queued }: Passage): Turn | undefined {
  const mayWait = need(resolved).spec.urgent !== true && !queued.isOver && withdrawn?.aborted !== true;
  return mayWait ? need(device).acquireNow() : undefined;
}

/** Resolves when it has its turn. */
export async function waitForTurn(passage: Passage, clock: Clock, onNext?: () => void): Promise<void> {
  const { device, resolved, submission, queued, deadline } = passage;
  const { withdrawn } = submission;
  const withdraw = (): void => queued.end(new BellcrankError('cancelled', 'the client withdrew the command'));
  if (withdrawn?.aborted === true) withdraw();
  const turn = turnNow(passage);
  if (turn !== undefined) return void (passage.turn = turn);
  const isUrgent = need(resolved).spec.urgent === true;
  withdrawn?.addEventListener('abort', withdraw, { once: true });
  const timer = clock.timer(need(deadline) - clock.monotonic(), () =>
    queued.end(new BellcrankError('expired', 'the deadline passed while the command waited for its turn')),
  );
  try {
    const { signal } = queued;
    passage.turn = await (isUrgent ? need(device).bypass(signal) : need(device).acquire('command', signal, onNext));
    // Withdrawn between the grant and this line: whoever was told so must be right. From here on nobody is.
    signal.throwIfAborted();
  } finally {
    timer.cancel();
    withdrawn?.removeEventListener('abort', withdraw);
  }
}
