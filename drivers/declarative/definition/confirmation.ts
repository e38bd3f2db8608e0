import type { Confirmation } from '../../../src/driver/index.ts';
import type { Path, Step } from './definition.ts';
import { error, type Scope } from './scope.ts';

/** What decides how far a command can be known to have come. */
interface Reach {
  readonly steps: readonly Step[];
  readonly hasVerify: boolean;
  /** The error queue is read after it. */
  readonly hasQueue: boolean;
}

const order: readonly Confirmation[] = ['sent', 'acknowledged', 'confirmed'];

/** The declared confirmation, or else the strongest that is reached. One that cannot be reached is an error. */
export function confirmationOf(
  scope: Scope,
  declared: Confirmation | undefined,
  reach: Reach,
  path: Path,
): Confirmation {
  const strongest = strongestOf(reach);
  if (declared === undefined) return strongest;
  if (order.indexOf(declared) > order.indexOf(strongest)) {
    const missing = declared === 'confirmed' ? 'there is no `verify`' : 'the device does not answer';
    scope.report(error(path, `cannot be reached: ${missing}, so it is ${strongest}`));
  }
  return declared;
}

export function strongestOf({ steps, hasVerify, hasQueue }: Reach): Confirmation {
  if (hasVerify) return 'confirmed';
  return hasQueue || endsWithReply(steps) ? 'acknowledged' : 'sent';
}

/** What goes past an exchange under way cannot have a reply of its own: the two could not be told apart. */
export function checkUrgent(scope: Scope, steps: readonly Step[], path: Path): void {
  const isAnswered = steps.some(
    (step) => step.kind === 'repeat' || (step.kind === 'exchange' && step.expect.length > 0),
  );
  const at = [...path, 'urgent'];
  if (isAnswered) scope.report(error(at, 'goes past an exchange under way, so it must not `expect` a reply'));
  // The echo would stand in the midst of the other's reply, and be taken for a part of it.
  if (scope.line.echo) scope.report(error(at, 'goes past an exchange under way, so the line must not `echo`'));
}

/** Whether the last exchange has a reply. */
function endsWithReply(steps: readonly Step[]): boolean {
  const last = steps.findLast(({ kind }) => kind !== 'wait');
  if (last?.kind === 'repeat') return true;
  return last?.kind === 'exchange' && last.expect.length > 0;
}
