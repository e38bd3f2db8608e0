/** A whole number from 0 to below `end`. */
export function integerBelow(end: number, random: () => number): number {
  return Math.floor(random() * end);
}

export function randomBytes(count: number, random: () => number): Uint8Array {
  return Uint8Array.from({ length: count }, () => integerBelow(256, random));
}
