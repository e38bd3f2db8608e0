import type { Clock } from '../../clock.ts';
import { BellcrankError } from '../../errors.ts';
import { type Gate, passGates } from '../gate.ts';
import { need } from '../need.ts';
import type { CommandRecord } from '../../store/record.ts';
import type { CommandStore } from '../../store/store.ts';
import type { Passage, Resolved, Step } from '../step.ts';
import { verdictOn } from '../verdict.ts';
import { resolve } from './resolve.ts';
import { checkParams } from './validate.ts';

/** Calls the driver. A `long` command's deadline is counted anew with each sign of progress. */
export function executeStep(
  records: CommandStore,
  clock: Clock,
  gates: readonly Gate[],
  resolveLate: (record: CommandRecord, resolved: Resolved, result: unknown) => Promise<void>,
): Step {
  return {
    name: 'execute',
    async enter(passage) {
      const device = need(passage.device);
      const record = need(passage.record);
      checkAgain(passage, clock);
      const resolved = need(passage.resolved);
      if (device.latched && resolved.spec.effect !== 'read') {
        throw new BellcrankError('stopped', `device ${device.id} was stopped`, { reason: 'stopped' });
      }
      passage.invoked = await device.run({
        id: record.id,
        effect: resolved.spec.effect,
        handler: (session) => resolved.handler(session, record.params),
        deadline: need(passage.deadline),
        isKnown: (invoked) => verdictOn(resolved, invoked).outcome !== 'unknown',
        hooks: {
          sending: async () => {
            record.state = 'sent';
            record.sentAt = clock.now();
            await records.put(record);
            const { command, by } = passage.submission;
            passGates(gates, { device, command, effect: resolved.spec.effect, by });
          },
          late: (result) => void resolveLate(record, resolved, result),
          ...(resolved.spec.long === true ? { yield: (signal) => yieldTurn(passage, signal) } : {}),
        },
        ...(resolved.spec.long === true ? { extendMs: resolved.spec.timeoutMs } : {}),
      });
    },
  };
}

/** Time has passed in the queue: the deadline may be over, and the device may have described itself anew. */
function checkAgain(passage: Passage, clock: Clock): void {
  if (clock.monotonic() >= need(passage.deadline)) {
    throw new BellcrankError('expired', 'the deadline passed before anything was sent');
  }
  const device = need(passage.device);
  if (device.model === passage.model) return;
  const { command, params } = passage.submission;
  passage.resolved = resolve(device, command);
  checkParams(passage.resolved.params, params);
}

async function yieldTurn(passage: Passage, signal: AbortSignal): Promise<void> {
  passage.turn?.release();
  const turn = await need(passage.device).acquire('resume', signal);
  if (passage.ended === true) turn.release();
  else passage.turn = turn;
}
