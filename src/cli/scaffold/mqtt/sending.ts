import { fieldOf, type Kind } from './kinds.ts';
import { hears, type Sent } from './links.ts';
import { isTaken } from './leaves.ts';
import type { Ask, Message } from './messages.ts';
import type { Entry, Group, Making } from './shared.ts';
import { escaped } from './topic-option.ts';

/** A payload like the one that was sent, with fields in place of what may be another value. */
export function payloadWith(
  { sent }: Ask,
  fields: Readonly<Record<string, Sent>>,
  kinds: Readonly<Record<string, Kind>>,
): { readonly payload?: unknown } {
  const names = new Map(Object.entries(fields).map(([name, { pointer }]) => [pointer, name]));
  const whole = names.get(undefined);
  if (whole !== undefined)
    return { payload: fieldOf(whole, kinds[whole] ?? { type: 'string', longest: 0, mayBeEmpty: true }) };
  if (sent.text === '') return {};
  const json: unknown = sent.leaves === undefined ? undefined : JSON.parse(sent.text);
  return { payload: json === undefined || !isWritable(json) ? escaped(sent.text) : template(json, '', names) };
}

function template(value: unknown, pointer: string, names: ReadonlyMap<string | undefined, string>): unknown {
  const name = names.get(pointer);
  if (name !== undefined) return `{${name}}`;
  if (typeof value === 'string') return escaped(value);
  if (Array.isArray(value)) return value.map((item, index) => template(item, `${pointer}/${index}`, names));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => {
    const token = key.replaceAll('~', '~0').replaceAll('/', '~1');
    return [key, template(member, `${pointer}/${token}`, names)] as const;
  });
  return Object.fromEntries(members);
}

/** Whether JSON can stand in a definition as it is: no name in it is one that every object has. */
export function isWritable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return !Object.is(value, -0);
  return Object.entries(value).every(([key, member]) => !isTaken(key) && isWritable(member));
}

/** Other states that were told each time along with the answer: the simulator tells them, too. */
export function alsoTold(making: Making, action: string, { asks }: Group, answered: readonly string[]): void {
  const others = making.states.filter(
    ({ topic }) => !answered.includes(topic) && asks.every((ask) => hears(ask, topic)),
  );
  // One for each topic is enough: a message tells all that is on it.
  const first = others.filter(({ topic }, index) => others.findIndex((one) => one.topic === topic) === index);
  if (first.length > 0)
    making.tells.set(
      action,
      first.map(({ name }) => name),
    );
}

/** Longer ones are no help to anybody. */
const longestShown = 1500;

/** What was sent, and what was heard on some topics; undefined where it is too long to show. */
export function exampleOf({ sent, heard }: Ask, topics: readonly string[]): Entry | undefined {
  const replies = topics.flatMap((topic) => heard.findLast((message) => message.topic === topic) ?? []);
  if ([sent, ...replies].some(({ text }) => text.length > longestShown)) return undefined;
  const [only] = replies;
  const reply =
    replies.length === 0 ? {} : { reply: replies.length === 1 && only ? heardEntry(only) : replies.map(heardEntry) };
  return { send: { topic: sent.topic, ...sentPayload(sent) }, ...reply };
}

/** As text where that is how JSON is written here; else as JSON, of which the order and the spaces do not matter. */
function sentPayload({ text, leaves }: Message): { readonly payload?: unknown } {
  if (text === '') return {};
  if (leaves === undefined) return { payload: text };
  const json: unknown = JSON.parse(text);
  return { payload: JSON.stringify(json) === text || !isWritable(json) ? text : json };
}

export function heardEntry({ topic, text, retained }: Message): Entry {
  return { topic, ...(text !== '' && { payload: text }), ...(retained && { retained: true }) };
}
