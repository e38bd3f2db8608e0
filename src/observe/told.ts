import { printable } from '../errors.ts';

/** Longest text of a device's in a line. */
const maxText = 500;

/** What somebody else says, for a line of the log: JSON escapes some control characters, and a terminal obeys others. */
export function told(data: unknown): unknown {
  const text = (_key: string, value: unknown): unknown =>
    typeof value === 'string' ? printable(value.slice(0, maxText)) : value;
  return data === undefined ? undefined : (JSON.parse(JSON.stringify(data, text)) as unknown);
}
