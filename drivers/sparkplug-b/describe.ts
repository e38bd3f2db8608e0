import type { CommandSpec, JsonSchema, Model, PropertySpec, WriteSpec } from '../../src/driver/index.ts';
import { nameOf, namesOf, printable } from '../../src/driver/index.ts';
import { type Datatype, integerRange, otherTypeName, valueSchema } from './datatypes.ts';
import { fitsGlob } from './glob.ts';

/** A metric, as a birth certificate announces it. */
export interface Announced {
  readonly name: string;
  /** A number for types that have no property. */
  readonly type: Datatype | number;
  /** From its properties `engUnit`, `engLow`, `engHigh` and `readOnly`. */
  readonly unit?: string;
  readonly low?: number;
  readonly high?: number;
  readonly readOnly?: boolean;
}

/** A metric that is a property of the model. */
export interface MetricShape {
  readonly metric: string;
  readonly property: string;
  readonly type: Datatype;
  readonly writable: boolean;
}

/** What a birth certificate makes of a node or a device. */
export interface Described {
  readonly model: Model;
  readonly byMetric: ReadonlyMap<string, MetricShape>;
  readonly byProperty: ReadonlyMap<string, MetricShape>;
  /** The metrics behind commands of the node's own, by the command. */
  readonly controls: ReadonlyMap<Control, string>;
}

export interface DescribeSettings {
  readonly kind: 'node' | 'device';
  readonly writable?: readonly string[];
  readonly hasStop: boolean;
  /** Whether the node may be asked for its birth certificates. */
  readonly rebirth: boolean;
  /** Make and type, where it tells them. */
  readonly make?: string;
}

const timeoutMs = 5000;
const write = { effect: 'idempotent', confirmation: 'confirmed', timeoutMs } as const satisfies WriteSpec;

/** What nodes tell of themselves (Sparkplug 3.0 §6.4.19 and its examples), and what the protocol itself needs. */
const notForWriting = ['Node Control/*', 'Node Info/*', 'Device Control/*', 'Device Info/*', 'Properties/*', 'bdSeq'];

/** Metrics of a node that are commands (§6.4.19); their values say nothing. */
const controlMetrics = {
  rebirth: 'Node Control/Rebirth',
  reboot: 'Node Control/Reboot',
  'next-server': 'Node Control/Next Server',
} as const;

export type Control = keyof typeof controlMetrics;

/** The metric that a rebirth is asked for with. */
export const rebirthMetric = controlMetrics.rebirth;

export function describe(announced: readonly Announced[], settings: DescribeSettings): Described {
  const told = announced.filter(({ name }) => !isProtocol(name, settings.kind));
  const names = namesOf(told.map(({ name }) => name));
  const byMetric = new Map<string, MetricShape>();
  const properties: [string, PropertySpec][] = [];
  for (const metric of told) {
    const property = names.get(metric.name);
    if (property === undefined || typeof metric.type === 'number' || byMetric.has(metric.name)) continue;
    const shape = { metric: metric.name, property, type: metric.type, writable: isWritable(metric, settings) };
    byMetric.set(metric.name, shape);
    properties.push([property, propertySpec(metric, shape)]);
  }
  const given = settings.kind === 'node' ? controlsOf(announced, settings) : new Map<Control, string>();
  const model: Model = {
    name: nameOf(`sparkplug-b ${settings.make ?? settings.kind}`),
    summary: summaryOf(told, settings),
    commands: { ...commandsOf(given), ...setCommand(properties) },
    properties: Object.fromEntries(properties),
    events: {},
    ...(settings.hasStop && {
      stop: { summary: 'The values of its `stop` option', confirmation: 'confirmed', timeoutMs },
    }),
  };
  return {
    model,
    byMetric,
    byProperty: new Map(Array.from(byMetric.values(), (s) => [s.property, s])),
    controls: given,
  };
}

/** `bdSeq` belongs to the session of the node, and its controls are commands. */
function isProtocol(name: string, kind: 'node' | 'device'): boolean {
  return kind === 'node' && (name === 'bdSeq' || Object.values<string>(controlMetrics).includes(name));
}

function isWritable({ name, readOnly }: Announced, { writable }: DescribeSettings): boolean {
  if (writable !== undefined) return writable.some((pattern) => fitsGlob(pattern, name));
  return readOnly !== true && !notForWriting.some((pattern) => fitsGlob(pattern, name));
}

