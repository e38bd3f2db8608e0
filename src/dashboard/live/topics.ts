/** Who listens to what. Changes are gathered and told together, so that a thousand of them cost one round of rendering. */
export class Topics {
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #changed = new Set<string>();
  readonly #schedule: (flush: () => void) => void;
  #scheduled = false;

  /** `schedule` calls back once, soon. */
  constructor(schedule: (flush: () => void) => void) {
    this.#schedule = schedule;
  }

  subscribe(topic: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(topic) === listeners) this.#listeners.delete(topic);
    };
  }

  has(topic: string): boolean {
    return this.#listeners.has(topic);
  }

  changed(topic: string): void {
    this.#changed.add(topic);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(() => this.flush());
  }

  flush(): void {
    this.#scheduled = false;
    const topics = [...this.#changed];
    this.#changed.clear();
    for (const topic of topics) for (const listener of this.#listeners.get(topic) ?? []) listener();
  }
}
