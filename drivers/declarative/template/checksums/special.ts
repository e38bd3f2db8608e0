import type { Checksum } from './checksum.ts';

const sumOf = (message: Iterable<number>): number => {
  let sum = 0;
  for (const byte of message) sum += byte;
  return sum;
};

/** RFC 1950, section 8. */
export const adler32: Checksum = {
  bytes: 4,
  compute(message) {
    let a = 1;
    let b = 0;
    for (const byte of message) {
      a = (a + byte) % 65521;
      b = (b + a) % 65521;
    }
    return b * 65536 + a;
  },
};

/** Sum of the hex digits' values; what is no hex digit does not count. */
export const hexDigitSum: Checksum = { bytes: 1, compute: (message) => sumOf(hexDigits(message)) & 0xff };

/**
 * Two's complement of the sum of bytes that are written as two hex digits each (Modbus over serial line V1.02, 2.5.2.2).
 * What is no hex digit does not count; the last digit is a low one.
 */
export const hexPairsLrc: Checksum = {
  bytes: 1,
  compute: (message) =>
    -sumOf(
      hexDigits(message)
        .toReversed()
        .map((digit, index) => (index % 2 ? digit << 4 : digit)),
    ) & 0xff,
};

/** CPI's RF amplifiers: the sum of what each byte is above a space, modulo 95, as a printable character. */
export const cpi: Checksum = { bytes: 1, compute: (message) => modulo(sumOf(message) - 32 * message.length, 95) + 32 };

/** Leybold Graphix: 255 less the sum modulo 256; 32 more if that is a control character. */
export const leybold: Checksum = {
  bytes: 1,
  compute(message) {
    const inverted = 255 - (sumOf(message) % 256);
    return inverted < 32 ? inverted + 32 : inverted;
  },
};

/**
 * Brooks (CTI) cryopumps: the sum modulo 256 of seven bits each, its two top bits folded into the two lowest, the lower
 * six as a printable character (On-Board Network Terminal, P/N 8040375G001, appendix B). StreamDevice's brksCryo folds
 * the whole sum, which is another character once the sum is 256 or more.
 */
export const brooksCryo: Checksum = {
  bytes: 1,
  compute(message) {
    const sum = sumOf(message.map((byte) => byte & 0x7f)) & 0xff;
    return (((sum >> 6) ^ sum) & 0x3f) + 0x30;
  },
};

function hexDigits(message: Uint8Array): number[] {
  return [
    ...Buffer.from(message)
      .toString('latin1')
      .matchAll(/[0-9A-Fa-f]/g),
  ].map(([digit]) => Number.parseInt(digit, 16));
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
