import { InvalidArgumentError } from 'commander';

/** A point in time, or the beginning of a day (UTC), in ms since 1970. For commander. */
export function instant(text: string): number {
  const day = text.slice(0, 10);
  const isWritten = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const found = isWritten ? Date.parse(text) : NaN;
  // The 31st of February is no other day.
  if (Number.isNaN(found) || !new Date(Date.parse(day)).toISOString().startsWith(day))
    throw new InvalidArgumentError('Write it like 2026-01-31T12:00:00Z, or 2026-01-31.');
  return found;
}

/** The same as the service takes it. */
export function instantText(text: string): string {
  return new Date(instant(text)).toISOString();
}
