import type { Bits } from '../definition/definition.ts';

type Scalar = string | number | boolean;

/**
 * What some bits of an integer mean. A number that has no meaning stands for itself: the property's schema refuses it.
 * Negative integers are in two's complement.
 */
export function bitsIn(word: number, { low, high, values }: Bits): Scalar {
  const number = Number((BigInt(word) & maskOf({ low, high })) >> BigInt(low));
  return values !== undefined && Object.hasOwn(values, number) ? (values[number] ?? number) : number;
}

/** The same integer with these bits telling a value; undefined for a value that they cannot tell. */
export function withBits(word: number, bits: Bits, value: unknown): number | undefined {
  const number = numberOf(bits, value);
  if (number === undefined) return undefined;
  return Number((BigInt(word) & ~maskOf(bits)) | (BigInt(number) << BigInt(bits.low)));
}

function numberOf({ low, high, values }: Bits, value: unknown): number | undefined {
  if (values !== undefined) {
    const found = Object.entries(values).find(([, meant]) => meant === value);
    return found && Number(found[0]);
  }
  const isNumber = typeof value === 'number' && Number.isInteger(value) && value >= 0;
  return isNumber && value < 2 ** (high - low + 1) ? value : undefined;
}

function maskOf({ low, high }: Pick<Bits, 'low' | 'high'>): bigint {
  return ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
}
