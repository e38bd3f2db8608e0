import type { KnownCandidate } from './candidate.ts';
import { Sayings } from './sayings.ts';

const maxFormerPlaces = 20;

/** What became of a candidate that was told. */
export type Change = 'found' | 'changed' | 'same' | 'full';

/** Everything that is announced, or was since the service started; bounded. */
export class Candidates {
  readonly #capacity: number;
  readonly #byId = new Map<string, KnownCandidate>();
  readonly #gone = new Set<string>();
  readonly #stale = new Set<string>();
  readonly #sayings = new Sayings();
  /** Ids in the order of pages; made when it is asked for. */
  #order: readonly string[] | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): KnownCandidate | undefined {
    return this.#byId.get(id);
  }

  values(): Iterable<KnownCandidate> {
    return this.#byId.values();
  }

  /** Those that fit, by id, that come after `after`. */
  page(fits: (candidate: KnownCandidate) => boolean, limit: number, after = ''): readonly KnownCandidate[] {
    this.#order ??= [...this.#byId.keys()].sort();
    const page: KnownCandidate[] = [];
    for (const id of this.#order) {
      const candidate = id > after ? this.#byId.get(id) : undefined;
      if (candidate === undefined || !fits(candidate)) continue;
      if (page.push(candidate) === limit) break;
    }
    return page;
  }

  /**
   * A full list lets go of those that are gone, then of those that are stale, the oldest first: they come back when they
   * are announced. Without any it takes no new ones.
   */
  put(candidate: KnownCandidate): Change {
    const before = this.#byId.get(candidate.id);
    if (before === undefined && !this.#hasRoom()) return 'full';
    const { firstSeenAt } = before ?? candidate;
    this.#gone.delete(candidate.id);
    this.#stale.delete(candidate.id);
    const known = { ...this.#sayings.shared(candidate), ...formerly(before, candidate), firstSeenAt };
    this.#byId.set(candidate.id, known);
    if (before !== undefined) return isSame(before, known) ? 'same' : 'changed';
    this.#order = undefined;
    return 'found';
  }

  /** It is no longer announced; undefined if it is not known, or that is known. */
  gone(id: string): KnownCandidate | undefined {
    const candidate = this.#byId.get(id);
    if (candidate === undefined || candidate.state === 'gone') return undefined;
    const gone = { ...candidate, state: 'gone' as const };
    this.#gone.add(id);
    this.#stale.delete(id);
    this.#byId.set(id, gone);
    return gone;
  }

  /** The connection is lost: nobody knows what is still there. */
  stale(connection: string): readonly KnownCandidate[] {
    const stale: KnownCandidate[] = [];
    for (const candidate of this.#byId.values()) {
      if (candidate.connection !== connection || candidate.state !== 'announced') continue;
      stale.push({ ...candidate, state: 'stale' });
    }
    for (const candidate of stale) {
      this.#byId.set(candidate.id, candidate);
      this.#stale.add(candidate.id);
    }
    return stale;
  }

  #hasRoom(): boolean {
    if (this.#byId.size < this.#capacity) return true;
    const [oldest] = this.#gone.size > 0 ? this.#gone : this.#stale;
    if (oldest === undefined) return false;
    this.#gone.delete(oldest);
    this.#stale.delete(oldest);
    this.#byId.delete(oldest);
    this.#order = undefined;
    return true;
  }
}

/** The places that it no longer tells, the last ones. */
function formerly(before: KnownCandidate | undefined, now: KnownCandidate): Pick<KnownCandidate, 'formerPlaces'> {
  if (before === undefined) return {};
  const all = new Set([...before.otherPlaces, ...(before.formerPlaces ?? [])]);
  for (const place of now.otherPlaces) all.delete(place);
  return all.size === 0 ? {} : { formerPlaces: [...all].slice(0, maxFormerPlaces) };
}

function isSame(one: KnownCandidate, other: KnownCandidate): boolean {
  const { firstSeenAt: _, lastSeenAt: _at, ...before } = one;
  const { firstSeenAt: __, lastSeenAt: __at, ...now } = other;
  return JSON.stringify(before) === JSON.stringify(now);
}
