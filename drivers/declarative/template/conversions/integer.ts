import type { Capacity, Conversion, FieldValue, ValueType } from '../template.ts';
import { findNumber, numberFlags, padNumber, widths } from './number-text.ts';
import { allow, refuse, untellable, type ConversionSpec } from './spec.ts';
import { asNumber, whole } from './whole.ts';

/** Digits of a base, as they are printed. */
interface Notation {
  readonly base: 2 | 8 | 10 | 16;
  readonly digits: string;
  readonly prefix: string;
  readonly isSigned: boolean;
  readonly expects: string;
}

/** `%d %i %u`: decimal integers. `%x %X %o %b %Bzo`: those of another base, negative only with `+`. */
export function integerConversion(spec: ConversionSpec): Conversion {
  const notation = notationOf(spec);
  const isPrefixed = notation.prefix !== '';
  allow(spec, { flags: isPrefixed ? [...numberFlags, 'alternate'] : numberFlags, width: widths });
  if (notation.isSigned && /[+-]/.test(notation.digits)) refuse(spec, 'its digits cannot be told from a sign');
  const pattern = patternOf(spec, notation);
  return {
    text: spec.text,
    expects: notation.expects,
    capacity: capacityOf(spec, notation),
    print: (value) => print(spec, notation, value),
    scan(bytes, from, stop) {
      const found = findNumber(spec, pattern, bytes, from, stop);
      return found && { value: asNumber(parse(found.text, notation)), end: found.end };
    },
    typed(type) {
      return type === 'boolean' && notation.base === 10 ? asBoolean(this) : this;
    },
  };
}

function notationOf({ letter, argument, flags }: ConversionSpec): Notation {
  if (letter === 'd' || letter === 'i') return decimal(true, 'an integer');
  if (letter === 'u') return decimal(false, 'an integer without a sign');
  const isSigned = flags.sign;
  if (letter === 'o') return { base: 8, digits: '01234567', prefix: '0', isSigned, expects: 'an octal number' };
  if (letter === 'B') return { base: 2, digits: argument, prefix: '', isSigned, expects: `binary digits ${argument}` };
  if (letter === 'b') return { base: 2, digits: '01', prefix: '0b', isSigned, expects: 'a binary number' };
  const [digits, prefix] = letter === 'x' ? ['0123456789abcdef', '0x'] : ['0123456789ABCDEF', '0X'];
  return { base: 16, digits, prefix, isSigned, expects: 'a hexadecimal number' };
}

function decimal(isSigned: boolean, expects: string): Notation {
  return { base: 10, digits: '0123456789', prefix: '', isSigned, expects };
}

function patternOf({ flags }: ConversionSpec, { base, digits, prefix, isSigned }: Notation): RegExp {
  const set = base === 16 ? '0-9A-Fa-f' : digits.replaceAll(/[^0-9A-Za-z]/g, (character) => `\\${character}`);
  const sign = isSigned ? '[+-]?' : flags.sign ? '\\+?' : '';
  // The digits must not be taken for the prefix alone: `0x` before none, `0` of an octal zero.
  const start = flags.alternate ? `(?:${prefix.replace(/[xX]/, '[xX]').replace('b', '[bB]')}(?=[${set}]))?` : '';
  return new RegExp(`^[ \\t]*(${sign}${start}[${set}]+)`);
}

function print(spec: ConversionSpec, { base, digits, prefix, isSigned }: Notation, value: FieldValue): Uint8Array {
  const number = whole(spec.text, value);
  if (number < 0n && !isSigned) untellable(spec.text, value, 'is negative');
  const magnitude = (number < 0n ? -number : number).toString(base);
  const written = magnitude.replaceAll(/./g, (digit) => digits.charAt(Number.parseInt(digit, base)));
  const isPrefixed = spec.flags.alternate && number !== 0n;
  const zeros = spec.flags.zero && !spec.flags.left;
  if (!isPrefixed) return padNumber(spec, value, number < 0n, written, digits.charAt(0));
  if (!zeros) return padNumber(spec, value, number < 0n, prefix + written);
  const room = (spec.width ?? 0) - prefix.length - (number < 0n || spec.flags.sign || spec.flags.space ? 1 : 0);
  return padNumber(spec, value, number < 0n, prefix + written.padStart(room, '0'));
}

function parse(text: string, { base, digits, prefix }: Notation): bigint {
  // The digits of %B may be signs themselves.
  const hasSign = !digits.startsWith(text.charAt(0)) && !digits.endsWith(text.charAt(0)) && /^[+-]/.test(text);
  const isNegative = hasSign && text.startsWith('-');
  let rest = hasSign ? text.slice(1) : text;
  if (base !== 10 && rest.length > prefix.length && rest.toLowerCase().startsWith(prefix.toLowerCase())) {
    rest = rest.slice(prefix.length);
  }
  const magnitude = BigInt(literalOf(rest, base, digits));
  return isNegative ? -magnitude : magnitude;
}

/** As BigInt reads it. */
function literalOf(text: string, base: Notation['base'], digits: string): string {
  if (base === 10) return text;
  if (base === 16) return `0x${text}`;
  if (base === 8) return `0o${text}`;
  return `0b${text.replaceAll(/./g, (digit) => String(digits.indexOf(digit)))}`;
}

function capacityOf({ flags, width }: ConversionSpec, { base, isSigned }: Notation): Capacity {
  const size = { ...(width !== undefined && { width }), ...(flags.exact && width !== undefined && { bytes: width }) };
  const lowest = isSigned ? {} : { minimum: 0 };
  if (width === undefined || flags.alternate) return { of: 'integer', ...size, ...lowest };
  const most = (room: number): number | bigint => asNumber(BigInt(base) ** BigInt(Math.max(0, room)) - 1n);
  const maximum = most(width - (flags.sign || flags.space ? 1 : 0));
  return { of: 'integer', ...size, minimum: isSigned ? -most(width - 1) : 0, maximum };
}

/** 0 is false and 1 is true; another number is not there. */
function asBoolean(conversion: Conversion): Conversion {
  const choices = [
    { text: '0', value: false },
    { text: '1', value: true },
  ];
  return {
    ...conversion,
    expects: '0 or 1',
    capacity: { ...conversion.capacity, of: 'choice', choices },
    scan(bytes, from, stop) {
      const found = conversion.scan(bytes, from, stop);
      if (found?.value !== 0 && found?.value !== 1) return undefined;
      return { value: found.value === 1, end: found.end };
    },
    typed: (type: ValueType, at: number) => conversion.typed?.(type, at) ?? conversion,
  };
}
