import type { Confirmation } from '../../../../src/driver/index.ts';
import { error } from '../../definition/scope.ts';
import type { Exchange } from '../topic-map.ts';
import type { Path, TopicScope } from './scope.ts';

/** What decides how far a command can be known to have come. */
export interface Reach {
  readonly exchanges: readonly Exchange[];
  /** The device tells the state as asked for before it has done it. */
  readonly optimistic: boolean;
  readonly hasVerify: boolean;
  readonly params: readonly string[];
}

const order: readonly Confirmation[] = ['sent', 'acknowledged', 'confirmed'];

/** The declared confirmation, or else the strongest that is reached. One that cannot be reached is an error. */
export function confirmationOf(
  scope: TopicScope,
  declared: Confirmation | undefined,
  reach: Reach,
  path: Path,
): Confirmation {
  const strongest = strongestOf(reach);
  if (declared === undefined) return strongest;
  if (order.indexOf(declared) > order.indexOf(strongest)) {
    scope.report(error(path, `cannot be reached: ${missing(reach)}, so it is ${strongest}`));
  }
  return declared;
}

/**
 * A message that answers acknowledges. Only the state of the device itself confirms: one that must be all that was asked
 * for, and that the device does not tell before it is so.
 */
export function strongestOf(reach: Reach): Confirmation {
  if (reach.hasVerify) return 'confirmed';
  const reply = reach.exchanges.at(-1)?.reply;
  if (reply === undefined) return 'sent';
  return reach.optimistic || uncovered(reach).length > 0 || !asksForState(reach) ? 'acknowledged' : 'confirmed';
}

function missing(reach: Reach): string {
  const reply = reach.exchanges.at(-1)?.reply;
  if (reply === undefined) return 'nothing answers';
  if (reach.optimistic) return 'the device is `optimistic`';
  if (!asksForState(reach)) return 'the answer is no `state`, and there is no `verify`';
  return `\`state\` does not say what ${uncovered(reach).join(' and ')} must have made of it`;
}

function asksForState({ exchanges }: Reach): boolean {
  const reply = exchanges.at(-1)?.reply;
  return reply?.kind === 'state' && reply.wanted.some(({ equals }) => equals !== undefined);
}

/** Parameters that the state does not show. */
function uncovered({ exchanges, params }: Reach): string[] {
  const reply = exchanges.at(-1)?.reply;
  const wanted = reply?.kind === 'state' ? reply.wanted : [];
  const shown = wanted.flatMap(({ equals }) => (equals !== undefined && 'known' in equals ? [equals.known] : []));
  return params.filter((param) => !shown.includes(param));
}
