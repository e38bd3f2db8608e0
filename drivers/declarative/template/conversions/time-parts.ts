/** A point in time: whole seconds since 1970, and the digits of its fraction, which may be finer than a millisecond. */
export interface Instant {
  readonly seconds: number;
  readonly fraction: string;
}

/** What a clock on the wall shows. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly dayOfYear: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly fraction: string;
}

export const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const iso = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/;
const daySeconds = 86_400;

/** Undefined for what is no RFC 3339 date-time. */
export function parseIso(text: string): Instant | undefined {
  const [, year, month, day, hour, minute, second, fraction = '', sign, zoneHours = '0', zoneMinutes = '0'] =
    iso.exec(text) ?? [];
  const date = dateSeconds(Number(year), Number(month), Number(day));
  const time = timeSeconds(Number(hour), Number(minute), Number(second));
  if (date === undefined || time === undefined || Number(zoneHours) > 23 || Number(zoneMinutes) > 59) return undefined;
  const offset = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -1 : 1);
  return { seconds: date + time - offset * 60, fraction };
}

/** `2026-11-25T21:06:29.5Z`; the fraction has the digits that the device told. */
export function isoText({ seconds, fraction }: Instant): string {
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  return fraction === '' ? `${text}Z` : `${text}.${fraction}Z`;
}

/** What a device's clock shows, that is `offsetMinutes` ahead of UTC. */
export function toDevice({ seconds, fraction }: Instant, offsetMinutes: number): WallTime {
  const date = new Date((seconds + offsetMinutes * 60) * 1000);
  const year = date.getUTCFullYear();
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    dayOfYear: Math.floor((date.getTime() - midnight(year, 1, 1).getTime()) / 1000 / daySeconds) + 1,
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    fraction,
  };
}

/** Undefined for a date or a time that does not exist. Absent hours, minutes and seconds are 0. */
export function instantOf(
  found: Readonly<Record<string, string | undefined>>,
  offsetMinutes: number,
): Instant | undefined {
  const number = (name: string, otherwise = 0): number => Number(found[name] ?? otherwise);
  const year = found['Y'] === undefined ? fullYear(number('y')) : number('Y');
  const month = found['b'] === undefined ? number('m') : months.indexOf(found['b']) + 1;
  const date = found['j'] === undefined ? dateSeconds(year, month, number('d')) : ordinalSeconds(year, number('j'));
  const time = timeSeconds(number('H'), number('M'), number('S'));
  if (date === undefined || time === undefined) return undefined;
  const seconds = date + time - offsetMinutes * 60;
  // The texts that stand for it have four digits for the year.
  const isTellable =
    seconds >= (dateSeconds(0, 1, 1) ?? 0) && seconds <= (dateSeconds(9999, 12, 31) ?? 0) + daySeconds - 1;
  return isTellable ? { seconds, fraction: found['f'] ?? '' } : undefined;
}

/** POSIX: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068. */
function fullYear(two: number): number {
  return two >= 69 ? 1900 + two : 2000 + two;
}

/** A day that its month does not have falls into another one. */
function dateSeconds(year: number, month: number, day: number): number | undefined {
  const date = midnight(year, month, day);
  return date.getUTCMonth() === month - 1 ? date.getTime() / 1000 : undefined;
}

function ordinalSeconds(year: number, day: number): number | undefined {
  const date = midnight(year, 1, day);
  return day >= 1 && date.getUTCFullYear() === year ? date.getTime() / 1000 : undefined;
}

function timeSeconds(hour: number, minute: number, second: number): number | undefined {
  return hour < 24 && minute < 60 && second < 60 ? hour * 3600 + minute * 60 + second : undefined;
}

/** `Date.UTC` takes the years 0 to 99 for 1900 to 1999. */
function midnight(year: number, month: number, day: number): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date;
}
