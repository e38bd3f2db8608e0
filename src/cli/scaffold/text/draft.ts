import type { Dialogue, Exchange, Group } from './exchanges.ts';
import { nameFrom, Names } from '../names.ts';
import { manual } from '../summary.ts';
import { type Field, literal, printTemplate, type Template, templateOf } from './template.ts';

type Entry = Record<string, unknown>;

/** What was sent, what answered, and what it was. */
export interface Example {
  readonly send: string;
  readonly reply?: string | readonly string[];
  readonly [meaning: string]: unknown;
}

/** A definition in the making. */
export interface Draft {
  identify?: Entry;
  readonly errors: Entry[];
  readonly exchanges: Record<string, Entry>;
  readonly properties: Record<string, Entry>;
  readonly commands: Record<string, Entry>;
  readonly unsolicited: Entry[];
  /** Their messages as they stand, and not as templates. */
  readonly examples: Example[];
  /** What the simulated device begins with. */
  readonly initial: Record<string, unknown>;
}

/** Examples that are kept of what was asked often. */
const maxExamples = 3;
/** Stands between the frames of a reply; no byte is this character. */
const between = '\u2028';
/** Refusals that it knows. */
const maxErrors = 100;

/** What was asked becomes properties, what was told becomes commands; where a setting is read as well, it is its write. */
export function draftOf({ groups, unasked }: Dialogue): Draft {
  const draft: Draft = {
    errors: [],
    exchanges: {},
    properties: {},
    commands: {},
    unsolicited: [],
    examples: [],
    initial: {},
  };
  const names = new Names();
  const [asked, told] = [groups.filter(isQuery), groups.filter((group) => !isQuery(group))];
  const identity = asked.find(isIdentity);
  if (identity !== undefined) identify(draft, identity);
  const readBy = new Map<string, string>();
  for (const group of asked) if (group !== identity) addQuery(draft, group, names, readBy);
  for (const group of told) addSetting(draft, group, names, readBy);
  for (const frame of unasked) draft.unsolicited.push({ match: literal(frame), ignore: true });
  return draft;
}

/** It asks, or it is answered with something else than a word that acknowledges. */
function isQuery({ shape, exchanges }: Group): boolean {
  if (shape.includes('?')) return true;
  const answered = exchanges.filter(({ reply }) => reply.length > 0);
  return !shape.includes('\0') && answered.length > 0 && answered.every(({ reply }) => /\d/.test(reply[0] ?? ''));
}

/** Always answered the same, with more than a number. */
function isIdentity({ shape, exchanges }: Group): boolean {
  const replies = new Set(exchanges.map(({ reply }) => reply.join(between)));
  const [reply = ''] = replies;
  return /idn|id\?|^i$|ver/i.test(shape) && replies.size === 1 && /[a-z]{2}/i.test(reply) && !reply.includes(between);
}

function identify(draft: Draft, { exchanges: [{ send, reply }] }: Group): void {
  const [frame = ''] = reply;
  draft.identify = { send: literal(send), expect: literal(frame) };
  draft.examples.push({ send, reply: frame, identify: true, manual });
}

function addQuery(draft: Draft, group: Group, names: Names, readBy: Map<string, string>): void {
  const answered = group.exchanges.filter(({ reply }) => reply.length === (group.exchanges[0].reply.length || 1));
  const sends = group.exchanges.map(({ send }) => send);
  const send = templateOf(sends, parameter, false);
  if (answered.length === 0 || send.fields.length > 0) return addReading(draft, group, send, names);
  const name = names.unique(nameFrom(group.shape));
  const frames = answered[0]?.reply.map((_, at) => answered.map(({ reply }) => reply[at] ?? '')) ?? [];
  const expects = frames.map((texts, at) => answerTemplate(texts, frames.length > 1 ? `line-${at + 1}` : undefined));
  const fields = expects.flatMap((template) => template.fields);
  const exchange = { send: literal(sends[0] ?? ''), expect: one(expects.map(printTemplate)) };
  if (fields.length === 1) addProperty(draft, name, fields[0], { ...exchange, expect: one(expects.map(asValue)) });
  else {
    draft.exchanges[name] = exchange;
    for (const field of fields) addProperty(draft, `${name}-${field.name}`, field, { from: name, field: field.name });
  }
  readBy.set(nameFrom(group.shape), fields.length === 1 ? name : '');
  const told = (at: number): Entry =>
    Object.fromEntries(fields.map((field) => [fields.length === 1 ? name : `${name}-${field.name}`, field.values[at]]));
  for (const at of telling(answered)) {
    const { reply = [] } = answered[at] ?? {};
    draft.examples.push({ send: sends[0] ?? '', reply: one(reply), read: told(at), manual });
  }
}

/** Which exchanges become examples: the first few that are unlike each other. */
function telling(exchanges: readonly Exchange[]): readonly number[] {
  const texts = exchanges.map(({ send, reply }) => [send, ...reply].join(between));
  return [...texts.keys()].filter((at) => texts.indexOf(texts[at] ?? '') === at).slice(0, maxExamples);
}

