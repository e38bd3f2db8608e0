import type { Clock } from '../../clock.ts';
import { BellcrankError } from '../../errors.ts';
import { need } from '../need.ts';
import type { CommandRecord } from '../record.ts';
import type { Records } from '../records.ts';
import type { Passage, Resolved, Step } from '../step.ts';

/** Calls the driver. A `long` command's deadline is counted anew with each sign of progress. */
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
          ...(resolved.spec.long === true ? { yield: (signal) => yieldTurn(passage, signal) } : {}),
        },
        ...(resolved.spec.long === true ? { extendMs: resolved.spec.timeoutMs } : {}),
      });
    },
  };
}

async function yieldTurn(passage: Passage, signal: AbortSignal): Promise<void> {
  passage.turn?.release();
  passage.turn = await need(passage.device).acquire('command', signal);
}
