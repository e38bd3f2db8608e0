import type { Definition, Exchange, Finding, PropertyDefinition } from '../definition/definition.ts';
import { warning } from '../definition/scope.ts';
import { scanTemplate } from '../template/index.ts';
import { sampleMessages } from './sample.ts';
import { expectPath, type Role, type Rule, type Use, usesOf } from './subject.ts';

type Read = NonNullable<PropertyDefinition['read']>;

/** A read of one question, whose reply can be looked for among others. */
export interface Question {
  readonly read: Read;
  readonly exchange: Exchange;
}

export function questionsOf({ properties }: Definition): Question[] {
  return Object.values(properties).flatMap(({ read }) => {
    const [exchange, ...others] = read?.steps ?? [];
    if (read === undefined || exchange?.kind !== 'exchange' || others.length > 0) return [];
    // What `rewrite` makes alike is not seen here.
    return exchange.send === undefined || exchange.rewrite.length > 0 ? [] : [{ read, exchange }];
  });
}

/** The first question whose reply nobody can take for the reply, or the refusal, that any of these exchanges may get. */
export function tellingQuestion(definition: Definition, owed: Iterable<Exchange>): Question | undefined {
  const uses = usesOf(definition);
  const others = [...owed];
  return questionsOf(definition).find(({ exchange }) => others.every((other) => !isAlike(uses, exchange, other)));
}

function isAlike(uses: readonly Use[], own: Exchange, other: Exchange): boolean {
  const [answer] = own.expect;
  const answers = messagesOf(uses, own, 1);
  // Framed in another way, what is late would be cut into pieces.
  if (answer === undefined || answers.length === 0 || own.reply !== other.reply) return true;
  const refusals = other.errors.map(({ match }) => match);
  const late = [...messagesOf(uses, other), ...refusals.flatMap((template) => sampleMessages(template))];
  return (
    late.some((message) => scanTemplate(answer, message, {}).ok) ||
    [...other.expect, ...refusals].some((template) => answers.some((message) => scanTemplate(template, message, {}).ok))
  );
}

/** What the first frames of its reply may look like. */
function messagesOf(uses: readonly Use[], exchange: Exchange, count = Infinity): Uint8Array[] {
  const { wanted, params } = uses.find((use) => use.exchange === exchange) ?? { wanted: {}, params: {} };
  return exchange.expect.slice(0, count).flatMap((template) => sampleMessages(template, { ...wanted, ...params }));
}

const changing: readonly Role[] = ['command', 'write', 'stop'];

/** A reply that could come late and acknowledge something else, with nothing to ask that shows that it has come. */
export const telling: Rule = (subject): Finding[] => {
  const { definition, uses } = subject;
  const { identify, resync, line } = definition;
  if (identify !== undefined || resync !== undefined || line.echo) return [];
  const untold = uses.find(
    ({ role, exchange }) =>
      changing.includes(role) && exchange.expect.length > 0 && tellingQuestion(definition, [exchange]) === undefined,
  );
  if (untold === undefined) return [];
  const detail =
    'no other question has a reply that is not like this one: after a timeout only silence tells that nothing late is under way; give `identify` or `resync`';
  return [warning(expectPath(subject, untold.exchange, 0), detail)];
};
