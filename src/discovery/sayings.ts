import type { KnownCandidate } from './candidate.ts';

/** What devices of one make say alike. */
const alike = ['manufacturer', 'model', 'version', 'summary', 'unsupported'] as const;
/** Distinct texts that are remembered. */
const most = 2000;

/** One text for all that say the same: there may be twenty thousand candidates of one make. */
export class Sayings {
  readonly #known = new Map<string, string>();

  /** The candidate, with texts that others have as well. */
  shared(candidate: KnownCandidate): KnownCandidate {
    const texts = alike.flatMap((key) => {
      const text = candidate[key];
      return text === undefined ? [] : [[key, this.#one(text)] as const];
    });
    const options = this.#options(candidate);
    return { ...candidate, ...Object.fromEntries(texts), options, otherPlaces: listOf(candidate.otherPlaces) };
  }

  /** Mostly what it is called, and what all have in common. */
  #options({ options, identity }: KnownCandidate): unknown {
    // Drivers' options are objects.
    const shared = { ...(options as Record<string, unknown>) };
    for (const [key, value] of Object.entries(shared))
      if (typeof value === 'string') shared[key] = value === identity ? identity : this.#one(value);
    return shared;
  }

  #one(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= most) this.#known.clear();
    this.#known.set(text, text);
    return text;
  }
}

const none: readonly string[] = [];

function listOf(places: readonly string[]): readonly string[] {
  return places.length === 0 ? none : places;
}
