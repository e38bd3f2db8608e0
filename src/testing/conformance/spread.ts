/** At most so many of them, evenly: the first and the last among them. */
export function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  const step = (all.length - 1) / Math.max(1, most - 1);
  return Array.from({ length: most }, (_, index) => Math.round(index * step)).flatMap((at) => all.slice(at, at + 1));
}
