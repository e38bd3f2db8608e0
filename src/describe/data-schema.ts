import type { JsonSchema } from '../driver/spec.ts';
import { brief } from './text.ts';

/** A data schema of a Thing Description (W3C WoT TD 1.1 §5.3.2): one `type`, and choices as `oneOf` or `enum`. */
export type DataSchema = Readonly<Record<string, unknown>>;

/** What leads out of the schema, or means something only where the schema stands alone. */
const dropped = new Set([
  '$id',
  '$schema',
  '$comment',
  '$anchor',
  '$dynamicAnchor',
  '$ref',
  '$dynamicRef',
  '$vocabulary',
]);

/** Together they take anything, and no two of them the same. */
const anything = ['null', 'boolean', 'number', 'string', 'array', 'object'].map((type) => ({ type }));

/**
 * The same as consumers of Thing Descriptions read it. Keywords that they do not know are kept where they only narrow
 * (`additionalProperties`, `pattern`, `allOf`, `minProperties`, …), since JSON Schema ignores what it does not know.
 */
export function dataSchema(schema: unknown): DataSchema {
  if (!isRecord(schema)) return schema === false ? { not: {}, oneOf: anything } : { oneOf: anything };
  const kept = Object.entries(schema).filter(([keyword]) => !dropped.has(keyword));
  const its = oneType(Object.fromEntries(kept.map(([keyword, value]) => [keyword, translated(keyword, value)])));
  const chosen = choice(its);
  return isTyped(chosen) ? chosen : { ...chosen, oneOf: anything };
}

/** Whether a consumer knows what to make of the value. */
function isTyped(schema: DataSchema): boolean {
  return ['type', 'oneOf', 'enum', 'const'].some((keyword) => schema[keyword] !== undefined);
}

function translated(keyword: string, value: unknown): unknown {
  switch (keyword) {
    case 'title':
    case 'description':
      return brief(value);
    case 'properties':
    case 'patternProperties':
      return isRecord(value) ? mapValues(value, dataSchema) : value;
    case 'additionalProperties':
      return isRecord(value) ? dataSchema(value) : value;
    case 'items':
      return dataSchema(value);
    case 'prefixItems':
    case 'oneOf':
      return Array.isArray(value) ? value.map(dataSchema) : value;
    default:
      return value;
  }
}

/** A list of types becomes a choice: a data schema has one. A tuple is what JSON Schema called `items` before. */
function oneType({ prefixItems, ...schema }: JsonSchema): DataSchema {
  const its = prefixItems === undefined ? schema : { ...schema, items: prefixItems };
  if (!Array.isArray(its['type'])) return its;
  const { type, ...rest } = its;
  const types = (type as readonly string[]).filter((name, _, all) => name !== 'integer' || !all.includes('number'));
  if (types.length === 1) return { ...rest, type: types[0] };
  const choices = { oneOf: types.map((name) => ({ type: name })) };
  if (rest['oneOf'] === undefined) return { ...rest, ...choices };
  return { ...rest, allOf: [...((rest['allOf'] as readonly object[] | undefined) ?? []), choices] };
}

/** `anyOf` is unknown to consumers. Where no value fits two branches it is the same as `oneOf`, or as `enum`. */
function choice({ anyOf, ...schema }: DataSchema): DataSchema {
  if (!Array.isArray(anyOf)) return schema;
  const branches: readonly unknown[] = anyOf;
  const constants = enumerated(branches, schema);
  if (constants !== undefined) return { ...schema, ...constants };
  // Branches below a type only ask for keys, or narrow.
  if (isTyped(schema)) return { ...schema, anyOf };
  const forms = branches.map(dataSchema);
  return { ...schema, [areApart(forms) ? 'oneOf' : 'anyOf']: forms };
}

/** A union of constants of one type. */
function enumerated(branches: readonly unknown[], { type: own, enum: known }: DataSchema): DataSchema | undefined {
  if (known !== undefined || !branches.every(isConstant)) return undefined;
  const [type, ...others] = new Set([own ?? branches[0]?.['type'], ...branches.map((branch) => branch['type'] ?? own)]);
  if (others.length > 0 || Array.isArray(type)) return undefined;
  const values = new Map(branches.map((branch) => [JSON.stringify(branch['const']), branch['const']]));
  return { ...(type !== undefined && { type }), enum: [...values.values()] };
}

function isConstant(branch: unknown): branch is DataSchema {
  return isRecord(branch) && 'const' in branch && Object.keys(branch).every((key) => key === 'const' || key === 'type');
}

function areApart(forms: readonly DataSchema[]): boolean {
  const types = forms.map(({ type }) => (type === 'integer' ? 'number' : type));
  return !types.includes(undefined) && new Set(types).size === types.length;
}

export function mapValues<T>(
  record: Readonly<Record<string, T>>,
  change: (value: T, key: string) => unknown,
): DataSchema {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

function isRecord(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
