/**
 * Scale and offset of what a device counts in integers, computed in decimal: 3 × 0.1 is 0.3, and a 64-bit count loses no
 * digit on the way. A decimal is `digits × 10^exponent`.
 */
interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** `raw × scale + offset`, as the nearest number. */
export function scaled(raw: number | bigint, scale: number, offset = 0): number {
  return toNumber(plus(times(decimal(raw), decimal(scale)), decimal(offset)));
}

/** The integer nearest to `(value − offset) / scale`; halves go away from zero. `scale` must not be 0. */
export function unscaled(value: number | bigint, scale: number, offset = 0): bigint {
  const over = plus(decimal(value), negative(decimal(offset)));
  const by = decimal(scale);
  const exponent = Math.min(over.exponent, by.exponent);
  return roundedQuotient(digitsAt(over, exponent), digitsAt(by, exponent));
}

/** Digits that tell any two 32-bit floats apart. */
const float32Digits = 9;

/**
 * The shortest decimal that is this 32-bit float, which is the number that somebody meant: 0.1 and not
 * 0.10000000149011612.
 */
export function shortestOfFloat32(value: number): number {
  if (!Number.isFinite(value)) return value;
  for (let digits = 1; digits < float32Digits; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return Number(value.toPrecision(float32Digits));
}

/** The shortest decimal that reads back as this number, which is the one that people wrote. */
function decimal(value: number | bigint): Decimal {
  const [mantissa = '0', power = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

function toNumber({ digits, exponent }: Decimal): number {
  return Number(`${digits}e${exponent}`);
}

function times(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, exponent: a.exponent + b.exponent };
}

function plus(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent);
  return { digits: digitsAt(a, exponent) + digitsAt(b, exponent), exponent };
}

function negative({ digits, exponent }: Decimal): Decimal {
  return { digits: -digits, exponent };
}

/** `exponent` is at most the decimal's own. */
function digitsAt({ digits, exponent }: Decimal, wanted: number): bigint {
  return digits * 10n ** BigInt(exponent - wanted);
}

function roundedQuotient(numerator: bigint, denominator: bigint): bigint {
  const isNegative = numerator < 0n !== denominator < 0n;
  const n = magnitude(numerator);
  const d = magnitude(denominator);
  const quotient = (2n * n + d) / (2n * d);
  return isNegative ? -quotient : quotient;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
