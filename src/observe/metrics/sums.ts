type Labels = Readonly<Record<string, string>>;

interface Labelled {
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
    const key = Object.values(labels).join('\n');
    const known = this.#all.get(key);
    if (known === undefined) this.#all.set(key, { labels, value });
    else known.value = this.#merge(known.value, value);
  }

  [Symbol.iterator](): Iterator<Labelled> {
    return this.#all.values();
  }
}
