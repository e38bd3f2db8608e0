import type { Finding } from '../definition/definition.ts';
import { bits } from './bits.ts';
import { choices } from './choices.ts';
import { framing } from './framing.ts';
import { identity } from './identity.ts';
import { kinds } from './kinds.ts';
import { missing } from './missing.ts';
import { overlaps } from './overlap.ts';
import { padded } from './padded.ts';
import { precision } from './precision.ts';
import { printable } from './printable.ts';
import { sameMessage } from './same-message.ts';
import { scpiQueue } from './scpi-queue.ts';
import { sharedStop } from './shared-stop.ts';
import { simulated } from './simulated.ts';
import type { Rule, Subject } from './subject.ts';
import { telling } from './telling.ts';
import { timing } from './timing.ts';
import { unreachable } from './unreachable.ts';
import { unused } from './unused.ts';
import { yamlTraps } from './yaml-traps.ts';

export { checkExamples } from './examples.ts';
export { type Subject, subjectOf } from './subject.ts';

const rules: readonly Rule[] = [
  missing,
  kinds,
  bits,
  overlaps,
  sameMessage,
  unreachable,
  choices,
  printable,
  padded,
  precision,
  framing,
  identity,
  telling,
  scpiQueue,
  sharedStop,
  timing,
  simulated,
  unused,
  yamlTraps,
];

/** What can be said of a definition without a device: what cannot work, and what is hardly meant. */
export function lint(subject: Subject): Finding[] {
  return rules.flatMap((rule) => rule(subject));
}
