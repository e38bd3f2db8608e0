import type { Clock } from '../../clock.ts';
import { BellcrankError } from '../../errors.ts';
import { need } from '../need.ts';
import type { Step } from '../step.ts';

/** Waits for the device's line: until the deadline, until the client withdraws, or until the device goes away. */
export function enqueueStep(clock: Clock): Step {
  return {
    name: 'enqueue',
    async enter(passage) {
      const device = need(passage.device);
      const { spec } = need(passage.resolved);
      const refusal = device.refusal();
      if (refusal !== undefined) throw refusal;
      const { withdrawn } = passage.submission;
      const { queued } = passage;
      const withdraw = (): void => queued.abort(new BellcrankError('cancelled', 'the client withdrew the command'));
      if (withdrawn?.aborted === true) withdraw();
      withdrawn?.addEventListener('abort', withdraw, { once: true });
      const timer = clock.timer(need(passage.deadline) - clock.monotonic(), () =>
        queued.abort(new BellcrankError('expired', 'the deadline passed while the command waited for its turn')),
      );
      try {
        const { signal } = queued;
        passage.turn = await (spec.urgent === true ? device.bypass(signal) : device.acquire('command', signal));
      } finally {
        timer.cancel();
        withdrawn?.removeEventListener('abort', withdraw);
      }
    },
    leave(passage) {
      passage.turn?.release();
    },
  };
}
