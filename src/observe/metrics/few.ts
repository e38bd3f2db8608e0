/** What a label says of everything beyond its bound. */
export const other = 'other';

/** The first so many names are told apart, and all others are one: labels are bounded whatever there is. */
export class FewNames {
  readonly #max: number;
  readonly #known = new Set<string>();

  constructor(max: number) {
    this.#max = max;
  }

  label(name: string): string {
    if (this.#known.has(name)) return name;
    if (this.#known.size >= this.#max) return other;
    this.#known.add(name);
    return name;
  }
}

/** Drivers that are told apart. */
export const maxDrivers = 200;
/** Connections that are told apart. */
export const maxConnections = 200;
