import type { Clock } from '../../clock.ts';
import { BellcrankError } from '../../errors.ts';
import { type Gate, passGates } from '../gate.ts';
import { need } from '../need.ts';
import { CommandIds, newRecord } from '../record.ts';
import type { CommandStore } from '../../store/store.ts';
import type { Step } from '../step.ts';

/**
 * Turns away what cannot be taken now, before it exists. From here on the command is on record, has its deadline, and
 * ends with an outcome.
 */
export function admitStep(records: CommandStore, clock: Clock, gates: readonly Gate[]): Step {
  const ids = new CommandIds();
  return {
    name: 'admit',
    async enter(passage) {
      const device = need(passage.device);
      const { spec } = need(passage.resolved);
      const { submission } = passage;
      if (device.latched && spec.effect !== 'read') {
        throw new BellcrankError('stopped', `device ${device.id} is stopped; DELETE its stop first`, {
          outcome: 'not-sent',
          reason: 'stopped',
        });
      }
      passGates(gates, { device, command: submission.command, effect: spec.effect, by: submission.by });
      if (device.lane.isFull && spec.urgent !== true) {
        throw new BellcrankError('queue-full', `the queue of ${device.id} is full; try again later`, {
          outcome: 'not-sent',
          retryAfterMs: 1000,
        });
      }
      passage.deadline = clock.monotonic() + spec.timeoutMs;
      const submittedAt = clock.now();
      passage.record = newRecord(ids.next(submittedAt), {
        device: device.id,
        command: submission.command,
        params: submission.params,
        by: submission.by,
        simulated: device.simulated,
        declared: spec.confirmation,
        submittedAt,
      });
      await records.put(passage.record);
    },
  };
}
