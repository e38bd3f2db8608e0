import type { CommandSpec, EventSpec, JsonSchema, Model, PropertySpec, WriteSpec } from '../../src/driver/index.ts';
import { namesOf } from '../../src/driver/index.ts';
import { type Feature, idOf } from './exposes.ts';
import { readSchema, writeSchema } from './values.ts';

/** zigbee2mqtt itself tries for up to 10 s before it says that a device does not answer. */
const timeoutMs = 10_000;

const none: JsonSchema = { type: 'object', title: 'No parameters', properties: {}, additionalProperties: false };
const nothing: JsonSchema = { type: 'object', title: 'Nothing', properties: {}, additionalProperties: false };

/** A command that sends one fixed word. */
export interface Order {
  readonly key: string;
  readonly word: unknown;
  /** The state that follows must tell that it changed; without it nothing is waited for. */
  readonly changes?: Feature;
}

/** A device as it describes itself: what its features are called, and what can be asked of them. */
export interface Description {
  readonly model: Model;
  readonly features: ReadonlyMap<string, Feature>;
  /** By the names of their events. */
  readonly actions: ReadonlyMap<string, Feature>;
  readonly orders: ReadonlyMap<string, Order>;
  /** Commands that set what no state tells. */
  readonly blind: ReadonlyMap<string, Feature>;
  /** What makes it safe: fields and their words. */
  readonly stop: Readonly<Record<string, unknown>> | undefined;
  /** Whether every field of the stop is told by a state afterwards. */
  readonly stopTells: readonly Feature[] | undefined;
}

/** Remote controls tell what was pressed; it is an event, and no state. */
const isAction = ({ name, value, settable }: Feature): boolean =>
  name === 'action' && value.kind === 'enum' && !settable;

export interface Titles {
  readonly name: string;
  readonly summary: string;
}

/** Builds the model of a device from what it exposes. */
export function describe(features: readonly Feature[], titles: Titles): Description {
  const names = namesOf(features.map(idOf));
  const named = new Map(features.map((feature) => [free(names.get(idOf(feature)) ?? idOf(feature)), feature]));
  const pick = (fits: (feature: Feature) => boolean): Map<string, Feature> =>
    new Map([...named].filter(([, feature]) => fits(feature)));
  const actions = pick(isAction);
  const states = pick((feature) => feature.published && !isAction(feature));
  const blind = pick(({ published, settable }) => settable && !published);
  const orders = ordersOf(named);
  const stop = stopOf(features);
  const parts = { features: states, actions, orders, blind, ...stop };
  return { ...parts, model: modelOf(parts, titles) };
}

/** Commands of ours have these names already. */
function free(name: string): string {
  return name === 'set' || name === 'raw' ? `${name}-value` : name;
}

type Parts = Omit<Description, 'model'>;

function modelOf(parts: Parts, { name, summary }: Titles): Model {
  return {
    name,
    summary,
    commands: commandsOf(parts),
    properties: Object.fromEntries([...parts.features].map(([key, feature]) => [key, propertyOf(feature)])),
    events: Object.fromEntries([...parts.actions].map(([key, feature]) => [key, eventOf(feature)])),
    ...(parts.stop !== undefined && {
      stop: {
        summary: 'Relays and lights off, covers stopped',
        confirmation: parts.stopTells === undefined ? 'sent' : 'acknowledged',
        timeoutMs: 5000,
      },
    }),
  };
}

/** A cover's state is a movement, so it is ordered and not written. */
export const isWritable = ({ part, name, settable }: Feature): boolean =>
  settable && !(part === 'cover' && name === 'state');

const write: WriteSpec = { effect: 'idempotent', confirmation: 'acknowledged', timeoutMs };

function propertyOf(feature: Feature): PropertySpec {
  const { title, description } = titlesOf(feature);
  const schema = { title, ...(description !== undefined && { description }), ...readSchema(feature.value) };
  const base = { summary: description ?? title, schema, source: 'pushed' } as const;
  if (!isWritable(feature)) return { ...base, access: 'read' };
  return { ...base, access: 'read-write', write: { ...write, schema: { title, ...writeSchema(feature) } } };
}

function titlesOf(feature: Feature): { title: string; description?: string } {
  const { label, description, value, endpoint } = feature;
  const title = endpoint === undefined || label.includes(endpoint) ? label : `${label} ${endpoint}`;
  const meaning = value.kind === 'binary' ? `True: ${String(value.on)}; false: ${String(value.off)}` : undefined;
  const told = [description, meaning].filter((text) => text !== undefined).join('. ');
  return told === '' ? { title } : { title, description: told };
}

function eventOf(feature: Feature): EventSpec {
  const { title } = titlesOf(feature);
  const properties = { action: { title, ...readSchema(feature.value) } };
  const data = { type: 'object', title, properties, required: ['action'], additionalProperties: false };
  return { summary: 'What somebody did at the device', data };
}

