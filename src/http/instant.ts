import { BellcrankError } from '../errors.ts';

/** Ms since 1970 of a time that its schema found to be RFC 3339; refuses what no calendar has, such as a leap second. */
export function instantOf(name: string, text: string): number {
  const instant = Date.parse(text);
  if (isOfCalendar(instant)) return instant;
  const detail = 'is no time that can be looked for; write it like 2026-01-31T12:00:00Z';
  throw new BellcrankError('invalid-request', `querystring /${name} ${detail}`, {
    errors: [{ pointer: `/${name}`, detail }],
  });
}

/** RFC 3339 has four digits for the year. */
export function isOfCalendar(instant: number): boolean {
  const year = new Date(instant).getUTCFullYear();
  return year >= 0 && year <= 9999;
}
