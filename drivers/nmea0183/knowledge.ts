import type { TypedContext } from '../../src/driver/index.ts';
import { model, type PropertyName } from './model.ts';

type Outlet = Pick<TypedContext<typeof model>, 'lost'> & { report(property: PropertyName, value: unknown): void };

interface Known {
  readonly value: string;
  readonly instant: string | undefined;
  readonly at: number;
}

export const propertyNames = Object.keys(model.properties).filter((name): name is PropertyName =>
  Object.hasOwn(model.properties, name),
);

/** What is known of the properties, so that each change from known to not known is told once. */
export class Knowledge {
  readonly #outlet: Outlet;
  readonly #known = new Map<PropertyName, Known>();
  readonly #lost = new Map<PropertyName, string>();

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  /** Several sentences tell the same of one instant; it is reported once. */
  tell(property: PropertyName, value: unknown, instant: string | undefined, at: number): void {
    const text = JSON.stringify(value);
    const before = this.#known.get(property);
    this.#known.set(property, { value: text, instant, at });
    this.#lost.delete(property);
    const isNews = instant === undefined || before?.instant !== instant || before.value !== text;
    if (isNews) this.#outlet.report(property, value);
  }

  lose(property: PropertyName, why: string): void {
    if (this.#lost.get(property) === why) return;
    this.#known.delete(property);
    this.#lost.set(property, why);
    this.#outlet.lost(property, why);
  }

  /** Loses what has not been told for longer than its limit. */
  expire(now: number, limitMs: (property: PropertyName) => number): void {
    for (const [property, { at }] of this.#known) {
      const limit = limitMs(property);
      if (now - at > limit) this.lose(property, `the receiver has not told it for ${limit} ms`);
    }
  }
}
