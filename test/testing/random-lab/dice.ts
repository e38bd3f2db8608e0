import { randomFrom } from '../../../simulators/behaviour/random.ts';

/** Choices that a seed fixes. */
export class Dice {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  /** In [0, 1). */
  share(): number {
    return this.#random();
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  /** A whole number in [0, count). */
  below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  pick<T>(all: readonly T[]): T {
    const chosen = all[this.below(all.length)];
    if (chosen === undefined) throw new Error('there is nothing to choose from');
    return chosen;
  }

  /** One of them, each as likely as its weight. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    // `Object.keys` forgets the names of an object that is known.
    const names = Object.keys(weights) as K[];
    const sum = names.reduce((total, name) => total + weights[name], 0);
    let left = this.#random() * sum;
    return names.find((name) => (left -= weights[name]) < 0) ?? this.pick(names);
  }
}
