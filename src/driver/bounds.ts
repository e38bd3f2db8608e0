import { type InputError, messageOf } from '../errors.ts';
import { validate } from './schema.ts';
import type { JsonSchema } from './spec.ts';

/** How deep a value of a device may be nested: as deep as a payload that is looked at. */
export const maxValueDepth = 32;
/** How long it may be, in characters of its JSON, roughly. */
export const maxValueCharacters = 1024 * 1024;
/** What each member takes beside its text. */
const each = 2;

interface Bounds {
  readonly depth: number;
  readonly characters: number;
}

const ofValues: Bounds = { depth: maxValueDepth, characters: maxValueCharacters };
/** A map of ten thousand registers is half as long. A level of data is two or three of a schema. */
const ofModels: Bounds = { depth: 3 * maxValueDepth + 4, characters: 8 * maxValueCharacters };

/**
 * Why a value is too much to be kept, compared, streamed and put on record; undefined if it is not. A schema such as
 * `{type: 'object'}` says nothing of that, and what compares and prints values calls itself for each level.
 */
export function tooMuch(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return undefined;
  return new Measure(ofValues).of(value, 0);
}

/** Why what a device says that it can do is too much; undefined if it is not. */
export function tooMuchOfAModel(model: object): string | undefined {
  return new Measure(ofModels).of(model, 0);
}

/** What a device told, or what is wrong with it. */
export type Taken = { readonly value: unknown; readonly error?: undefined } | { readonly error: InputError };

/**
 * Takes what a driver handed over, if it fits its schema: as everybody will read it, in a copy that its driver cannot change
 * afterwards.
 */
export function taken(schema: JsonSchema, value: unknown): Taken {
  try {
    const detail = tooMuch(value) ?? oddity(value);
    if (detail !== undefined) return { error: { pointer: '', detail } };
    const copy = typeof value === 'object' ? (JSON.parse(JSON.stringify(value)) as unknown) : value;
    const [error] = validate(schema, copy);
    return error === undefined ? { value: copy } : { error };
  } catch (error) {
    // A getter, a Proxy or a toJSON of the driver's own.
    return { error: { pointer: '', detail: `cannot be read: ${messageOf(error)}` } };
  }
}

/** What JSON prints as it is. */
const jsonTags = new Set(['Object', 'Array', 'Date']);

/** What there is in a value that JSON leaves out, prints as something else, or refuses; undefined if there is nothing. */
function oddity(value: unknown): string | undefined {
  if (typeof value === 'object') return value === null ? undefined : oddityWithin(value);
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : `holds ${value}, which is no number of JSON`;
  const isNone = typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol';
  return isNone ? `holds a ${typeof value}, which is no JSON` : undefined;
}

function oddityWithin(value: object): string | undefined {
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (!jsonTags.has(tag)) return `holds a ${tag}, which is no JSON`;
  // In an object it is left out, as a member that is not there; in a list it would be told as null.
  if (Array.isArray(value) && value.includes(undefined)) return 'holds undefined in a list, which is no JSON';
  for (const member of Object.values(value)) {
    const odd = oddity(member);
    if (odd !== undefined) return odd;
  }
  return undefined;
}

class Measure {
  readonly #bounds: Bounds;
  #left: number;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
    this.#left = bounds.characters;
  }

  of(value: unknown, depth: number): string | undefined {
    this.#left -= typeof value === 'string' ? value.length + each : each;
    if (this.#left < 0) return `is longer than ${this.#bounds.characters} characters`;
    if (typeof value !== 'object' || value === null) return undefined;
    if (depth >= this.#bounds.depth) return `is more than ${this.#bounds.depth} levels deep`;
    return Array.isArray(value) ? this.#items(value, depth) : this.#members(value, depth);
  }

  #items(items: readonly unknown[], depth: number): string | undefined {
    for (const item of items) {
      const problem = this.of(item, depth + 1);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #members(members: object, depth: number): string | undefined {
    for (const [name, member] of Object.entries(members)) {
      this.#left -= name.length;
      const problem = this.of(member, depth + 1);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
}
