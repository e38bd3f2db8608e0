import { suggestion } from '../../../../src/yaml/suggest.ts';
import { isRecord } from '../../../../src/yaml/schema-walk.ts';
import type { Path } from '../../definition/definition.ts';
import { substituted } from '../../definition/each.ts';
import { checkSchema } from '../../definition/schemas.ts';
import { error } from '../../definition/scope.ts';
import { validate } from '../../../../src/driver/index.ts';
import type { RawAction, RawErrorRule, RawExchange, RawReply, RawSend } from '../schema/message.ts';
import type { ErrorRule, Exchange, JsonPart, Payload, Reading, Reply, Sending, Wanted } from '../topic-map.ts';
import { meaningsOf } from './fields.ts';
import { fieldsOf, readingOf, wantedOf } from './reading.ts';
import { type Meaning, schemaIn, sendableOf, type TopicScope } from './scope.ts';
import { sentTemplate, topicTemplate, wireSchema } from './templates.ts';

/** The exchanges of whatever holds one, or `steps`. */
export function exchangesOf(scope: TopicScope, raw: RawAction, path: Path, meaning: Meaning): Exchange[] {
  if (raw.steps === undefined) return [exchangeOf(scope, raw, path, meaning)].flatMap((one) => one ?? []);
  const beside = (['send', 'reply', 'errors', 'correlate'] as const).find((key) => raw[key] !== undefined);
  if (beside !== undefined) {
    scope.report(error([...path, beside], 'stands beside `steps`; put it into one of them', { key: true }));
  }
  return listOf(scope, raw.steps, [...path, 'steps'], meaning);
}

export function listOf(scope: TopicScope, raw: readonly RawExchange[], path: Path, meaning: Meaning): Exchange[] {
  return raw.flatMap((one, index) => exchangeOf(scope, one, [...path, index], meaning) ?? []);
}

function exchangeOf(scope: TopicScope, raw: RawExchange, path: Path, meaning: Meaning): Exchange | undefined {
  if (raw.send === undefined) {
    scope.report(error(path, 'needs `send`: what is published'));
    return undefined;
  }
  const send = sendingOf(scope, raw.send, [...path, 'send'], meaning);
  const reply = raw.reply === undefined ? undefined : replyOf(scope, raw.reply, [...path, 'reply'], meaning);
  const isCorrelated = raw.correlate === 'mqtt5';
  if (isCorrelated && reply?.kind !== 'message') {
    scope.report(error([...path, 'correlate'], 'needs a `reply` with a topic: the response topic', { key: true }));
  }
  if (raw.errors !== undefined && reply === undefined) {
    scope.report(error([...path, 'errors'], 'are never heard, since nothing waits for a `reply`', { key: true }));
  }
  return {
    send,
    ...(reply !== undefined && { reply }),
    errors: [...rulesOf(scope, raw.errors ?? [], [...path, 'errors'], meaning), ...scope.errors],
    isCorrelated,
    path,
  };
}

function sendingOf(scope: TopicScope, raw: RawSend, path: Path, meaning: Meaning): Sending {
  const known = sendableOf(scope, meaning);
  const fields = {
    ...meaning.fields,
    ...meaningsOf(scope, raw.fields, [...path, 'fields'], (name) => schemaIn(scope, meaning, name)),
  };
  const wired = Object.fromEntries(
    Object.entries(known).map(([name, schema]) => [name, wireSchema(schema, fields[name]) ?? {}]),
  );
  return {
    topic: topicTemplate(scope, raw.topic, [...path, 'topic'], known),
    payload: payloadOf(scope, raw.payload ?? '', [...path, 'payload'], wired),
    qos: raw.qos ?? 0,
    fields,
    path,
  };
}

type Known = Parameters<typeof sentTemplate>[3];

function payloadOf(scope: TopicScope, raw: unknown, path: Path, known: Known): Payload {
  if (typeof raw === 'string') return { kind: 'text', template: sentTemplate(scope, raw, path, known) };
  return { kind: 'json', part: partOf(scope, raw, path, known) };
}

function partOf(scope: TopicScope, raw: unknown, path: Path, known: Known): JsonPart {
  if (typeof raw === 'string') return leafOf(scope, raw, path, known);
  if (Array.isArray(raw)) {
    return { kind: 'list', items: raw.map((item, index) => partOf(scope, item, [...path, index], known)) };
  }
  if (!isRecord(raw)) return { kind: 'constant', value: raw };
  const members = Object.entries(raw).map(
    ([key, member]) => [key, partOf(scope, member, [...path, key], known)] as const,
  );
  return { kind: 'object', members };
}

/** `{name}` alone is the value itself, whatever its type; anything else is text. */
function leafOf(scope: TopicScope, raw: string, path: Path, known: Known): JsonPart {
  const template = sentTemplate(scope, raw, path, known);
  const [, name] = /^\{([\w-]+)\}$/.exec(raw) ?? [];
  if (name !== undefined) return { kind: 'value', name };
  const hasFields = template.parts.some(({ kind }) => kind !== 'literal');
  return hasFields ? { kind: 'text', template } : { kind: 'constant', value: constantOf(template) };
}

function constantOf({ parts }: ReturnType<typeof sentTemplate>): string {
  return parts.map((part) => (part.kind === 'literal' ? Buffer.from(part.bytes).toString('utf8') : '')).join('');
}

