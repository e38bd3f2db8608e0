import type { JsonSchema } from '../../client/index.ts';
import { isSchema, schemaWords } from './schema-words.ts';
import { comment, literal, propertyKey } from './source-text.ts';

/** How deep a type goes before the rest is `unknown`. */
const maxDepth = 12;
/** Alternatives that are worth writing out. */
const maxAlternatives = 200;

/** Columns of a line, beside what stands before the type. */
const maxColumns = 100;

/** Where a type stands. */
interface Place {
  readonly indent: string;
  readonly depth: number;
  /** It adds to an object that is described beside it. */
  readonly isPart?: boolean;
}

/** A type as text, and what stands between its parts where it has several. */
interface Printed {
  readonly text: string;
  readonly joined?: '|' | '&';
}

const unknown: Printed = { text: 'unknown' };

/**
 * A JSON Schema as a type. It takes whatever the schema takes, and may take more: what models do not use, and what types cannot
 * say, is left out, and the service checks it.
 */
export function schemaType(schema: unknown, indent = ''): string {
  return typeAt(schema, { indent, depth: 0 }).text;
}

function typeAt(schema: unknown, place: Place): Printed {
  if (schema === false) return { text: 'never' };
  if (!isSchema(schema) || place.depth > maxDepth || '$ref' in schema) return unknown;
  if ('const' in schema) return valueType([schema['const']], place);
  if (Array.isArray(schema['enum'])) return valueType(schema['enum'], place);
  return intersection([ownType(schema, place), ...combined(schema, place)], place);
}

function intersection(parts: readonly Printed[], { indent }: Place): Printed {
  const known = parts.filter(({ text }) => text !== 'unknown');
  const texts = [...new Set(known.map((part) => grouped(part, '|')))];
  if (texts.length <= 1) return known[0] ?? unknown;
  const line = texts.join(' & ');
  if (!line.includes('\n')) return { text: line, joined: '&' };
  const [first = '', second = '', ...more] = texts;
  return { text: `${first} & ${second}${more.map((text) => ` &\n${indent}  ${text}`).join('')}`, joined: '&' };
}

/** Literals; what is no literal cannot be written as one. */
function valueType(values: readonly unknown[], place: Place): Printed {
  const typeOf = values.length > maxAlternatives ? broadType : literalType;
  return union(
    values.map((value) => ({ text: typeOf(value) })),
    place,
  );
}

function broadType(value: unknown): string {
  const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
  return value === null ? 'null' : isPlain ? typeof value : 'unknown';
}

function literalType(value: unknown): string {
  if (typeof value === 'string') return literal(value);
  const isPlain = value === null || typeof value === 'number' || typeof value === 'boolean';
  return isPlain ? String(value) : 'unknown';
}

function union(types: readonly Printed[], { indent }: Place): Printed {
  const texts = [...new Set(types.map((type) => grouped(type, '&')))];
  if (texts.includes('unknown')) return unknown;
  if (texts.length <= 1) return types[0] ?? { text: 'never' };
  const line = texts.join(' | ');
  if (line.length <= maxColumns && !line.includes('\n')) return { text: line, joined: '|' };
  const lines = texts.map((text) => `\n${indent}  | ${text.replaceAll('\n', '\n    ')}`);
  return { text: lines.join(''), joined: '|' };
}

/** In brackets where the parts of it would be taken for those of what is around it. */
function grouped({ text, joined }: Printed, apart?: '|' | '&'): string {
  return joined !== undefined && (apart === undefined || joined === apart) ? `(${text})` : text;
}

/** What `type` and what belongs to it say. */
function ownType(schema: JsonSchema, place: Place): Printed {
  const { type } = schema;
  const isObject = 'properties' in schema || 'required' in schema;
  if (type === undefined) return place.isPart === true && isObject ? objectType(schema, place) : unknown;
  return union(
    [type].flat().map((name: unknown) => namedType(name, schema, place)),
    place,
  );
}

function namedType(name: unknown, schema: JsonSchema, place: Place): Printed {
  if (name === 'integer' || name === 'number') return { text: 'number' };
  if (name === 'string' || name === 'boolean' || name === 'null') return { text: name };
  if (name === 'array') return arrayType(schema, place);
  return name === 'object' ? objectType(schema, place) : unknown;
}

function arrayType({ items, prefixItems }: JsonSchema, place: Place): Printed {
  if (prefixItems !== undefined || items === undefined) return { text: 'readonly unknown[]' };
  return { text: `readonly ${grouped(typeAt(items, deeper(place, place.indent)))}[]` };
}

function objectType(schema: JsonSchema, place: Place): Printed {
  const { properties, required, additionalProperties, patternProperties } = schema;
  const described = isSchema(properties) ? Object.entries(properties) : [];
  const needed = Array.isArray(required) ? required.map(String) : [];
  const isOpen = additionalProperties !== false || patternProperties !== undefined;
  const undescribed = needed.filter((name) => !described.some(([known]) => known === name));
  const members = [...described, ...undescribed.map((name) => [name, true] as const)];
  if (members.length === 0) return emptyType(schema, isOpen, place);
  const inner = `${place.indent}  `;
  const lines = members.map(([name, value]) => member(name, value, needed.includes(name), deeper(place, inner)));
  if (place.isPart === true && lines.length === 1) return { text: `{ ${lines.join('').trim().slice(0, -1)} }` };
  const rest = isOpen && place.isPart !== true ? `${inner}[more: string]: unknown;\n` : '';
  return { text: `{\n${lines.join('')}${rest}${place.indent}}` };
}

function emptyType({ additionalProperties }: JsonSchema, isOpen: boolean, place: Place): Printed {
  if (!isOpen) return { text: 'Record<string, never>' };
  const { text } = isSchema(additionalProperties) ? typeAt(additionalProperties, deeper(place, place.indent)) : unknown;
  return { text: `Readonly<Record<string, ${text}>>` };
}

function member(name: string, schema: unknown, isRequired: boolean, place: Place): string {
  const about = comment([schemaWords(schema)], place.indent);
  const { text } = typeAt(schema, place);
  const blank = text.startsWith('\n') ? '' : ' ';
  return `${about}${place.indent}${propertyKey(name)}${isRequired ? '' : '?'}:${blank}${text};\n`;
}

/** Alternatives and additions; in an object they may say which of its members are needed together. */
function combined(schema: JsonSchema, place: Place): Printed[] {
  const isPart = schema['type'] === 'object' || place.isPart === true;
  const inside = { ...deeper(place, place.indent), isPart };
  const { anyOf, oneOf, allOf } = schema;
  const alternatives = [anyOf, oneOf].filter((list): list is unknown[] => Array.isArray(list));
  const all = Array.isArray(allOf) ? allOf.map((one: unknown) => typeAt(one, inside)) : [];
  return [...alternatives.map((list) => alternativesOf(list, inside)), ...all];
}

function alternativesOf(list: readonly unknown[], place: Place): Printed {
  if (list.length > maxAlternatives) return unknown;
  return union(
    list.map((one) => typeAt(one, place)),
    place,
  );
}

function deeper({ depth }: Place, indent: string): Place {
  return { indent, depth: depth + 1 };
}
