import { areRanges, constantsOf, isSchema, propertiesOf, requirementsOf, type Schema, schemasOf } from './schema.ts';

/** What the form is drawn from: the schema without what only forbids, and what is entered as JSON. */
export interface Presented {
  readonly schema: Schema;
  readonly uiSchema: Schema;
}

/** Keywords that only say what goes together; the whole schema is asked before anything is sent. */
const combining = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentRequired', 'dependentSchemas'];

/**
 * A schema as a form shows it. Alternatives that add no field ("x, y or z is needed") would become a choice between
 * copies of the same form, so they are left out here and told as messages instead.
 */
export function present(schema: Schema): Presented {
  if (typeof schema['$ref'] === 'string') return { schema, uiSchema: {} };
  const choice = choiceOf(schema);
  if (choice !== undefined) return { schema: choice, uiSchema: {} };
  const orNothing = orNothingOf(schema);
  if (orNothing !== undefined) return orNothing;
  if (schema['type'] === 'null') return nothing(schema);
  if (Array.isArray(schema['type']) && schema['type'].length > 1) return present(eachType(schema, schema['type']));
  if (isFree(schema)) return { schema: { ...schema, type: 'string' }, uiSchema: { 'ui:field': 'JsonField' } };
  const narrowed = withoutCombining(schema);
  if (isSchema(narrowed['properties'])) return presentObject(narrowed);
  if (isSchema(narrowed['items'])) return presentItems(narrowed, narrowed['items']);
  return presentBranches(narrowed);
}

function presentObject(schema: Schema): Presented {
  const own = Object.entries(propertiesOf(schema)).map(([key, value]) => [key, present(schemaOf(value))] as const);
  const shown = presentBranches({
    type: 'object',
    ...schema,
    properties: Object.fromEntries(own.map(([key, { schema }]) => [key, schema])),
    additionalProperties: false,
  });
  return {
    schema: shown.schema,
    uiSchema: { ...shown.uiSchema, ...Object.fromEntries(own.map(([key, { uiSchema }]) => [key, uiSchema])) },
  };
}

function presentItems(schema: Schema, items: Schema): Presented {
  const each = present(items);
  return { schema: { ...schema, items: each.schema }, uiSchema: { items: each.uiSchema } };
}

/** What is left of alternatives is a choice between forms, each of which has a name. */
function presentBranches(schema: Schema): Presented {
  const keyword = ['anyOf', 'oneOf'].find((name) => schemasOf(schema[name]).length > 0);
  if (keyword === undefined) return { schema, uiSchema: {} };
  const branches = schemasOf(schema[keyword]).map((branch) => ({ branch, shown: present(branch) }));
  const named = branches.map(({ branch, shown }) => ({ ...shown.schema, title: branch['title'] ?? kindOf(branch) }));
  return {
    schema: { ...schema, [keyword]: named },
    uiSchema: { [keyword]: branches.map(({ shown }) => shown.uiSchema) },
  };
}

/** Constants, however they are written, as one list to choose from. */
function choiceOf(schema: Schema): Schema | undefined {
  if ('const' in schema) return choiceOf({ ...withoutKeys(schema, ['const']), enum: [schema['const']] });
  const constants = constantsOf(schema);
  if (constants !== undefined) {
    const type = typeOf(constants.map(({ value }) => value));
    const oneOf = constants.map(({ value, title }) => ({ const: value, title }));
    return { ...withoutKeys(schema, ['anyOf', 'oneOf']), type, oneOf };
  }
  return Array.isArray(schema['enum']) ? { ...schema, type: typeOf(schema['enum']) } : undefined;
}

/** Text where kinds are mixed: what is chosen keeps its own type all the same. */
function typeOf(values: readonly unknown[]): string {
  const types = new Set(values.map((value) => typeof value));
  const [type] = types;
  return types.size === 1 && (type === 'number' || type === 'boolean') ? type : 'string';
}

