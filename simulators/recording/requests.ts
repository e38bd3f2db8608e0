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
  readonly #turns = new Map<string, { readonly turns: Turn[]; next: number }>();
  readonly #longestFirst: readonly string[];

  constructor(turns: readonly Turn[]) {
    for (const turn of turns) {
      const key = latin1(bytesOf(turn.sent));
      const known = this.#turns.get(key);
      if (known === undefined) this.#turns.set(key, { turns: [turn], next: 0 });
      else known.turns.push(turn);
    }
    this.#longestFirst = [...this.#turns.keys()].toSorted((a, b) => b.length - a.length);
  }

  /** What ends every request, if it is the same for all: text ends with control characters. */
  get terminator(): string {
    const ends = this.#longestFirst.map(endOf);
    return new Set(ends).size === 1 ? (ends[0] ?? '') : '';
  }

  find(heard: string): Found {
    const request = this.#longestFirst.find((candidate) => heard.startsWith(candidate));
    const grows = this.#longestFirst.some(
      (candidate) => candidate.length > heard.length && candidate.startsWith(heard),
    );
    if (grows) return request === undefined ? { kind: 'wait' } : { kind: 'wait', settled: request.length };
    return request === undefined ? { kind: 'unknown' } : { kind: 'request', length: request.length };
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

/** The control characters that a text ends with. */
function endOf(text: string): string {
  let at = text.length;
  while (at > 0 && text.charCodeAt(at - 1) < 0x20) at--;
  return text.slice(at);
}
