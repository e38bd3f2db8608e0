import type { Message } from '../../../src/driver/index.ts';
import { arrivedOf } from '../../../drivers/declarative/topics/message/hear.ts';
import { scanJson } from '../../../drivers/declarative/topics/message/json.ts';
import { scanText } from '../../../drivers/declarative/topics/message/text.ts';
import { filterOf, scanTopic } from '../../../drivers/declarative/topics/message/topic.ts';
import type { Action, Exchange, Instance, JsonPart } from '../../../drivers/declarative/topics/topic-map.ts';
import type { Template } from '../../../drivers/declarative/template/template.ts';
import type { Asked } from './behaviour.ts';

/** One of the messages that the device understands. */
export interface Understands {
  readonly asked: Asked;
  readonly exchange: Exchange;
  readonly constants: Action['constants'];
  readonly defaults: Action['defaults'];
  readonly isFirst: boolean;
  /** It is the action's last message: what is asked for is done when it comes. */
  readonly isDecisive: boolean;
  readonly isPartial: boolean;
}

/** A message as one of those, and what its fields told. */
export interface Heard extends Understands {
  readonly values: Readonly<Record<string, unknown>>;
  /** How much of it is fixed: the more, the more it is this very one. */
  readonly weight: number;
}

export function understood({ map }: Instance): Understands[] {
  const of = (asked: Asked, { exchanges, constants, defaults }: Action, isPartial = false): Understands[] =>
    exchanges.map((exchange, index) => ({
      asked,
      exchange,
      constants,
      defaults,
      isFirst: index === 0,
      isDecisive: index === exchanges.length - 1,
      isPartial,
    }));
  const properties = Object.entries(map.properties);
  const other = { defaults: {}, constants: {}, reaches: 'sent', path: [] } as const;
  return [
    ...Object.entries(map.commands).flatMap(([name, action]) =>
      of({ kind: 'command', name }, action, map.model.commands[name]?.params['minProperties'] !== undefined),
    ),
    ...properties.flatMap(([name, { write }]) => (write ? of({ kind: 'write', name }, write) : [])),
    ...(map.stop ? of({ kind: 'stop', name: 'stop' }, map.stop) : []),
    ...properties.flatMap(([name, { read }]) => (read ? of({ kind: 'read', name }, read) : [])),
    ...of({ kind: 'other', name: '' }, { ...other, exchanges: [...map.init, ...map.resync] }),
  ];
}

/** The filter of the topics on which it comes. */
export function heardOn({ map, options }: Instance, { exchange, constants }: Understands): string {
  return filterOf(exchange.send.topic, { ...options, ...constants }, map.paths);
}

/** What a message is, the most specific first; of equals what changes something. */
export function recognise(instance: Instance, all: readonly Understands[], message: Message): Heard[] {
  return all.flatMap((one) => recogniseAs(instance, one, message) ?? []).toSorted((a, b) => b.weight - a.weight);
}

function recogniseAs({ options }: Instance, one: Understands, message: Message): Heard | undefined {
  const { exchange, constants, defaults } = one;
  const { send } = exchange;
  const known = { ...options, ...constants };
  const byTopic = scanTopic(send.topic, message.topic, known);
  if (byTopic === undefined) return undefined;
  const told = scanPayload(one, message, { ...known, ...byTopic });
  if (told === undefined) return undefined;
  const values = { ...defaults, ...without(byTopic, options), ...without(told, options) };
  return { ...one, values, weight: fixedIn(send.topic) + payloadWeight(send.payload) };
}

function scanPayload(
  { exchange: { send }, isPartial }: Understands,
  message: Message,
  known: Readonly<Record<string, unknown>>,
) {
  const arrived = arrivedOf(message);
  if (send.payload.kind === 'json') {
    return arrived.json && scanJson(send.payload.part, arrived.json.value, known, send.fields, isPartial);
  }
  return arrived.text === undefined ? undefined : scanText(send.payload.template, arrived.text, known, send.fields);
}

function without(values: Readonly<Record<string, unknown>>, options: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(options, name)));
}

function payloadWeight(payload: Exchange['send']['payload']): number {
  return payload.kind === 'text' ? fixedIn(payload.template) : constantsIn(payload.part);
}

function fixedIn({ parts }: Template): number {
  return parts.reduce((sum, part) => sum + (part.kind === 'literal' ? part.bytes.length : 0), 0);
}

function constantsIn(part: JsonPart): number {
  if (part.kind === 'constant') return JSON.stringify(part.value ?? null).length;
  if (part.kind === 'value') return 0;
  if (part.kind === 'text') return fixedIn(part.template);
  if (part.kind === 'list') return part.items.reduce((sum, item) => sum + constantsIn(item), 0);
  return part.members.reduce((sum, [key, member]) => sum + key.length + constantsIn(member), 0);
}
