import { mayOverlap } from './topic-filter.ts';

export interface RequestLimits {
  readonly filters: number;
  readonly bytes: number;
}

interface Asked {
  readonly levels: readonly string[];
  readonly done: PromiseWithResolvers<void>;
}

/** One SUBSCRIBE or UNSUBSCRIBE with several filters, while it is put together and until it is answered. */
export class FilterRequest {
  readonly kind: 'subscribe' | 'unsubscribe';
  readonly qos: 0 | 1;
  /** What the broker says with each message that it sends because of this. */
  readonly identifier: number | undefined;
  readonly #limits: RequestLimits;
  readonly #asked = new Map<string, Asked>();
  #bytes = 0;

  constructor(kind: FilterRequest['kind'], limits: RequestLimits, qos: 0 | 1 = 0, identifier?: number) {
    this.kind = kind;
    this.qos = qos;
    this.identifier = identifier;
    this.#limits = limits;
  }

  get filters(): string[] {
    return [...this.#asked.keys()];
  }

  sharesAnyWith(other: FilterRequest): boolean {
    for (const filter of this.#asked.keys()) if (other.#asked.has(filter)) return true;
    return false;
  }

  /**
   * Whether a filter can join. An identifier is all that tells copies of one message apart, so what bears one has no two
   * filters that fit the same topic.
   */
  takes(filter: string): boolean {
    if (this.#asked.has(filter)) return true;
    if (this.#asked.size === 0) return true;
    if (this.#asked.size >= this.#limits.filters || this.#bytes + sizeOf(filter) > this.#limits.bytes) return false;
    return this.identifier === undefined || !this.#overlaps(filter.split('/'));
  }

  /** Settles with the broker's answer for this filter. */
  add(filter: string): Promise<void> {
    const known = this.#asked.get(filter);
    if (known !== undefined) return known.done.promise;
    const asked = { levels: filter.split('/'), done: Promise.withResolvers<void>() };
    this.#asked.set(filter, asked);
    this.#bytes += sizeOf(filter);
    return asked.done.promise;
  }

  #overlaps(levels: readonly string[]): boolean {
    for (const asked of this.#asked.values()) if (mayOverlap(asked.levels, levels)) return true;
    return false;
  }

  /** `errorOf` is why one filter was refused; undefined for one that was granted. */
  settle(errorOf: (filter: string, index: number) => Error | undefined): void {
    for (const [index, [filter, { done }]] of [...this.#asked].entries()) {
      const error = errorOf(filter, index);
      if (error === undefined) done.resolve();
      else done.reject(error);
    }
  }
}

/** With its length and its options (MQTT 5.0 §3.8.3). */
function sizeOf(filter: string): number {
  return Buffer.byteLength(filter) + 3;
}
