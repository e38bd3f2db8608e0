/** Names for what a recording has none for: the letters of what was sent, each name once. */
export class Names {
  readonly #taken = new Set<string>();

  isFree(name: string): boolean {
    return !this.#taken.has(name);
  }

  unique(wish: string): string {
    let name = wish;
    for (let n = 2; this.#taken.has(name); n++) name = `${wish}-${n}`;
    this.#taken.add(name);
    return name;
  }
}

/** `MEAS:VOLT?` is `meas-volt`; the zeros stand for numbers. */
export function nameFrom(shape: string): string {
  const words = shape
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
  return /^[a-z]/.test(words) ? words : `exchange${words === '' ? '' : `-${words}`}`;
}
