import { isDeepStrictEqual } from 'node:util';
import { scaled, unscaled } from '../../../../src/driver/index.ts';
import type { FieldMeaning, FieldMeanings } from '../topic-map.ts';

/** What has a value before a message comes: options, what `each` fixed, parameters. */
export type Known = Readonly<Record<string, unknown>>;

/** What a field told, as clients see it: any JSON. */
export type Told = unknown;

/** Finer than anything that a device is told. */
const finest = 1e-12;

/** Numbers that differ by less than this share of them are the same: binary fractions only come close. */
const sameShare = 1e-9;

export function meaningOf(fields: FieldMeanings, name: string): FieldMeaning | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** A client's value as it stands in a message. */
export function wireOf(value: unknown, meaning: FieldMeaning | undefined): unknown {
  if (meaning === undefined) return value;
  if (Array.isArray(value)) return value.map((member) => wireOf(member, meaning));
  const word = meaning.values?.find((one) => one.value === value);
  if (word !== undefined) return word.wire;
  if (typeof value !== 'number' || !Number.isFinite(value)) return value;
  const { scale, offset, decimals } = meaning;
  const raw = scale === 1 && offset === 0 ? value : scaled(unscaled(value, scaled(finest, scale), offset), finest);
  return decimals === undefined ? raw : Number(raw.toFixed(decimals));
}

/** What stands in a message as a client's value, in a box; undefined for a word that means nothing. */
export function toldOf(raw: unknown, meaning: FieldMeaning | undefined): { readonly value: Told } | undefined {
  if (meaning === undefined) return { value: raw };
  const { values, scale, offset, whole } = meaning;
  if (values !== undefined) {
    const word = values.find(({ wire }) => wire === raw);
    return word && { value: word.value };
  }
  if (Array.isArray(raw)) return { value: raw.map((member) => toldOf(member, meaning)?.value) };
  if (typeof raw !== 'number' || (scale === 1 && offset === 0)) return { value: raw };
  const value = scaled(raw, scale, offset);
  return { value: whole ? Math.round(value) : value };
}

/** Equal as JSON; numbers within `tolerance`. */
export function sameJson(a: unknown, b: unknown, tolerance = 0): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return isDeepStrictEqual(a, b);
  return Math.abs(a - b) <= tolerance + sameShare * Math.max(Math.abs(a), Math.abs(b));
}