/** The library takes what is not known for a null and would begin with it, and sets none that somebody chooses. */
function nothing(schema: Schema): Presented {
  return { schema: { ...withoutKeys(schema, ['type']), const: null }, uiSchema: { 'ui:field': 'NullField' } };
}

/** One field, or null. */
function orNothingOf(schema: Schema): Presented | undefined {
  const own = besideNull(schema);
  if (own === undefined) return undefined;
  const { schema: shown, uiSchema } = present(own);
  const isField = ['number', 'integer', 'string', 'boolean'].includes(String(shown['type']));
  return isField && Object.keys(uiSchema).length === 0
    ? { schema: shown, uiSchema: { 'ui:field': 'OrNothing' } }
    : undefined;
}

/** What a value is unless it is null, however that is written. */
function besideNull(schema: Schema): Schema | undefined {
  const { type } = schema;
  const types = Array.isArray(type) ? type.filter((each) => each !== 'null') : [];
  if (Array.isArray(type) && type.length === 2 && types.length === 1) return { ...schema, type: types[0] };
  const keyword = schema['anyOf'] === undefined ? 'oneOf' : 'anyOf';
  const branches = schemasOf(schema[keyword]);
  const [own, ...others] = branches.filter((branch) => branch['type'] !== 'null');
  if (own === undefined || others.length > 0 || branches.length !== 2) return undefined;
  return { ...own, ...withoutKeys(schema, [keyword]) };
}

function eachType(schema: Schema, types: readonly unknown[]): Schema {
  const { title, description, ...rest } = withoutKeys(schema, ['type']);
  const anyOf = types.map((type) => (type === 'null' ? { type } : { ...rest, type }));
  return { ...(title !== undefined && { title }), ...(description !== undefined && { description }), anyOf };
}

/** Anything goes, or keys that nobody can know: that is written as JSON. */
function isFree(schema: Schema): boolean {
  const says = (name: string): boolean => schema[name] !== undefined;
  if (says('properties') || says('anyOf') || says('oneOf') || says('allOf')) return false;
  if (schema['type'] === 'object') return schema['additionalProperties'] !== false;
  if (schema['type'] === 'array') return !isSchema(schema['items']) || says('prefixItems');
  return !says('type');
}

function withoutCombining(schema: Schema): Schema {
  const dropped = combining.filter((keyword) => keyword in schema && onlyForbids(schema, schema[keyword]));
  const ranges = schemasOf(schema['anyOf']);
  return { ...withoutKeys(schema, dropped), ...(areRanges(ranges) && { ranges }) };
}

/** Whether a part adds no field to those that its parent has. */
function onlyForbids(parent: Schema, part: unknown): boolean {
  const parts = Array.isArray(part) ? part : [part];
  if (areRanges(schemasOf(part))) return true;
  const known = propertiesOf(parent);
  return parts.every((each) => {
    if (!isSchema(each)) return true;
    if (!Object.keys(propertiesOf(each)).every((key) => key in known)) return false;
    if (requirementsOf([each]) !== undefined) return true;
    const nested = combining.filter((keyword) => keyword in each);
    if (!nested.every((keyword) => onlyForbids(parent, each[keyword]))) return false;
    return isSchema(parent['properties']) && each['$ref'] === undefined;
  });
}

function withoutKeys(schema: Schema, keys: readonly string[]): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !keys.includes(key)));
}

function schemaOf(value: unknown): Schema {
  return isSchema(value) ? value : {};
}

const kinds: Readonly<Record<string, string>> = {
  number: 'Number',
  integer: 'Whole number',
  string: 'Text',
  boolean: 'Yes or no',
  null: 'Nothing (null)',
  array: 'List',
};

function kindOf(branch: Schema): string {
  const keys = Object.keys(propertiesOf(branch));
  if (keys.length > 0) return keys.join(', ');
  return kinds[String(branch['type'])] ?? 'Value';
}
