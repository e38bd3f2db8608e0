import type { Clock } from '../../clock.ts';
import type { Turn } from '../../device/lane.ts';
import { BellcrankError } from '../../errors.ts';
import { need } from '../need.ts';
import type { Passage, Step } from '../step.ts';

/** Waits for the device's line: until the deadline, until the client withdraws, or until the device goes away. */
export function enqueueStep(clock: Clock): Step {
  return {
    name: 'enqueue',
    async enter(passage) {
      const refusal = need(passage.device).refusal();
      if (refusal !== undefined) throw refusal;
      passage.turn = await waitForTurn(passage, clock);
    },
    leave(passage) {
      passage.turn?.release();
    },
  };
}

export async function waitForTurn(
  { device, resolved, submission, queued, deadline }: Passage,
  clock: Clock,
): Promise<Turn> {
  const { withdrawn } = submission;
  const withdraw = (): void => queued.abort(new BellcrankError('cancelled', 'the client withdrew the command'));
  if (withdrawn?.aborted === true) withdraw();
  const isUrgent = need(resolved).spec.urgent === true;
  const turn = isUrgent || queued.signal.aborted ? undefined : need(device).acquireNow();
  if (turn !== undefined) return turn;
  withdrawn?.addEventListener('abort', withdraw, { once: true });
  const timer = clock.timer(need(deadline) - clock.monotonic(), () =>
    queued.abort(new BellcrankError('expired', 'the deadline passed while the command waited for its turn')),
  );
  try {
    const { signal } = queued;
    const turn = await (isUrgent ? need(device).bypass(signal) : need(device).acquire('command', signal));
    // Withdrawn between the grant and this line: whoever was told so must be right.
    if (signal.aborted) turn.release();
    signal.throwIfAborted();
    return turn;
  } finally {
    timer.cancel();
    withdrawn?.removeEventListener('abort', withdraw);
  }
}
