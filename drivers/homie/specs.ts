import { createHash } from 'node:crypto';
import {
  type CommandSpec,
  type EventSpec,
  type JsonSchema,
  type Model,
  nameOf,
  namesOf,
  type PropertySpec,
} from '../../src/driver/index.ts';
import type { Announced, HomieProperty } from './description.ts';
import { readSchema, writeSchema } from './values.ts';

const timeoutMs = 5000;
const nothing: JsonSchema = { type: 'object', title: 'Nothing', properties: {}, additionalProperties: false };

/** A device as it describes itself. */
export interface Description {
  readonly model: Model;
  /** States, by their names; what is settable of them is written. */
  readonly states: ReadonlyMap<string, HomieProperty>;
  /** What happens, by the names of their events. */
  readonly moments: ReadonlyMap<string, HomieProperty>;
  /** What is ordered and has no state, by the names of their commands. */
  readonly orders: ReadonlyMap<string, HomieProperty>;
}

/** Alerts are told beside all nodes (Homie 5, "Alert"). */
export const alertsProperty: PropertySpec = {
  summary: 'What the device says is wrong with it; empty if nothing is',
  access: 'read',
  source: 'pushed',
  schema: {
    title: 'Alerts',
    type: 'object',
    maxProperties: 50,
    additionalProperties: { type: 'string', maxLength: 400 },
    examples: [{ battery: 'Battery is low' }],
  },
};

/** Builds the model of a device. It does not hold the device's own name: devices of one make have one model. */
export function describe({
  type,
  properties,
  leftOut,
}: Pick<Announced, 'type' | 'properties' | 'leftOut'>): Description {
  const names = namesOf(properties.map(pathOf));
  const named = properties.map((property) => [names.get(pathOf(property)) ?? pathOf(property), property] as const);
  const states = new Map(named.filter(([, { retained }]) => retained));
  const moments = new Map(named.filter(([, { retained }]) => !retained));
  const orders = new Map(named.filter(([, { retained, settable }]) => !retained && settable));
  const model: Model = {
    name: modelName(type, properties),
    summary: summaryOf(type, properties, leftOut),
    commands: mapped(orders, orderSpec),
    properties: { ...mapped(states, stateSpec), alerts: alertsProperty },
    events: mapped(moments, momentSpec),
  };
  return { model, states, moments, orders };
}

export function pathOf({ node, id }: Pick<HomieProperty, 'node' | 'id'>): string {
  return `${node}/${id}`;
}

function mapped<T>(map: ReadonlyMap<string, HomieProperty>, spec: (property: HomieProperty) => T): Record<string, T> {
  return Object.fromEntries([...map].map(([name, property]) => [name, spec(property)]));
}

/** Few devices say of what type they are; the others are told apart by what they have. */
function modelName(type: string | undefined, properties: readonly HomieProperty[]): string {
  const digest = createHash('sha256').update(JSON.stringify(properties)).digest('hex').slice(0, 6);
  return type === undefined ? `homie-${digest}` : `homie-${nameOf(type.toLowerCase())}`.slice(0, 63).replace(/-+$/, '');
}

function summaryOf(type: string | undefined, properties: readonly HomieProperty[], leftOut: readonly string[]): string {
  const nodes = [...new Set(properties.map(({ node }) => node))].slice(0, 10).join(', ');
  const missing = leftOut.length === 0 ? '' : `; left out: ${leftOut.join(', ')}`.slice(0, 500);
  return `Homie device${type === undefined ? '' : ` (${type})`}: ${nodes === '' ? 'no nodes' : nodes}${missing}`;
}

function titled({ title, unit, type }: HomieProperty, schema: JsonSchema): JsonSchema {
  const labels = type.kind === 'boolean' ? type.labels : undefined;
  const described = { title, ...(labels !== undefined && { description: `False: ${labels[0]}; true: ${labels[1]}` }) };
  return { ...described, ...schema, ...(unit !== undefined && { unit }) };
}

/** Accepted (`$target`) is what is asked of every device; the value itself says more, and some take their time. */
function stateSpec(property: HomieProperty): PropertySpec {
  const { title, settable, type } = property;
  const base = { summary: title, schema: titled(property, readSchema(type)), source: 'pushed' } as const;
  if (!settable) return { ...base, access: 'read' };
  const schema = titled(property, writeSchema(type));
  const write = { effect: 'idempotent', confirmation: 'acknowledged', timeoutMs, schema } as const;
  return { ...base, access: 'read-write', write };
}

function valueObject(property: HomieProperty, schema: JsonSchema): JsonSchema {
  const properties = { value: titled(property, schema) };
  return { type: 'object', title: property.title, properties, required: ['value'], additionalProperties: false };
}

function orderSpec(property: HomieProperty): CommandSpec {
  return {
    summary: property.title,
    effect: 'actuate',
    confirmation: 'sent',
    timeoutMs,
    params: valueObject(property, writeSchema(property.type)),
    result: nothing,
  };
}

function momentSpec(property: HomieProperty): EventSpec {
  return { summary: property.title, data: valueObject(property, readSchema(property.type)) };
}
