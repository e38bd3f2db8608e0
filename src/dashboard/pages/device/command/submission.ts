import type { BellcrankProblem, CommandView } from '../../../../client/index.ts';
import type { LiveCommand } from './outcome-words.ts';

/** One press of a button, from there to what came of it. */
export type Submission =
  | { readonly phase: 'none' }
  /** No answer yet. */
  | { readonly phase: 'asking'; readonly params: unknown; readonly key: string }
  /** On record, and followed from then on. */
  | { readonly phase: 'followed'; readonly command: LiveCommand }
  /** Turned away before it was on record. */
  | { readonly phase: 'turned-away'; readonly problem: BellcrankProblem }
  /** The answer was lost: whether the service took it is not known here. The key finds out without sending twice. */
  | { readonly phase: 'lost'; readonly params: unknown; readonly key: string };

const order = { queued: 0, sent: 1, ended: 2 };

/** Of what is known of one command, from the stream and by asking, the later; progress is told by the stream alone. */
export function later(one: LiveCommand, other: LiveCommand | undefined): LiveCommand {
  if (other === undefined || order[other.state] < order[one.state]) return one;
  if (order[other.state] > order[one.state]) return other;
  // Both have ended: a late reply settles what was unknown, never the other way round.
  if (one.resolvedLate === true && other.resolvedLate !== true) return one;
  return { ...other, ...(other.progress === undefined && one.progress !== undefined && { progress: one.progress }) };
}

export function isUnderWay({ state }: CommandView): boolean {
  return state !== 'ended';
}
