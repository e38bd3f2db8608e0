import type { StreamEntry, Subject } from './entry.ts';
import { fits, type StreamFilter } from './filter.ts';
import type { Subscription } from './subscription.ts';

type Places = Map<string, Set<Subscription>>;

/** Subscriptions by what they ask for, so that an entry is not held against all of them. */
export class Audience {
  readonly #everything = new Set<Subscription>();
  readonly #byDevice: Places = new Map();
  /** Of those that name no device, by the first label that they ask for. */
  readonly #byLabel: Places = new Map();

  get isEmpty(): boolean {
    return this.#everything.size === 0 && this.#byDevice.size === 0 && this.#byLabel.size === 0;
  }

  add(subscription: Subscription): void {
    const { places, keys } = this.#placesOf(subscription.filter);
    if (places === undefined) this.#everything.add(subscription);
    for (const key of keys) {
      const set = places?.get(key) ?? new Set();
      places?.set(key, set.add(subscription));
    }
  }

  delete(subscription: Subscription): void {
    const { places, keys } = this.#placesOf(subscription.filter);
    this.#everything.delete(subscription);
    for (const key of keys) {
      const set = places?.get(key);
      set?.delete(subscription);
      if (set?.size === 0) places?.delete(key);
    }
  }

  tell(entry: StreamEntry): void {
    for (const subscription of this.#everything) offer(subscription, entry);
    // Whom it concerns matters to those alone who follow somebody.
    if (this.#byDevice.size === 0 && this.#byLabel.size === 0) return;
    const [only, ...others] = entry.subjects;
    if (only === undefined) return;
    if (others.length === 0) for (const subscription of this.#near(only)) offer(subscription, entry);
    else {
      const near = new Set(entry.subjects.flatMap((subject) => [...this.#near(subject)]));
      for (const subscription of near) offer(subscription, entry);
    }
  }

  *#near({ device, labels }: Subject): Generator<Subscription> {
    yield* this.#byDevice.get(device) ?? [];
    if (this.#byLabel.size === 0) return;
    for (const key of Object.keys(labels)) yield* this.#byLabel.get(key) ?? [];
  }

  #placesOf({ devices, labels }: StreamFilter): { places: Places | undefined; keys: readonly string[] } {
    if (devices !== undefined) return { places: this.#byDevice, keys: [...devices] };
    const [label] = labels ?? [];
    if (label !== undefined) return { places: this.#byLabel, keys: [label.key] };
    return { places: undefined, keys: [] };
  }
}

function offer(subscription: Subscription, entry: StreamEntry): void {
  if (subscription.flows && fits(subscription.filter, entry)) subscription.offer(entry);
}
