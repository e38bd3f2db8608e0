import { createHash } from 'node:crypto';

/** Texts up to this length stand for themselves. */
const maxPlain = 64;

/** The same for equal JSON values, whatever the order of their keys, and short. */
export function fingerprint(value: unknown): string {
  const text = jsonOf(value);
  return text.length <= maxPlain ? text : createHash('sha256').update(text).digest('base64');
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value, sortKeys) ?? '';
  } catch {
    // What is no JSON is told apart from nothing; the history does not keep it either.
    return '';
  }
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
