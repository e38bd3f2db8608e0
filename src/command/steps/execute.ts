import type { Clock } from '../../clock.ts';
import { BellcrankError } from '../../errors.ts';
import { need } from '../need.ts';
import type { CommandRecord } from '../record.ts';
import type { Records } from '../records.ts';
import type { Resolved, Step } from '../step.ts';

/** Longest time without progress that a `long` command may take is its own timeout, counted anew. */
export function executeStep(
  records: Records,
  clock: Clock,
  resolveLate: (record: CommandRecord, resolved: Resolved, result: unknown) => Promise<void>,
): Step {
  return {
    name: 'execute',
    async enter(passage) {
      const device = need(passage.device);
      const resolved = need(passage.resolved);
      const record = need(passage.record);
      if (device.latched && resolved.spec.effect !== 'read') {
        throw new BellcrankError('stopped', `device ${device.id} was stopped`, { reason: 'stopped' });
      }
      passage.invoked = await device.run({
        id: record.id,
        effect: resolved.spec.effect,
        handler: (session) => resolved.handler(session, record.params),
        deadline: need(passage.deadline),
        hooks: {
          sending: async () => {
            record.state = 'sent';
            record.sentAt = clock.now();
            await records.sent(record);
          },
          late: (result) => void resolveLate(record, resolved, result),
        },
        ...(resolved.spec.long === true ? { extendMs: resolved.spec.timeoutMs } : {}),
      });
    },
  };
}
