import { EvaluationProblem } from './limits.ts';
import { Undefined, type Value } from './values.ts';

/** What a filter, a function or a method was given. */
export class Given {
  readonly #what: string;
  readonly #positional: readonly Value[];
  readonly #named: ReadonlyMap<string, Value>;

  constructor(what: string, positional: readonly Value[], named: ReadonlyMap<string, Value>) {
    this.#what = what;
    this.#positional = positional;
    this.#named = named;
  }

  get count(): number {
    return this.#positional.length;
  }
  get all(): readonly Value[] {
    return this.#positional;
  }

  /** The same without the first ones. */
  after(count: number): Given {
    return new Given(this.#what, this.#positional.slice(count), this.#named);
  }

  /** By its place or its name; undefined if it was not given. */
  at(place: number, name: string): Value | undefined {
    return place < this.#positional.length ? this.#positional[place] : this.#named.get(name);
  }

  need(place: number, name: string): Value {
    const value = this.at(place, name);
    if (value === undefined) throw new EvaluationProblem(`${this.#what} needs its argument ${name}`);
    return value;
  }

  text(place: number, name: string): string {
    const value = this.need(place, name);
    if (typeof value !== 'string') throw new EvaluationProblem(`${this.#what} takes a text for ${name}`);
    return value;
  }

  integer(place: number, name: string, otherwise: number): number {
    const value = this.at(place, name);
    if (value === undefined) return otherwise;
    if (typeof value !== 'number') throw new EvaluationProblem(`${this.#what} takes a whole number for ${name}`);
    return value;
  }

  /** The default that was given for what is no number, or an error, as Home Assistant raises it. */
  otherwise(place: number, of: Value): Value {
    const value = this.at(place, 'default');
    if (value !== undefined) return value;
    const what = of instanceof Undefined ? `${of.what} is not defined` : 'its value is not valid';
    throw new EvaluationProblem(`${this.#what}: ${what}, and there is no default`);
  }
}
