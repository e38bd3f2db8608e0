import type { Register } from './register-schema.ts';

/** Some neighbouring bits of one register; bit 0 is the least significant. */
export interface BitField {
  readonly from: number;
  readonly mask: number;
}

/** The bits that a register's value takes; undefined when it takes whole registers. */
export function bitFieldOf({ bit, bits }: Register): BitField | undefined {
  if (bit !== undefined) return fieldOf(bit, bit);
  return bits && fieldOf(Math.min(...bits), Math.max(...bits));
}

function fieldOf(from: number, to: number): BitField {
  return { from, mask: (2 ** (to - from + 1) - 1) * 2 ** from };
}

export function extract(word: number, { from, mask }: BitField): number {
  return (word & mask) >>> from;
}

/** Largest number that the bits hold. */
export function largestOf({ from, mask }: BitField): number {
  return mask >>> from;
}

/** The register with the bits set to `value` and all others as they are. */
export function insert(word: number, { from, mask }: BitField, value: number): number {
  return ((word & ~mask) | ((value << from) & mask)) & 0xff_ff;
}
