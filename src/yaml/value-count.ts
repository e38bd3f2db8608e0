import { CST } from 'yaml';

type Kind = ReturnType<typeof CST.tokenType>;

/** Each of them has one value before or behind it, whatever that is. */
const signs: readonly Kind[] = ['map-value-ind', 'comma', 'seq-item-ind', 'explicit-key-ind'];
/** Keys and values that are written out. */
const nodes: readonly Kind[] = [
  'scalar',
  'double-quoted-scalar',
  'single-quoted-scalar',
  'flow-map-start',
  'flow-seq-start',
  'alias',
];

/** How many values a text has at least, as far as it has been taken apart. */
export class ValueCount {
  /** Of each sign. */
  readonly #signs = [0, 0, 0, 0];
  #nodes = 0;

  /** With one more lexeme. */
  with(lexeme: string): number {
    const kind = CST.tokenType(lexeme);
    const sign = signs.indexOf(kind);
    if (sign >= 0) return (this.#signs[sign] = (this.#signs[sign] ?? 0) + 1);
    if (!nodes.includes(kind)) return 0;
    // A colon has a key before it; a key without one has nothing for its value, which is not written out.
    return ++this.#nodes - (this.#signs[0] ?? 0);
  }
}
