import type { Conversion, FieldValue } from '../template.ts';
import { allow, untellable, type ConversionSpec } from './spec.ts';
import { asNumber, whole } from './whole.ts';

/** The top nibble of a negative number. */
const negative = 'f';

/**
 * `%2D`: packed BCD of so many bytes, two decimal digits each, most significant first; `#` least significant first. `+`:
 * the top nibble is the sign, 0 or F.
 */
export function bcdConversion(spec: ConversionSpec): Conversion {
  allow(spec, { flags: ['alternate', 'sign'], width: [1, 16] });
  const { width: count = 1, flags } = spec;
  const maximum = asNumber(10n ** BigInt(2 * count - (flags.sign ? 1 : 0)) - 1n);
  const ordered = (bytes: Uint8Array): Uint8Array => (flags.alternate ? bytes.toReversed() : bytes);
  return {
    text: spec.text,
    expects: `${count} bytes of BCD digits`,
    capacity: { of: 'integer', bytes: count, width: count, minimum: flags.sign ? -maximum : 0, maximum },
    print: (value) => ordered(Buffer.from(digitsOf(spec, count, value), 'hex')),
    scan(bytes, from) {
      if (from + count > bytes.length) return undefined;
      const value = valueOf(spec, Buffer.from(ordered(bytes.slice(from, from + count))).toString('hex'));
      return value === undefined ? undefined : { value, end: from + count };
    },
  };
}

function digitsOf({ text, flags }: ConversionSpec, count: number, value: FieldValue): string {
  const number = whole(text, value);
  if (number < 0n && !flags.sign) untellable(text, value, 'is negative');
  const room = 2 * count - (flags.sign ? 1 : 0);
  const digits = (number < 0n ? -number : number).toString().padStart(room, '0');
  if (digits.length > room) untellable(text, value, `has more than ${room} digits`);
  return flags.sign ? (number < 0n ? negative : '0') + digits : digits;
}

function valueOf({ flags }: ConversionSpec, nibbles: string): number | bigint | undefined {
  const sign = flags.sign ? nibbles.slice(0, 1) : '0';
  const digits = flags.sign ? nibbles.slice(1) : nibbles;
  if (!/^\d+$/.test(digits) || (sign !== '0' && sign !== negative)) return undefined;
  return asNumber(sign === negative ? -BigInt(digits) : BigInt(digits));
}
