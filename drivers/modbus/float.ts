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