function propertySpec(metric: Announced, shape: MetricShape): PropertySpec {
  const title = printable(shape.metric.slice(0, 200));
  const schema = { title, ...valueSchema(shape.type), ...unitOf(metric) };
  const common = { summary: title, schema, source: 'pushed' } as const;
  if (!shape.writable) return { ...common, access: 'read' };
  const narrower = engineeringRange(metric, shape.type);
  return {
    ...common,
    access: 'read-write',
    write: narrower === undefined ? write : { ...write, schema: { ...schema, ...narrower } },
  };
}

function unitOf({ unit }: Announced): { unit?: string } {
  return unit === undefined || unit === '' ? {} : { unit: printable(unit.slice(0, 50)) };
}

/** The engineering range says what is sensible to ask for; a sensor may well tell more. */
function engineeringRange({ low, high }: Announced, type: Datatype): JsonSchema | undefined {
  const range = type === 'Float' || type === 'Double' ? { minimum: -Infinity, maximum: Infinity } : integerRange(type);
  if (range === undefined || low === undefined || high === undefined || !(low < high)) return undefined;
  const minimum = Math.max(low, range.minimum);
  const maximum = Math.min(high, range.maximum);
  return Number.isFinite(minimum) && Number.isFinite(maximum) && minimum < maximum ? { minimum, maximum } : undefined;
}

function summaryOf(told: readonly Announced[], { kind, make = '' }: DescribeSettings): string {
  const what = kind === 'node' ? 'Sparkplug B edge node' : 'Sparkplug B device';
  const others = new Set(told.flatMap(({ type }) => (typeof type === 'number' ? [otherTypeName(type)] : [])));
  const named = make === '' ? what : `${what}, ${make}`;
  return others.size === 0 ? named : `${named}; without its ${[...others].join(', ')} metrics`;
}

function setCommand(properties: readonly (readonly [string, PropertySpec])[]): { set?: CommandSpec } {
  const writable = properties.flatMap(([name, spec]) =>
    spec.access === 'read-write' ? [[name, spec.write.schema ?? spec.schema] as const] : [],
  );
  if (writable.length === 0) return {};
  const fields = { type: 'object', additionalProperties: false, properties: Object.fromEntries(writable) };
  const read = Object.fromEntries(properties.map(([name, { schema }]) => [name, schema]));
  return {
    set: {
      summary: 'Write one or more metrics in one message',
      ...write,
      params: { title: 'Values', ...fields, minProperties: 1 },
      result: { title: 'Values that it told', ...fields, properties: read },
    },
  };
}

const none = { type: 'object', additionalProperties: false, properties: {} };

const controlSpecs: Readonly<Record<Control, CommandSpec>> = {
  rebirth: {
    summary: 'Have the node tell all of its metrics and devices anew',
    effect: 'idempotent',
    confirmation: 'confirmed',
    timeoutMs,
    params: { title: 'No parameters', ...none },
    result: { title: 'No result', ...none },
  },
  reboot: {
    summary: 'Restart the node',
    effect: 'actuate',
    confirmation: 'sent',
    timeoutMs,
    params: { title: 'No parameters', ...none },
    result: { title: 'No result', ...none },
  },
  'next-server': {
    summary: 'Have the node go on to the next of its MQTT servers',
    effect: 'actuate',
    confirmation: 'sent',
    timeoutMs,
    params: { title: 'No parameters', ...none },
    result: { title: 'No result', ...none },
  },
};

function controlsOf(announced: readonly Announced[], { rebirth }: DescribeSettings): ReadonlyMap<Control, string> {
  const names = new Set(announced.filter(({ type }) => type === 'Boolean').map(({ name }) => name));
  // The keys of a literal object, which TypeScript widens to string.
  const known = Object.entries(controlMetrics) as [Control, string][];
  return new Map(known.filter(([control, metric]) => names.has(metric) && (control !== 'rebirth' || rebirth)));
}

function commandsOf(given: ReadonlyMap<Control, string>): Readonly<Record<string, CommandSpec>> {
  return Object.fromEntries(Array.from(given.keys(), (control) => [control, controlSpecs[control]]));
}
