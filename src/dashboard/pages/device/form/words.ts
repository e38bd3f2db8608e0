import { formats } from './formats.ts';
import { rangesText } from './hint.ts';
import {
  areRanges,
  constantsOf,
  isSchema,
  nameOf,
  propertiesOf,
  requirementsOf,
  type Schema,
  schemasOf,
  textOf,
} from './schema.ts';
import { isRounded } from './rounded.ts';

/** What is wrong with one value, for the person who entered it. */
export interface Complaint {
  readonly path: readonly string[];
  readonly message: string;
}

/** Where a value and a keyword of its schema do not go together. */
export interface Place {
  readonly keyword: string;
  readonly path: readonly string[];
  /** The schema that has the keyword. */
  readonly parent: Schema;
  /** From the whole down to `parent`: one of them has the titles of the fields. */
  readonly around: readonly Schema[];
  readonly value: unknown;
}

const kinds: Readonly<Record<string, string>> = {
  number: 'a number',
  integer: 'a whole number',
  string: 'text',
  boolean: 'yes or no',
  null: 'nothing (null)',
  array: 'a list',
  object: 'an object',
};

/** In the words of the field that it is shown at. */
export function wordsFor(place: Place): readonly Complaint[] {
  const { keyword, path, parent, value } = place;
  if (keyword === 'required') return missing(place);
  if (keyword === 'anyOf' || keyword === 'oneOf') return alternatives(place);
  const message = keyword === 'false' ? 'This is not known here; remove it.' : sentence(keyword, parent, value);
  return [{ path, message }];
}

function missing({ path, parent, value }: Place): readonly Complaint[] {
  const keys = Array.isArray(parent['required']) ? parent['required'].map(String) : [];
  return keys
    .filter((key) => !isSchema(value) || !Object.hasOwn(value, key))
    .map((key) => ({ path: [...path, key], message: 'This is required.' }));
}

/** Alternatives tell what is needed, or what may be chosen. */
function alternatives(place: Place): readonly Complaint[] {
  const { keyword, path, parent } = place;
  const branches = schemasOf(parent[keyword]);
  const constants = constantsOf({ [keyword]: branches });
  if (constants !== undefined) {
    return [{ path, message: `Choose one of ${listed(constants.map(({ title }) => title))}.` }];
  }
  const keys = requirementsOf(branches);
  if (keys !== undefined) return [{ path, message: needed(place, branches, keys) }];
  if (areRanges(branches)) return [{ path, message: `This must be one of: ${rangesText(branches)}.` }];
  const kinds = branches.map((branch) => textOf(branch['title']) ?? kindOf(branch['type']));
  const how = keyword === 'oneOf' ? 'exactly one of its forms' : 'one of its forms';
  return [{ path, message: `This must fit ${how}: ${listed(kinds, 'or')}.` }];
}

function needed({ keyword, around }: Place, branches: readonly Schema[], keys: readonly (readonly string[])[]): string {
  const words = keys.map((some, index) =>
    listed(
      some.map((key) => keyed(around, branches[index] ?? {}, key)),
      'and',
    ),
  );
  return keyword === 'oneOf' ? `Give exactly one of ${listed(words)}.` : `Give ${listed(words, 'or')}.`;
}

function keyed(around: readonly Schema[], branch: Schema, key: string): string {
  const own = propertiesOf(branch)[key];
  const must = isSchema(own) && 'const' in own ? ` (${plain(own['const'])})` : '';
  const fields = around.findLast((schema) => key in propertiesOf(schema)) ?? {};
  return `${nameOf(fields, key)}${must}`;
}

function sentence(keyword: string, schema: Schema, value: unknown): string {
  const limit = schema[keyword];
  const unit = textOf(schema['unit']);
  const amount = unit === undefined ? String(limit) : `${String(limit)} ${unit}`;
  const simple: Readonly<Record<string, string>> = {
    minimum: `At least ${amount}.`,
    maximum: `At most ${amount}.`,
    exclusiveMinimum: `More than ${amount}.`,
    exclusiveMaximum: `Less than ${amount}.`,
    multipleOf: `In steps of ${amount}.`,
    minLength: `At least ${characters(limit)}.`,
    maxLength: `At most ${characters(limit)}; this has ${lengthOf(value)}.`,
    minItems: `Choose at least ${String(limit)}.`,
    maxItems: `Choose at most ${String(limit)}.`,
    uniqueItems: 'Each may be there once.',
    minProperties: limit === 1 ? 'Give at least one value.' : `Give at least ${String(limit)} values.`,
    maxProperties: `Give at most ${String(limit)} values.`,
    not: 'These values do not go together.',
  };
  return ruleOf(keyword, schema, value) ?? simple[keyword] ?? 'This is not valid.';
}

/** Rules that have words of their own, or a kind to name. */
function ruleOf(keyword: string, schema: Schema, value: unknown): string | undefined {
  const description = textOf(schema['description']);
  if (keyword === 'not') return description && `${capital(description)}.`;
  if (keyword === 'pattern') return description ?? `This must match ${String(schema['pattern'])}.`;
  if (keyword === 'type' && typeof value === 'string' && isRounded(value)) {
    return `Beyond ±${Number.MAX_SAFE_INTEGER} a whole number would be rounded.`;
  }
  if (keyword === 'type') return `This must be ${kindOf(schema['type'])}.`;
  if (keyword === 'enum') return `Choose one of ${listed([schema['enum']].flat().map(plain))}.`;
  if (keyword === 'const') return `This must be ${plain(schema['const'])}.`;
  if (keyword !== 'format') return undefined;
  const format = String(schema['format']);
  return `This must be ${formats[format] ?? `of the format ${format}`}.`;
}

function kindOf(type: unknown): string {
  return listed(
    [type].flat().map((each) => kinds[String(each)] ?? String(each)),
    'or',
  );
}

export function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function plain(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function characters(count: unknown): string {
  return count === 1 ? '1 character' : `${String(count)} characters`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1).replace(/\.$/, '');
}

/** At most twenty; `word` stands before the last. */
function listed(items: readonly string[], word?: string): string {
  const shown = items.length > 20 ? [...items.slice(0, 20), '…'] : items;
  if (word === undefined || shown.length < 2) return shown.join(', ');
  return `${shown.slice(0, -1).join(', ')} ${word} ${shown.at(-1) ?? ''}`;
}

/** In characters, not in halves of them, as JSON Schema counts. */
function lengthOf(value: unknown): number {
  return typeof value === 'string' ? Array.from(value).length : 0;
}
