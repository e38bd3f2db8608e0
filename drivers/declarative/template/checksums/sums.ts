import type { Checksum } from './checksum.ts';

const sumOf = (message: Uint8Array): number => message.reduce((sum, byte) => sum + byte, 0);
const xorOf = (message: Uint8Array): number => message.reduce((sum, byte) => sum ^ byte, 0);

/** The lowest `bytes` bytes of a number, as they stand in two's complement. */
const lowest = (value: number, bytes: number): number => Number(BigInt.asUintN(8 * bytes, BigInt(value)));

/** Sum of all bytes. */
export function sum(bytes: number): Checksum {
  return { bytes, compute: (message) => lowest(sumOf(message), bytes) };
}

/** What makes the sum of all bytes zero (two's complement). */
export function negativeSum(bytes: number): Checksum {
  return { bytes, compute: (message) => lowest(-sumOf(message), bytes) };
}

/** All bits of the sum inverted (one's complement). */
export const invertedSum: Checksum = { bytes: 1, compute: (message) => lowest(~sumOf(message), 1) };

/** All bytes XORed, then masked and XORed once more. */
export function xor(mask = 0xff, xorout = 0): Checksum {
  return { bytes: 1, compute: (message) => (xorOf(message) & mask) ^ xorout };
}

/** How many bits are set. */
export function bitSum(bytes: number): Checksum {
  const bits = (byte: number): number => byte.toString(2).replaceAll('0', '').length;
  return {
    bytes,
    compute: (message) =>
      lowest(
        message.reduce((count, byte) => count + bits(byte), 0),
        bytes,
      ),
  };
}
