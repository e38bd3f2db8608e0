import type { Definition, Finding } from '../definition/definition.ts';
import { pathText } from '../../../src/yaml/place.ts';
import { warning } from '../definition/scope.ts';
import { fieldsOf, scanTemplate } from '../template/index.ts';
import { sampleMessages } from './sample.ts';
import { expectPath, type Rule, type Use, usesOf } from './subject.ts';

/** A use one of whose replies looks like the first frame of what `identify` is answered. */
function looksLikeIdentity({ identify, line }: Definition, uses: readonly Use[]): Use | undefined {
  const [identity] = identify?.expect ?? [];
  // The echo of the question comes before its answer, and is like nothing else.
  if (identity === undefined || line.echo) return undefined;
  const isAlike = ({ exchange, wanted, params }: Use): boolean =>
    exchange.expect.some((template) =>
      sampleMessages(template, { ...wanted, ...params }).some((message) => scanTemplate(identity, message, {}).ok),
    );
  return uses.find((use) => use.role !== 'identify' && isAlike(use));
}

/** Whether the identity can be told from the replies to everything else. */
export function isUnmistakable(definition: Definition): boolean {
  return looksLikeIdentity(definition, usesOf(definition)) === undefined;
}

/** An identity that tells nothing but what other replies tell too. One with fields may have to be this open. */
export const identity: Rule = (subject): Finding[] => {
  const { definition, uses } = subject;
  const alike = looksLikeIdentity(definition, uses);
  const { identify } = definition;
  if (identify === undefined || alike === undefined || identify.expect.some((each) => fieldsOf(each).length > 0))
    return [];
  const place = pathText(expectPath(subject, alike.exchange, 0).map(String));
  const detail = `is also what ${place} may read: after a timeout only silence brings the line into step`;
  return [warning(expectPath(subject, identify, 0), detail)];
};