/** An answer without a number is a text that may be another one. */
function answerTemplate(texts: readonly string[], prefix: string | undefined): Template {
  const nameOf = (index: number, count: number): string => {
    const own = count === 1 ? 'value' : `value-${index + 1}`;
    return prefix === undefined ? own : `${prefix}-${own}`;
  };
  const template = templateOf(texts, nameOf, true);
  if (template.fields.length > 0) return template;
  const field = { name: nameOf(0, 1), conversion: '%s', values: texts };
  return { parts: [field], fields: [field] };
}

function asValue({ parts, fields }: Template): string {
  return printTemplate({
    parts: parts.map((part) => (typeof part === 'string' ? part : { ...part, name: 'value' })),
    fields,
  });
}

function addProperty(draft: Draft, name: string, field: Field | undefined, read: Entry): void {
  if (field === undefined) return;
  draft.properties[name] = { schema: schemaOf(field), read };
  draft.initial[name] = field.values.at(-1);
}

/** A question with a parameter, or one that was not answered. */
function addReading(draft: Draft, { shape, exchanges }: Group, send: Template, names: Names): void {
  const name = names.unique(nameFrom(shape));
  const answers = exchanges.flatMap(({ reply }) => (reply.length === 1 ? reply : []));
  const expect = answers.length === 0 ? undefined : answerTemplate(answers, 'answer');
  draft.commands[name] = {
    effect: 'read',
    ...paramsOf(send),
    ...(expect && { result: Object.fromEntries(expect.fields.map((field) => [field.name, schemaOf(field)])) }),
    send: printTemplate(send),
    ...(expect && { expect: printTemplate(expect) }),
  };
  if (expect === undefined) return;
  for (const at of telling(exchanges)) {
    const { send: sent = '', reply = [] } = exchanges[at] ?? {};
    if (reply.length !== 1) continue;
    const params = Object.fromEntries(send.fields.map((field) => [field.name, field.values[at]]));
    const result = Object.fromEntries(
      expect.fields.map((field) => [field.name, field.values[answers.indexOf(reply[0] ?? '')]]),
    );
    draft.examples.push({
      send: sent,
      reply: reply[0] ?? '',
      command: { [name]: params },
      result,
      manual,
    });
  }
}

function addSetting(draft: Draft, group: Group, names: Names, readBy: ReadonlyMap<string, string>): void {
  const { exchanges } = group;
  const send = templateOf(
    exchanges.map((exchange) => exchange.send),
    parameter,
    true,
  );
  const acknowledged = mostFrequent(exchanges.map(({ reply }) => reply.join(between)));
  for (const { reply } of exchanges) {
    if (reply.length === 1 && reply[0] !== acknowledged) addError(draft, reply[0] ?? '');
  }
  const frames = acknowledged === '' ? [] : acknowledged.split(between);
  const answer = frames.length === 0 ? {} : { expect: one(frames.map(literal)) };
  const property = draft.properties[readBy.get(nameFrom(group.shape)) ?? ''];
  const took = exchanges.findIndex(({ reply }) => reply.join(between) === acknowledged);
  const [field] = send.fields;
  const seen = {
    send: exchanges[took]?.send ?? '',
    ...(frames.length > 0 && { reply: one(frames) }),
  };
  if (property !== undefined && field !== undefined && send.fields.length === 1) {
    property['write'] = { send: asValue(send), ...answer, schema: schemaOf(field, true) };
    draft.examples.push({ ...seen, write: { [readBy.get(nameFrom(group.shape)) ?? '']: field.values[took] }, manual });
    return;
  }
  const name = names.unique(nameFrom(group.shape));
  draft.commands[name] = {
    effect: field === undefined ? 'actuate' : 'idempotent',
    ...paramsOf(send),
    send: printTemplate(send),
    ...answer,
  };
  const params = Object.fromEntries(send.fields.map((each) => [each.name, each.values[took]]));
  draft.examples.push({ ...seen, command: { [name]: params }, manual });
}

function addError(draft: Draft, frame: string): void {
  if (draft.errors.length === maxErrors) return;
  const template = templateOf([frame], (index) => (index === 0 ? 'code' : `detail-${index}`), true);
  const match = printTemplate(template);
  if (draft.errors.some((rule) => rule['match'] === match)) return;
  draft.errors.push(template.fields.length > 0 ? { match } : { match, code: frame.slice(0, 50) });
}

function paramsOf({ fields }: Template): { params?: Entry } {
  if (fields.length === 0) return {};
  return { params: Object.fromEntries(fields.map((field) => [field.name, schemaOf(field, true)])) };
}

/** Of what is sent it says the steps, too, since the template rounds to them. */
function schemaOf({ conversion, values }: Field, isSent = false): Entry {
  if (values.some((value) => typeof value === 'string')) return { type: 'string', maxLength: 200 };
  const decimals = /^%\.(\d+)f$/.exec(conversion)?.[1];
  if (decimals === undefined && conversion !== '%e') return { type: 'integer' };
  return { type: 'number', ...(isSent && decimals !== undefined && { multipleOf: Number(`1e-${decimals}`) }) };
}

function parameter(index: number, count: number): string {
  return count === 1 ? 'value' : `value-${index + 1}`;
}

function one<T>(list: readonly T[]): T | readonly T[] {
  const [only] = list;
  return list.length === 1 && only !== undefined ? only : list;
}

function mostFrequent(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}
