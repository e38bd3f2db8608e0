import { printable } from '../errors.ts';

/** Longest text of a device's in a line, longest name of a field, and longest that all of it is. */
const maxText = 500;
const maxName = 100;
const maxAll = 4000;

/**
 * What somebody else says, for a line of the log: JSON escapes some control characters, and a terminal obeys others. What
 * would be too long a line is the beginning of its text.
 */
export function told(data: unknown): unknown {
  if (data === undefined) return undefined;
  const json = JSON.stringify(data, harmless);
  return json.length > maxAll ? `${json.slice(0, maxAll).toWellFormed()}…` : (JSON.parse(json) as unknown);
}

function harmless(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return printable(value.slice(0, maxText));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, its]) => [printable(name.slice(0, maxName)), its]));
}
