import type { JsonSchema } from '../../../src/driver/index.ts';
import {
  TemplateError,
  type FieldPart,
  type FieldValue,
  type Part,
  type Template,
  type ValueType,
} from './template.ts';

const types: readonly ValueType[] = ['boolean', 'integer', 'number', 'string'];

/**
 * The same template with each field's conversion for the type of its schema: choices get their values, `%d` prints and
 * reads booleans, `%f` reads integers. Throws `TemplateError` for a choice that does not go with its schema.
 */
export function withTypes(template: Template, schemaOf: (name: string) => JsonSchema | undefined): Template {
  const typed = (part: Part): Part =>
    part.kind === 'field' && part.name !== undefined ? typedField(part, schemaOf(part.name)) : part;
  return { ...template, parts: template.parts.map(typed) };
}

function typedField(part: FieldPart, schema: JsonSchema | undefined): FieldPart {
  const items = part.separator === undefined ? schema : membersOf(schema);
  const type = items && typeOf(items);
  if (type === undefined) return part;
  const conversion = part.conversion.typed?.(type, part.at) ?? part.conversion;
  return part.fallback === undefined
    ? { ...part, conversion }
    : { ...part, conversion, fallback: typedFallback(part.fallback, type, part.at) };
}

/** A default is written as the field is: 0 and 1 for a boolean, `5` for a text. */
function typedFallback(value: FieldValue, type: ValueType, at: number): FieldValue {
  if (type === 'string') return String(value);
  if (type === 'boolean' && (value === 0 || value === 1)) return value === 1;
  const isRight = type === 'boolean' ? typeof value === type : typeof value === 'number';
  if (!isRight) throw new TemplateError(`the default ${JSON.stringify(value)} is no ${type}`, at);
  return value;
}

/** Undefined for what is no scalar, or more than one. */
export function typeOf(schema: JsonSchema): ValueType | undefined {
  if (typeof schema['type'] === 'string') return types.find((type) => type === schema['type']);
  const values: unknown[] = Array.isArray(schema['enum']) ? schema['enum'] : 'const' in schema ? [schema['const']] : [];
  const found = new Set(values.map((value) => typeof value));
  const [only] = found;
  if (found.size !== 1) return undefined;
  if (only === 'number') return values.every((value) => Number.isInteger(value)) ? 'integer' : 'number';
  return types.find((type) => type === only);
}

/** What each value of an array is. */
export function membersOf(schema: JsonSchema | undefined): JsonSchema | undefined {
  const items = schema?.['items'];
  return typeof items === 'object' && items !== null && !Array.isArray(items) ? { ...items } : undefined;
}