function commandsOf({ features, orders, blind }: Parts): Record<string, CommandSpec> {
  const commands: Record<string, CommandSpec> = {};
  const settable = [...features].filter(([, feature]) => isWritable(feature));
  if (settable.length > 0) commands['set'] = setSpec(settable);
  for (const [name, order] of orders) commands[name] = orderSpec(order);
  for (const [name, feature] of blind) commands[name] = blindSpec(feature);
  return commands;
}

function setSpec(settable: readonly (readonly [string, Feature])[]): CommandSpec {
  const values = settable.map(([name, feature]) => [name, { title: titlesOf(feature).title, ...writeSchema(feature) }]);
  const properties = { ...Object.fromEntries(values), ...transitionOf(settable) };
  const params = { type: 'object', title: 'Values to set', properties, additionalProperties: false, minProperties: 1 };
  const told = settable.map(([name, feature]) => [name, readSchema(feature.value)]);
  const result = { type: 'object', title: 'Told', properties: Object.fromEntries(told), additionalProperties: false };
  return {
    summary: 'Set several values in one message',
    effect: 'idempotent',
    confirmation: 'acknowledged',
    timeoutMs,
    params: { ...params, ...exclusions(settable) },
    result,
  };
}

/** How long a light takes to get there (docs, "Transition"). */
function transitionOf(settable: readonly (readonly [string, Feature])[]): JsonSchema {
  const dims = settable.some(([, { part, name }]) => part === 'light' && name === 'brightness');
  const transition = { title: 'Transition', type: 'number', unit: 's', minimum: 0, maximum: 6553 };
  return dims && !settable.some(([name]) => name === 'transition') ? { transition } : {};
}

/** Values that share a field cannot be set together. */
function exclusions(settable: readonly (readonly [string, Feature])[]): JsonSchema {
  const pairs = settable.flatMap(([name, { key }], index) =>
    settable.slice(index + 1).flatMap(([other, feature]) => (feature.key === key ? [[name, other]] : [])),
  );
  if (pairs.length === 0) return {};
  return {
    allOf: pairs.map((pair) => ({ not: { required: pair }, description: `takes ${pair.join(' or ')}, not both` })),
  };
}

const movements: readonly (readonly [string, string])[] = [
  ['OPEN', 'open'],
  ['CLOSE', 'close'],
  ['STOP', 'stop-moving'],
];

/** What is ordered and not set: the other state of two, and the movements of a cover. */
function ordersOf(named: ReadonlyMap<string, Feature>): Map<string, Order> {
  const orders = new Map<string, Order>();
  for (const [name, feature] of named) {
    const { key, value, settable, published } = feature;
    if (!settable) continue;
    const isCover = feature.part === 'cover' && feature.name === 'state';
    if (isCover) {
      for (const [word, verb] of movements) {
        if (knows(value, word)) orders.set(withEndpoint(verb, name), { key, word });
      }
    } else if (value.kind === 'binary' && value.toggle !== undefined && published) {
      orders.set(withEndpoint('toggle', name), { key, word: value.toggle, changes: feature });
    }
  }
  return orders;
}

/** `state` is what a device mainly has: `toggle`, `toggle-l1`, `toggle-child-lock`. */
function withEndpoint(verb: string, name: string): string {
  const rest = name === 'state' ? '' : name.replace(/^state-/, '');
  return rest === '' ? verb : `${verb}-${rest}`;
}

function knows(value: Feature['value'], word: string): boolean {
  if (value.kind === 'enum') return value.values.includes(word);
  return value.kind === 'binary' && (value.on === word || value.off === word);
}

function orderSpec({ changes }: Order): CommandSpec {
  return {
    summary: changes === undefined ? 'Move the cover' : `Switch ${titlesOf(changes).title} to its other state`,
    effect: 'actuate',
    confirmation: changes === undefined ? 'sent' : 'acknowledged',
    timeoutMs,
    params: none,
    result: nothing,
  };
}

function blindSpec(feature: Feature): CommandSpec {
  const { title, description } = titlesOf(feature);
  const properties = { value: { title, ...writeSchema(feature) } };
  return {
    summary: description ?? title,
    effect: 'actuate',
    confirmation: 'sent',
    timeoutMs,
    params: { type: 'object', title, properties, required: ['value'], additionalProperties: false },
    result: nothing,
  };
}

/** What is evident: what switches is switched off, what moves stops. */
function stopOf(features: readonly Feature[]): Pick<Description, 'stop' | 'stopTells'> {
  const fields: Record<string, unknown> = {};
  const tellers: Feature[] = [];
  for (const feature of features) {
    const { part, name, key, value, settable, published } = feature;
    if (name !== 'state' || !settable) continue;
    if ((part === 'switch' || part === 'light') && value.kind === 'binary') {
      fields[key] = value.off;
      if (published) tellers.push(feature);
    } else if (part === 'cover' && knows(value, 'STOP')) fields[key] = 'STOP';
  }
  const keys = Object.keys(fields);
  if (keys.length === 0) return { stop: undefined, stopTells: undefined };
  return { stop: fields, stopTells: tellers.length === keys.length ? tellers : undefined };
}
