import type { Clock } from '../../clock.ts';
import type { Device } from '../../device/device.ts';
import { asError, BellcrankError } from '../../errors.ts';
import { assertAllowed, type Gate } from '../gate.ts';
import type { Journal } from '../journal.ts';
import { need } from '../need.ts';
import type { Passages } from '../passages.ts';
import type { OrderedIds } from '../../ordered-ids.ts';
import { newRecord } from '../record.ts';
import type { Passage, Resolved, Step } from '../step.ts';

export interface AdmitParts {
  readonly journal: Journal;
  readonly gates: readonly Gate[];
  readonly passages: Passages;
  readonly ids: OrderedIds;
  readonly clock: Clock;
}

/**
 * Turns away what cannot be taken now, before it exists. From here on the command is on record, has its deadline, and
 * ends with an outcome.
 */
export function admitStep(parts: AdmitParts): Step {
  const { journal, gates, passages, ids, clock } = parts;
  return (passage) => {
    const device = need(passage.device);
    const resolved = need(passage.resolved);
    const { submission } = passage;
    assertRecordable(journal);
    assertAllowed(gates, passage);
    passage.deadline = passage.arrivedAt + timeoutOf(passage, resolved);
    assertInTime(passage.deadline, clock);
    makeRoom(device, resolved, submission.command, passages);
    const submittedAt = clock.now();
    const record = newRecord(ids.next(submittedAt), {
      device: device.id,
      command: submission.command,
      params: submission.params,
      by: submission.caller.name,
      simulated: device.simulated,
      declared: resolved.spec.confirmation,
      submittedAt,
      key: passage.key,
    });
    passage.record = record;
    // What only reads decides nothing.
    passage.decision = resolved.spec.effect === 'read' ? device.decision : device.decided('a newer command');
    passages.admitted(passage, record);
    submission.trace?.admitted(record);
    // Not awaited: a command that goes on at once is accepted and sent in one entry.
    passage.accepted = journal.put(record, device.lane);
    passage.accepted.catch((error: unknown) => passage.queued.end(asError(error)));
  };
}

function assertRecordable(journal: Journal): void {
  const refusal = journal.refusal();
  if (refusal !== undefined) throw refusal;
}

export function assertInTime(deadline: number, clock: Clock): void {
  if (clock.monotonic() < deadline) return;
  throw new BellcrankError('expired', 'the deadline passed before anything was sent', {
    outcome: 'not-sent',
    reason: 'expired',
  });
}

/** How long the command may take, queue included: its own time, or less if the client has less. */
export function timeoutOf({ submission }: Passage, { spec }: Resolved): number {
  return Math.min(spec.timeoutMs, submission.timeoutMs ?? Infinity);
}

/** What the model says about a device that is busy, and then the bound of its queue. */
function makeRoom(device: Device, { spec }: Resolved, command: string, passages: Passages): void {
  if (spec.onBusy === 'reject') assertIdle(device, passages);
  if (spec.onBusy === 'supersede') supersede(device, command, passages);
  if (!device.lane.isFull || spec.urgent === true) return;
  throw new BellcrankError('queue-full', `the queue of ${device.id} is full; try again later`, {
    outcome: 'not-sent',
    retryAfterMs: 1000,
  });
}

/** For commands that make no sense later. */
function assertIdle(device: Device, passages: Passages): void {
  const [other] = passages.of(device.id);
  if (other?.record === undefined) return;
  throw new BellcrankError('busy', `device ${device.id} is busy with ${other.record.command}; try again later`, {
    outcome: 'not-sent',
    retryAfterMs: 1000,
  });
}

/** The latest setpoint wins: older ones that still wait come to nothing. */
function supersede(device: Device, command: string, passages: Passages): void {
  for (const older of passages.of(device.id)) {
    if (older.submission.command !== command || older.turn !== undefined) continue;
    older.queued.end(
      new BellcrankError('superseded', 'a newer command of the same kind took its place', { reason: 'superseded' }),
    );
  }
}
