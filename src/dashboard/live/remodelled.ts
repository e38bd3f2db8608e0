import type { Lab, PropertyView } from '../../client/index.ts';
import type { LiveStore } from './store.ts';

/**
 * A device that describes itself anew may have lost values, and the stream tells of those that it has. So it is asked which
 * those are, of one device at a time, however many there are.
 */
export class Remodelled {
  readonly #lab: Lab;
  readonly #store: LiveStore;
  readonly #waiting = new Set<string>();
  #isAsking = false;

  constructor(lab: Lab, store: LiveStore) {
    this.#lab = lab;
    this.#store = store;
  }

  add(device: string): void {
    this.#waiting.add(device);
    if (!this.#isAsking) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    for (const device of this.#waiting) {
      this.#waiting.delete(device);
      const names = await this.#namesOf(device);
      // It has changed once more, and is asked once more.
      if (names !== undefined && !this.#waiting.has(device)) this.#store.keepOnly(device, names);
    }
    this.#isAsking = false;
  }

  /** Without an answer they stay: the connection's state says why there is none, and whoever follows anew is told all. */
  async #namesOf(device: string): Promise<ReadonlySet<string> | undefined> {
    const path = `/v1/devices/${encodeURIComponent(device)}/properties`;
    try {
      const { body } = await this.#lab.http.request<{ readonly items: readonly PropertyView[] }>('GET', path);
      return new Set(body.items.map(({ name }) => name));
    } catch {
      return undefined;
    }
  }
}
