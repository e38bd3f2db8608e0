import { latin1, quoted } from '../../../src/driver/index.ts';
import type { ErrorRule, Exchange, Finding } from '../definition/definition.ts';
import { error, warning } from '../definition/scope.ts';
import type { Template } from '../template/index.ts';
import { sampleBytes } from './sample.ts';
import { distinct, expectPath, type Subject, type Use, valueAt } from './subject.ts';

/** USB adapters hand over what they have every 16 ms, unless told otherwise. */
const adapterMs = 16;

/** Replies whose end cannot be found. */
export function framing(subject: Subject): Finding[] {
  return distinct([
    ...subject.uses.flatMap((use) => [...wrongLength(subject, use), ...shortSilence(subject, use)]),
    ...lostRefusals(subject),
    ...unsaid(subject),
    ...unended(subject),
  ]);
}

const saysHow = ({ raw }: Subject): boolean => raw.line?.inTerminator !== undefined || raw.line?.reply !== undefined;

/** Once, however many replies there are: what is missing is missing in one place. */
function unsaid(subject: Subject): Finding[] {
  const { uses, definition } = subject;
  if (saysHow(subject)) return [];
  const isHeard =
    definition.unsolicited.length > 0 ||
    uses.some(({ exchange: { expect, reply } }) => expect.length > 0 && reply === undefined);
  if (!isHeard) return [];
  return [
    error(
      ['line', 'inTerminator'],
      "is not said: how replies end; '' means with silence, and `reply` says it otherwise",
    ),
  ];
}

/** Replies end with a terminator, and what is sent with nothing: most devices would wait for more. */
function unended({ raw, definition, uses }: Subject): Finding[] {
  const { reply } = definition.line;
  if (reply.by !== 'terminator' || raw.line?.outTerminator !== undefined) return [];
  const isOpen = uses.some(({ exchange: { send } }) => send !== undefined && !endsItself(send));
  if (!isOpen) return [];
  const shown = quoted(latin1(reply.terminator));
  const detail = `is not said, and replies end with ${shown}: nothing ends what is sent; '' says that it needs no end`;
  return [warning(['line', 'outTerminator'], detail)];
}

/** Its last byte is a control character. */
function endsItself({ parts }: Template): boolean {
  const last = parts.at(-1);
  return last?.kind === 'literal' && (last.bytes.at(-1) ?? 0x20) < 0x20;
}

/** A template whose length is always the same, and a reply of another length. */
function wrongLength(subject: Subject, { exchange, wanted }: Use): Finding[] {
  const reply = exchange.reply ?? subject.definition.line.reply;
  if (reply.by !== 'length') return [];
  return exchange.expect.flatMap((template, index) => {
    const length = lengthOf(template, wanted);
    if (length === undefined || length === reply.bytes) return [];
    return [error(expectPath(subject, exchange, index), `has ${length} bytes, and the reply has ${reply.bytes}`)];
  });
}

/** Undefined where it is not always the same. */
function lengthOf(template: Template, wanted: Use['wanted'] = {}): number | undefined {
  const isFixed = template.parts.every(
    (part) => part.kind !== 'white-space' && (part.kind !== 'field' || part.conversion.capacity?.bytes !== undefined),
  );
  return isFixed ? sampleBytes(template, {}, wanted)?.length : undefined;
}

/** Refusals that are shorter or longer than whatever they would stand in place of. */
function lostRefusals({ uses, definition }: Subject): Finding[] {
  const replies = new Map<ErrorRule, Set<number | undefined>>();
  for (const { exchange } of uses) {
    const reply = exchange.reply ?? definition.line.reply;
    if (exchange.expect.length === 0) continue;
    for (const rule of exchange.errors) {
      const lengths = replies.get(rule) ?? new Set();
      replies.set(rule, lengths.add(reply.by === 'length' ? reply.bytes : undefined));
    }
  }
  return [...replies].flatMap(([rule, lengths]) => {
    const [wanted] = lengths;
    const own = lengthOf(rule.match);
    if (own === undefined || wanted === undefined || lengths.size > 1 || own === wanted) return [];
    const detail = `is never read: it has ${own} ${own === 1 ? 'byte' : 'bytes'}, and replies have ${wanted}; \`reply: { silence: true }\` takes either`;
    return [warning([...rule.path, 'match'], detail)];
  });
}

function shortSilence(subject: Subject, { exchange }: Use): Finding[] {
  const { line, transports } = subject.definition;
  const reply = exchange.reply ?? line.reply;
  const silence = exchange.interByteTimeoutMs ?? line.interByteTimeoutMs;
  const isSaid = exchange.reply !== undefined || saysHow(subject);
  if (reply.by !== 'silence' || !isSaid || exchange.expect.length === 0 || silence > adapterMs) return [];
  if (!transports.includes('serial')) return [];
  const detail = `ends a reply after ${silence} ms of silence, and USB adapters pause for ${adapterMs} ms within one`;
  return [warning(placeOf(subject, exchange), detail)];
}

function placeOf({ raw }: Subject, { path }: Exchange) {
  const own = [...path, 'interByteTimeoutMs'];
  return valueAt(raw, own) === undefined ? ['line', 'interByteTimeoutMs'] : own;
}
