/** Fields of sentences. Each reader returns undefined for an empty field and throws `Malformed` for nonsense. */
export class Malformed extends Error {}

const numeric = /^[+-]?\d{1,12}(?:\.\d{0,12})?$/;

/** A number with an optional sign and fraction; no exponents on the wire. */
export function numberIn(field: string | undefined): number | undefined {
  if (field === undefined || field === '') return undefined;
  if (!numeric.test(field)) throw new Malformed(`${JSON.stringify(field)} is not a number`);
  return Number(field) + 0;
}

/** A count; leading zeros are usual. */
export function countIn(field: string | undefined): number | undefined {
  if (field === undefined || field === '') return undefined;
  if (!/^\d{1,3}$/.test(field)) throw new Malformed(`${JSON.stringify(field)} is not a count`);
  return Number(field);
}

/** Speed in m/s; the factor of a unit cannot be exact in decimals, so one digit more than the field has is kept. */
export function speedIn(field: string | undefined, metresPerHour: number): number | undefined {
  const value = numberIn(field);
  if (field === undefined || value === undefined) return undefined;
  const digits = decimalsOf(field) + 1;
  return Number(((value * metresPerHour) / 3600).toFixed(digits)) + 0;
}

/** An international nautical mile. */
export const knot = 1852;
export const kilometrePerHour = 1000;

/** Degrees and minutes, `ddmm.mmmm` or `dddmm.mmmm`, with the hemisphere in its own field. */
export function angleIn(
  field: string | undefined,
  hemisphere: string | undefined,
  { negative, positive, most }: { negative: string; positive: string; most: 90 | 180 },
): number | undefined {
  if (field === undefined || field === '') return undefined;
  const [, degrees, minutes, fraction = ''] = (most === 90 ? latitude : longitude).exec(field) ?? [];
  if (degrees === undefined || minutes === undefined) throw new Malformed(`${JSON.stringify(field)} is not an angle`);
  if (hemisphere !== negative && hemisphere !== positive) {
    throw new Malformed(`${JSON.stringify(hemisphere ?? '')} is no hemisphere`);
  }
  const value = decimalDegrees(Number(degrees), minutes, fraction);
  if (Number(minutes) >= 60 || value > most) throw new Malformed(`${JSON.stringify(field)} is beyond its range`);
  return hemisphere === negative ? 0 - value : value;
}

const latitude = /^(\d{2})(\d{2})(?:\.(\d{0,9}))?$/;
const longitude = /^(\d{3})(\d{2})(?:\.(\d{0,9}))?$/;

/**
 * Computed in integers. Two decimals more than the minutes have: then a last digit is worth at most 0.6 of the field's
 * last one, so that no digit of the field is lost, and none is made up.
 */
function decimalDegrees(degrees: number, minutes: string, fraction: string): number {
  const decimals = fraction.length + 2;
  const counted = BigInt(minutes + fraction) * 100n;
  const parts = (counted + 30n) / 60n + BigInt(degrees) * 10n ** BigInt(decimals);
  return Number(`${parts}e-${decimals}`);
}

/** `hhmmss` with an optional fraction, as RFC 3339 writes it; second 60 only where a leap second can be. */
export function timeIn(field: string | undefined): string | undefined {
  if (field === undefined || field === '') return undefined;
  const [, hours = '', minutes = '', seconds = '', fraction = ''] =
    /^(\d{2})(\d{2})(\d{2})(?:\.(\d{0,9}))?$/.exec(field) ?? [];
  const isLeap = hours === '23' && minutes === '59' && seconds === '60';
  const valid = hours !== '' && Number(hours) < 24 && Number(minutes) < 60 && (Number(seconds) < 60 || isLeap);
  if (!valid) throw new Malformed(`${JSON.stringify(field)} is not a time of day`);
  return `${hours}:${minutes}:${seconds}${fraction === '' ? '' : `.${fraction}`}`;
}

/** `ddmmyy` of RMC. GPS began in 1980, so 80 to 99 are of that century. */
export function shortDateIn(field: string | undefined): string | undefined {
  if (field === undefined || field === '') return undefined;
  const [, day = '', month = '', year = ''] = /^(\d{2})(\d{2})(\d{2})$/.exec(field) ?? [];
  const century = Number(year) >= 80 ? '19' : '20';
  return dateOf(`${century}${year}`, month, day);
}

/** A calendar date as RFC 3339 writes it. */
export function dateOf(year: string, month: string, day: string): string {
  const text = `${year}-${month}-${day}`;
  const date = new Date(`${text}T00:00:00Z`);
  const exists = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime());
  if (!exists || date.toISOString().slice(0, 10) !== text) throw new Malformed(`${JSON.stringify(text)} is not a date`);
  return text;
}

function decimalsOf(field: string): number {
  return field.split('.')[1]?.length ?? 0;
}
