import { BellcrankError } from '../../../src/driver/index.ts';
import { printText } from '../../../drivers/declarative/topics/message/text.ts';
import { stateTopicOf } from '../../../drivers/declarative/topics/session/question.ts';
import type { Instance, TopicProperty } from '../../../drivers/declarative/topics/topic-map.ts';
import type { FieldPart, Part, Template } from '../../../drivers/declarative/template/template.ts';
import type { TopicDeviceBehaviour } from './behaviour.ts';
import { documentOf } from './printing.ts';

/** A topic on which states are told, and the properties that it tells. */
export interface StateTopic {
  readonly topic: string;
  readonly names: readonly string[];
  readonly retained: boolean;
}

export function stateTopics({ map, options }: Instance): StateTopic[] {
  const byTopic = new Map<string, StateTopic>();
  for (const [name, property] of Object.entries(map.properties)) {
    const topic = stateTopicOf(property, map.paths, options);
    if (topic === undefined) continue;
    const before = byTopic.get(topic) ?? { topic, names: [], retained: false };
    const retained = before.retained || property.pushed?.retained === true;
    byTopic.set(topic, { topic, names: [...before.names, name], retained });
  }
  return [...byTopic.values()];
}

/** What the device says on the topic now. */
export function statePayload(behaviour: TopicDeviceBehaviour, { names }: StateTopic): string {
  const { map } = behaviour.instance;
  const told = names.flatMap((name) => {
    const property = map.properties[name];
    return property?.pushed ? [{ name, property, hearing: property.pushed.hearing }] : [];
  });
  return tellingPayload(behaviour, told, {});
}

/** One message that tells all of these. */
export function tellingPayload(behaviour: TopicDeviceBehaviour, told: readonly Telling[], more: Known): string {
  const [first] = told;
  if (first === undefined || first.hearing.reading.kind === 'any') return '';
  if (first.hearing.reading.kind === 'text') return textOf(behaviour, told, more);
  let document: unknown;
  for (const { name, property, hearing } of told) {
    const known = { ...behaviour.instance.options, ...property.constants, ...more, value: behaviour.read(name) };
    document = documentOf(document, hearing, { ...othersIn(behaviour, hearing.reading), ...known });
  }
  return JSON.stringify(document ?? {});
}

/** Further fields of a message are state of these names. */
function othersIn(
  behaviour: TopicDeviceBehaviour,
  reading: NonNullable<TopicProperty['pushed']>['hearing']['reading'],
) {
  if (reading.kind !== 'json') return {};
  const names = Object.keys(reading.places).filter((name) => behaviour.has(name));
  return Object.fromEntries(names.map((name) => [name, behaviour.read(name)]));
}

type Known = Readonly<Record<string, unknown>>;

/** A property, and the message that tells it. */
export interface Telling {
  readonly name: string;
  readonly property: TopicProperty;
  readonly hearing: NonNullable<TopicProperty['pushed']>['hearing'];
}

/** What one property drops of a text is another's value: together their templates tell all of it. */
function textOf(behaviour: TopicDeviceBehaviour, told: readonly Telling[], more: Known): string {
  const templates = told.flatMap(({ hearing: { reading } }) => (reading.kind === 'text' ? [reading.template] : []));
  const [first] = templates;
  if (first === undefined)
    throw new BellcrankError('invalid-request', 'a topic is read as text by some and as JSON by others');
  const fields = Object.assign(
    {},
    ...told.map(({ name, hearing }) => renamed(hearing.fields, name)),
  ) as Telling['hearing']['fields'];
  const parts = first.parts.map((part, index) => owned(part, index, told, templates));
  const known: Record<string, unknown> = { ...behaviour.instance.options, ...told[0]?.property.constants, ...more };
  for (const part of parts) {
    const name = part.kind === 'field' ? part.name : undefined;
    if (name !== undefined && behaviour.has(name)) known[name] = behaviour.read(name);
  }
  return printText({ ...first, parts }, known, fields);
}

function owned(part: Part, index: number, told: readonly Telling[], templates: readonly Template[]): Part {
  if (part.kind !== 'field') return part;
  for (const [at, { name }] of told.entries()) {
    const own = templates[at]?.parts[index];
    if (own?.kind === 'field' && own.name === 'value') return { ...(own satisfies FieldPart), name };
  }
  return part;
}

function renamed({ value, ...others }: Telling['hearing']['fields'], name: string): Telling['hearing']['fields'] {
  return value === undefined ? others : { ...others, [name]: value };
}
