import type { Clock } from '../../clock.ts';
import type { Turn } from '../../device/lane.ts';
import { BellcrankError } from '../../errors.ts';
import { need } from '../need.ts';
import type { Passage, Step } from '../step.ts';

/** Waits for the device's line: until the deadline, until the client withdraws, or until the device goes away. */
export function enqueueStep(clock: Clock): Step {
  return {
    name: 'enqueue',
    enter(passage) {
      const refusal = need(passage.device).refusal();
      if (refusal !== undefined) throw refusal;
      const turn = turnNow(passage);
      if (turn === undefined) return waitFor(passage, clock);
      passage.turn = turn;
      return undefined;
    },
    leave(passage) {
      passage.turn?.release();
    },
  };
}

async function waitFor(passage: Passage, clock: Clock): Promise<void> {
  passage.turn = await waitForTurn(passage, clock);
}

/** Its turn where there is nothing to wait for, and nobody who has withdrawn it. */
function turnNow({ device, resolved, submission: { withdrawn }, queued }: Passage): Turn | undefined {
  const mayWait = need(resolved).spec.urgent !== true && !queued.isOver && withdrawn?.aborted !== true;
  return mayWait ? need(device).acquireNow() : undefined;
}

export async function waitForTurn(passage: Passage, clock: Clock): Promise<Turn> {
  const { device, resolved, submission, queued, deadline } = passage;
  const { withdrawn } = submission;
  const withdraw = (): void => queued.end(new BellcrankError('cancelled', 'the client withdrew the command'));
  if (withdrawn?.aborted === true) withdraw();
  const turn = turnNow(passage);
  if (turn !== undefined) return turn;
  const isUrgent = need(resolved).spec.urgent === true;
  withdrawn?.addEventListener('abort', withdraw, { once: true });
  const timer = clock.timer(need(deadline) - clock.monotonic(), () =>
    queued.end(new BellcrankError('expired', 'the deadline passed while the command waited for its turn')),
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
