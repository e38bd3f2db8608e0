import { suggestion } from '../../../../src/yaml/suggest.ts';
import { allow, refuse, type ConversionSpec } from '../conversions/spec.ts';
import type { ChecksumPart } from '../template.ts';
import type { Checksum } from './checksum.ts';
import { checksums } from './table.ts';

/**
 * `%<name>`: the checksum of all bytes before it. Width: how many are left out at the start; precision: how many just
 * before it. Throws `TemplateError` for an unknown name.
 */
export function checksumPart(spec: ConversionSpec, at: number): ChecksumPart {
  allow(spec, { flags: ['alternate', 'zero', 'left', 'sign'], width: [0, 1000], precision: [0, 1000] });
  const { flags, width = 0, precision = 0, argument } = spec;
  const checksum = checksums.get(argument);
  if (checksum === undefined) {
    return refuse(spec, `there is no checksum of this name${suggestion(argument, namesFor(argument))}`);
  }
  const written = [flags.zero, flags.left, flags.sign].filter(Boolean).length;
  if (written > 1 || (flags.sign && flags.alternate)) refuse(spec, 'its flags exclude one another');
  if (flags.drop) refuse(spec, 'a checksum cannot be ignored');
  const write = writer(spec, checksum.bytes);
  const compute = (message: Uint8Array): Uint8Array => {
    const end = Math.max(width, message.length - precision);
    return write(checksum.compute(message.subarray(width, end)));
  };
  const size = write(0).length;
  const isText = flags.zero || flags.sign;
  return {
    kind: 'checksum',
    at,
    text: spec.text,
    compute,
    size,
    ...(flags.zero && { hex: true }),
    ...(isText && { isText: true }),
  };
}

/** Those that are as long come first: `xor9` is rather `xor8` than `xor`. */
function namesFor(wrong: string): string[] {
  const away = (name: string): number => Math.abs(name.length - wrong.length);
  return [...checksums.keys()].toSorted((a, b) => away(a) - away(b));
}

function writer({ flags }: ConversionSpec, count: Checksum['bytes']): (value: number) => Uint8Array {
  // So many decimal digits hold every value: 3, 5, 10.
  const digits = String(2 ** (8 * count) - 1).length;
  if (flags.sign) return (value) => Buffer.from(String(value).padStart(digits, '0'), 'latin1');
  return (value) => {
    const bytes = bytesOf(value, count, flags.alternate);
    if (flags.zero) return Buffer.from(Buffer.from(bytes).toString('hex').toUpperCase(), 'latin1');
    return Uint8Array.from(flags.left ? bytes.flatMap((byte) => [0x30 + (byte >> 4), 0x30 + (byte & 0x0f)]) : bytes);
  };
}

function bytesOf(value: number, count: number, leastFirst: boolean): number[] {
  const bytes = Array.from({ length: count }, (_, index) => (value >>> (8 * index)) & 0xff);
  return leastFirst ? bytes : bytes.toReversed();
}
