import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { CapturedWrite } from '../device/call.ts';
import type { Registry } from '../device/registry.ts';
import type { BellcrankError } from '../errors.ts';
import { attemptOf, type Gate } from './gate.ts';
import { handlerOn } from './handler.ts';
import type { Journal } from './journal.ts';
import { need } from './need.ts';
import { newPassage } from './passages.ts';
import { toError } from './outcome.ts';
import type { Passage, Submission } from './step.ts';
import { timeoutOf } from './steps/admit.ts';
import { resolveStep } from './steps/resolve.ts';
import { validateParams } from './steps/validate.ts';

/** What a command would do if it were sent now. */
export interface DryRun {
  readonly submission: Submission;
  readonly simulated: boolean;
  /** What would turn it away now; empty if nothing would. */
  readonly obstacles: readonly BellcrankError[];
  /** What would leave, in order, as far as it can be told without the device's answers. */
  readonly writes: readonly CapturedWrite[];
  /** False if more would follow: what that is depends on the device's answers. */
  readonly complete: boolean;
}

export interface DryRunParts {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly gates: readonly Gate[];
}

/** Rejects as the command itself would for what is not found or not valid; what forbids it now is in the answer. */
export async function dryRunOf(submission: Submission, parts: DryRunParts): Promise<DryRun> {
  const passage = newPassage({ submission, arrivedAt: parts.clock.monotonic(), key: undefined });
  resolveStep(parts.registry)(passage);
  validateParams(passage);
  const { simulated } = need(passage.device);
  const captured = await capture(passage, parts);
  const obstacles = [...obstaclesTo(passage, parts), ...captured.obstacles];
  return { submission, simulated, obstacles, writes: captured.writes, complete: captured.complete };
}

function obstaclesTo(passage: Passage, { journal, gates }: DryRunParts): BellcrankError[] {
  const attempt = attemptOf(passage);
  const found = [
    journal.refusal(),
    ...gates.map((gate) => gate.check(attempt, passage.submission.caller)),
    attempt.device.refusal(),
  ];
  return found.filter((error) => error !== undefined);
}

/** Takes no turn of the line: nothing is written to it, and nothing read from it. */
async function capture(
  passage: Passage,
  { clock }: DryRunParts,
): Promise<Pick<DryRun, 'obstacles' | 'writes' | 'complete'>> {
  const device = need(passage.device);
  const resolved = need(passage.resolved);
  // A device that is away has no session, which is an obstacle already.
  if (device.refusal() !== undefined) return { obstacles: [], writes: [], complete: false };
  const { returned, dryRun, error } = await device.run({
    id: randomUUID(),
    effect: 'read',
    handler: (session) => handlerOn(session, { device, resolved, params: passage.submission.params, clock }),
    deadline: clock.monotonic() + timeoutOf(passage, resolved),
    dryRun: true,
  });
  const { writes = [], complete = false } = dryRun ?? {};
  const verifies = resolved.verification(passage.submission.params) !== undefined;
  return { obstacles: returned ? [] : [toError(error)], writes, complete: complete && !verifies };
}
