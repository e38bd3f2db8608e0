import type { InputError } from '../errors.ts';
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

/** Checks what a device told against its schema; what is too much fits none. */
export function validateTold(schema: JsonSchema, value: unknown): InputError[] {
  const detail = tooMuch(value);
  return detail === undefined ? validate(schema, value) : [{ pointer: '', detail }];
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
