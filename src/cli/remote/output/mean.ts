/** A mean has digits that no value had: it is shown with one more than the least and the greatest have, six at least. */
export function meanText(mean: number, ...ends: readonly number[]): string {
  const least = Math.min(...ends);
  const greatest = Math.max(...ends);
  const before = Math.max(1, Math.floor(Math.log10(Math.abs(mean) || 1)) + 1);
  const digits = Math.min(15, Math.max(6, before + 1 + Math.max(...ends.map(decimals))));
  // Rounded, it lies among them still.
  return String(Math.max(least, Math.min(greatest, Number(mean.toPrecision(digits)))));
}

function decimals(value: number): number {
  return /^-?\d+\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0;
}
