import { namesOf } from '../driver/index.ts';
import type { CommandSpec, JsonSchema, Model, PropertySpec } from '../driver/spec.ts';
import { type Kind, kindOf } from './kind.ts';

/** One thing of a device that other systems see or set. */
export interface Slot {
  /** In topics and ids: lower-case letters, digits and hyphens; unique among the slots of its `what`. */
  readonly id: string;
  readonly what: 'property' | 'command';
  /** As the model calls it. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Of the value, or of the command's one parameter; undefined for a command without one. */
  readonly kind: Kind | undefined;
  readonly unit?: string;
  readonly readable: boolean;
  readonly writable: boolean;
  /** The command's one parameter. */
  readonly param?: string;
}

/** What a slot asks of its device, by the name that scopes have for it. */
export function commandOf({ what, name }: Pick<Slot, 'what' | 'name'>): string {
  return what === 'property' ? `write:${name}` : name;
}

/** Many devices have one model, and each value that they tell asks. */
const known = new WeakMap<Model, readonly Slot[]>();

/** What can be shown of a model. Commands of several parameters have no place in conventions of single values. */
export function slotsOf(model: Model): readonly Slot[] {
  const slots = known.get(model) ?? [...propertySlots(model), ...commandSlots(model)];
  known.set(model, slots);
  return slots;
}

export function propertySlot(model: Model, property: string): Slot | undefined {
  return slotsOf(model).find(({ what, name }) => what === 'property' && name === property);
}

function propertySlots({ properties }: Model): readonly Slot[] {
  const ids = namesOf(Object.keys(properties));
  return Object.entries(properties).map(([name, spec]) => ({
    id: ids.get(name) ?? name,
    what: 'property',
    name,
    title: titleOf(name),
    kind: kindOf(schemaOf(spec)),
    ...unitOf(spec.schema),
    readable: spec.access !== 'write',
    writable: spec.access !== 'read',
  }));
}

/** What may be written is less than what may be read, where that is said. */
function schemaOf(spec: PropertySpec): JsonSchema {
  return spec.access === 'read' ? spec.schema : (spec.write.schema ?? spec.schema);
}

function commandSlots({ commands }: Model): readonly Slot[] {
  const ids = namesOf(Object.keys(commands));
  return Object.entries(commands).flatMap(([name, spec]): Slot[] => {
    const parameter = parameterOf(spec);
    if (parameter === undefined) return [];
    const common = { id: ids.get(name) ?? name, what: 'command', name, title: titleOf(name) } as const;
    const access = { readable: false, writable: true };
    if (parameter === 'none') return [{ ...common, ...access, kind: undefined }];
    const { param, schema } = parameter;
    return [{ ...common, ...access, kind: kindOf(schema), ...unitOf(schema), param }];
  });
}

/** A command can be given with nothing, or with one value. */
function parameterOf({ params }: CommandSpec): 'none' | { param: string; schema: JsonSchema } | undefined {
  if (takes(params, [])) return 'none';
  const properties = Object.entries((params['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>);
  const [only, ...others] = properties.filter(([name]) => takes(params, [name]));
  return only === undefined || others.length > 0 ? undefined : { param: only[0], schema: only[1] };
}

/** Whether parameters of these names are enough, as far as the schema says it by names. */
function takes(schema: JsonSchema, names: readonly string[]): boolean {
  const { required = [], minProperties = 0, allOf = [], anyOf, oneOf } = schema as Requirements;
  const is = (part: JsonSchema): boolean => takes(part, names);
  const hasAll = required.every((name) => names.includes(name)) && names.length >= minProperties;
  return hasAll && allOf.every(is) && (anyOf?.some(is) ?? true) && (oneOf?.some(is) ?? true);
}

/** What of a schema is about names; models are checked when they are taken. */
interface Requirements {
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly allOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

function unitOf(schema: JsonSchema): { unit?: string } {
  const { unit } = schema;
  return typeof unit === 'string' ? { unit } : {};
}

/** `measured-voltage` is `Measured voltage` to people. */
function titleOf(name: string): string {
  const words = name.replaceAll(/[-_]+/g, ' ').trim();
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
