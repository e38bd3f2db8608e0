import type { RandomBytes } from '../random-bytes.ts';

/** Bytes that a seed fixes, from numbers in [0, 1): for ids of which two runs are to have the same. */
export function seededBytes(random: () => number): RandomBytes {
  return (size) => Uint8Array.from({ length: size }, () => Math.floor(random() * 256));
}
