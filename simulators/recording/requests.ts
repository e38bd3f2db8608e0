import { latin1 } from '../../src/driver/index.ts';
import { bytesOf, type Said, type Turn } from '../../src/recording/index.ts';

/** What a buffer of heard bytes begins with. */
export type Found =
  | { readonly kind: 'request'; readonly length: number }
  /** It may still become one, or a longer one. `settled` is the length of the one that it is already. */
  | { readonly kind: 'wait'; readonly settled?: number }
  /** No request begins like that. */
  | { readonly kind: 'unknown' };

/** The requests of a recording, told by their bytes; each time one is asked, it has the next of its recorded answers. */
export class Requests {
  /** What ends every request, if it is the same for all: text ends with control characters. */
  readonly terminator: string;
  readonly #turns = new Map<string, { readonly turns: Turn[]; next: number }>();
  /** By their characters, so that those with the same beginning stand together; without one of no bytes, which nobody can ask. */
  readonly #sorted: readonly string[];

  constructor(turns: readonly Turn[]) {
    for (const turn of turns) {
      const key = latin1(bytesOf(turn.sent));
      const known = this.#turns.get(key);
      if (known === undefined) this.#turns.set(key, { turns: [turn], next: 0 });
      else known.turns.push(turn);
    }
    this.#sorted = [...this.#turns.keys()].filter((key) => key !== '').toSorted();
    const ends = new Set(this.#sorted.map(endOf));
    const [end = ''] = ends;
    this.terminator = ends.size === 1 ? end : '';
  }

  find(heard: string): Found {
    const request = this.#longestIn(heard);
    const grows = this.#sorted[this.#upTo(heard)]?.startsWith(heard) === true;
    if (grows) return request === undefined ? { kind: 'wait' } : { kind: 'wait', settled: request.length };
    return request === undefined ? { kind: 'unknown' } : { kind: 'request', length: request.length };
  }

  /** The longest request that a text begins with: it begins whatever stands between itself and the text, too. */
  #longestIn(text: string): string | undefined {
    for (let rest = text; ;) {
      const before = this.#sorted[this.#upTo(rest) - 1];
      if (before === undefined || rest.startsWith(before)) return before;
      rest = rest.slice(0, commonLength(rest, before));
    }
  }

  /** How many stand up to this text, itself included. */
  #upTo(text: string): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? '') <= text) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The next recorded answer; the last one again once there is none. */
  answer(request: string): readonly Said[] {
    const known = this.#turns.get(request);
    if (known === undefined) return [];
    const turn = known.turns[Math.min(known.next, known.turns.length - 1)];
    known.next++;
    return turn?.said ?? [];
  }

  /** Those that nobody has asked for. */
  unasked(): readonly Turn[] {
    return [...this.#turns.values()].flatMap(({ turns, next }) => turns.slice(next));
  }
}

function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

/** The control characters that a text ends with. */
function endOf(text: string): string {
  let at = text.length;
  while (at > 0 && text.charCodeAt(at - 1) < 0x20) at--;
  return text.slice(at);
}
