type Labels = Readonly<Record<string, string>>;

/** One series: whoever adds to it often keeps it. */
export interface Labelled {
  readonly labels: Labels;
  value: number;
}

/** Values by their labels: what has the same ones is one series. */
export class Sums {
  readonly #all = new Map<string, Labelled>();
  readonly #merge: (a: number, b: number) => number;

  /** `merge` is addition unless said otherwise. */
  constructor(merge: (a: number, b: number) => number = (a, b) => a + b) {
    this.#merge = merge;
  }

  add(labels: Labels, value: number): void {
    const key = keyOf(labels);
    const known = this.#all.get(key);
    if (known === undefined) this.#all.set(key, { labels, value });
    else known.value = this.#merge(known.value, value);
  }

  /** The one with these labels. */
  series(labels: Labels): Labelled {
    const key = keyOf(labels);
    const series = this.#all.get(key) ?? { labels, value: 0 };
    this.#all.set(key, series);
    return series;
  }

  [Symbol.iterator](): Iterator<Labelled> {
    return this.#all.values();
  }
}

function keyOf(labels: Labels): string {
  return Object.values(labels).join('\n');
}