function replyOf(scope: TopicScope, raw: RawReply, path: Path, meaning: Meaning): Reply | undefined {
  if (raw === 'state') return ownState(scope, path, meaning);
  const { topic, state, timeoutMs = scope.replyTimeoutMs, tolerance = 0, ...reading } = raw;
  if (state === undefined) {
    if (topic === undefined) {
      scope.report(error(path, 'needs `topic`, or `state`: where the answer comes'));
      return undefined;
    }
    const known = sendableOf(scope, meaning);
    const hearing = {
      ...readingOf(scope, reading, path, meaning),
      topic: topicTemplate(scope, topic, [...path, 'topic'], known),
    };
    return { kind: 'message', hearing, timeoutMs };
  }
  const beside = Object.keys(raw).find((key) => !['state', 'tolerance', 'timeoutMs'].includes(key));
  if (beside !== undefined) {
    scope.report(error([...path, beside], 'stands beside `state`, which says where it comes', { key: true }));
  }
  const wanted = Object.entries(state).map(([name, value]) =>
    stateOf(scope, name, value, [...path, 'state', name], meaning),
  );
  checkOneTopic(scope, wanted, path);
  return { kind: 'state', wanted, tolerance, timeoutMs, path };
}

/** The property's own state: any, where it is asked for; the one asked for, where it is set. */
function ownState(scope: TopicScope, path: Path, { self, params }: Meaning): Reply | undefined {
  if (self === undefined) {
    scope.report(error(path, 'is for what reads or writes a property; say which `state: { … }` is meant'));
    return undefined;
  }
  if (scope.properties.get(self)?.pushed === undefined) {
    scope.report(error(path, 'needs `pushed`: the topic on which its state comes'));
    return undefined;
  }
  const equals = Object.hasOwn(params, 'value') ? { known: 'value' } : undefined;
  const wanted = [{ property: self, ...(equals && { equals }) }];
  return { kind: 'state', wanted, tolerance: 0, timeoutMs: scope.replyTimeoutMs, path };
}

function stateOf(
  scope: TopicScope,
  name: string,
  given: number | string | boolean,
  path: Path,
  meaning: Meaning,
): Wanted {
  const property = substituted(name, meaning.constants);
  const known = scope.properties.get(property);
  if (known?.pushed === undefined) {
    const pushed = [...scope.properties].flatMap(([one, { pushed: source }]) => (source ? [one] : []));
    scope.report(error(path, `names no property that is \`pushed\`${suggestion(property, pushed)}`, { key: true }));
  }
  const equals = wantedOf(scope, given, path, meaning);
  // A schema that is none is told where it stands.
  if ('value' in equals && known !== undefined && scope.isStrict && checkSchema(known.schema, path, () => {})) {
    const [wrong] = validate(known.schema, equals.value);
    if (wrong !== undefined) scope.report(error(path, `is refused by the property’s schema: it ${wrong.detail}`));
  }
  return { property, equals };
}

/** One message must tell all of it: of two that come after one another, the first may be older than the question. */
function checkOneTopic(scope: TopicScope, wanted: readonly Wanted[], path: Path): void {
  const topics = wanted.flatMap(({ property }) => {
    const known = scope.properties.get(property);
    return known?.pushed ? [substituted(known.pushed.hearing.topic.text, known.constants)] : [];
  });
  if (new Set(topics).size <= 1) return;
  scope.report(
    error([...path, 'state'], `come on different topics (${[...new Set(topics)].join(', ')}); name those of one`),
  );
}

export function rulesOf(scope: TopicScope, raw: readonly RawErrorRule[], path: Path, meaning: Meaning): ErrorRule[] {
  return raw.map((rule, index) => ruleOf(scope, rule, [...path, index], meaning));
}

function ruleOf(scope: TopicScope, raw: RawErrorRule, path: Path, meaning: Meaning): ErrorRule {
  const { topic, code, text, texts = {}, outcome = 'refused', ...rest } = raw;
  // What a refusal tells is nobody's parameter.
  const { code: _, text: __, ...params } = meaning.params;
  const reading = readingOf(scope, rest, path, { ...meaning, params, told: {} });
  if (topic === undefined && reading.reading.kind === 'any') {
    scope.report(error(path, 'needs `payload`, `json`, `match` or a `topic`: what tells it from the reply'));
  }
  const known = sendableOf(scope, meaning);
  return {
    hearing: {
      ...reading,
      reading: textOptional(reading.reading),
      ...(topic !== undefined && { topic: topicTemplate(scope, topic, [...path, 'topic'], known) }),
    },
    texts,
    outcome,
    ...(code !== undefined && { code: String(code) }),
    ...(text !== undefined && { text }),
  };
}

/** Words are welcome, and not needed. */
function textOptional(reading: Reading): Reading {
  if (reading.kind !== 'json' || reading.places['text'] === undefined) return reading;
  return { kind: 'json', places: { ...reading.places, text: { ...reading.places['text'], optional: true } } };
}

/** What the replies of exchanges tell, by name. */
export function toldBy(exchanges: readonly Exchange[]): Set<string> {
  return new Set(
    exchanges.flatMap(({ reply }) => {
      if (reply === undefined) return [];
      return reply.kind === 'message' ? fieldsOf(reply.hearing.reading) : reply.wanted.map(({ property }) => property);
    }),
  );
}
