import type { Scalar } from './kinds.ts';
import { toldIn } from './links.ts';
import type { Ask, Dialogue } from './messages.ts';
import type { State } from './states.ts';

interface Change {
  /** After which question it was told; -1 before the first. */
  readonly index: number;
  readonly value: Scalar;
}

/** What states were told to be, one after the other. */
export class Past {
  readonly #changes: ReadonlyMap<State, readonly Change[]>;

  constructor({ greeting, asks }: Dialogue, states: readonly State[]) {
    this.#changes = new Map(
      states.map((state) => [state, changesOf(state, [{ heard: greeting, index: -1 }, ...asks])]),
    );
  }

  /** The last that was told before a question. */
  before(state: State, { index }: Ask): Scalar | undefined {
    return this.#changes.get(state)?.findLast((change) => change.index < index)?.value;
  }
}

function changesOf(state: State, asks: readonly Pick<Ask, 'heard' | 'index'>[]): readonly Change[] {
  const changes: Change[] = [];
  for (const ask of asks) {
    const value = toldIn(ask, state);
    if (value !== undefined && value !== changes.at(-1)?.value) changes.push({ index: ask.index, value });
  }
  return changes;
}
