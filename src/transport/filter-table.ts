import { TopicTree } from './topic-tree.ts';

/**
 * Values by filter. What finding those for a topic costs depends on the levels of the topic and on what fits it, not on
 * how many there are.
 */
export class FilterTable<T> {
  /** Most filters have no wildcard, and are found as they are. */
  readonly #exact = new Map<string, T>();
  readonly #wild: TopicTree<T>;
  readonly #onVisit: (() => void) | undefined;

  /** `onVisit` hears of each place that is looked at. */
  constructor(onVisit?: () => void) {
    this.#onVisit = onVisit;
    this.#wild = new TopicTree(onVisit);
  }

  get(filter: string): T | undefined {
    return hasWildcard(filter) ? this.#wild.get(filter) : this.#exact.get(filter);
  }

  set(filter: string, value: T): void {
    if (hasWildcard(filter)) this.#wild.set(filter, value);
    else this.#exact.set(filter, value);
  }

  delete(filter: string): void {
    if (hasWildcard(filter)) this.#wild.delete(filter);
    else this.#exact.delete(filter);
  }

  matching(topic: string): T[] {
    this.#onVisit?.();
    const exact = this.#exact.get(topic);
    const wild = this.#wild.matching(topic);
    return exact === undefined ? wild : [exact, ...wild];
  }
}

export function hasWildcard(filter: string): boolean {
  return filter.includes('+') || filter.includes('#');
}
