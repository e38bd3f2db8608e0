import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  Parser,
  type Scalar,
  type YAMLError,
  YAMLParseError,
  type YAMLMap,
} from 'yaml';
import { assert } from '../assert.ts';
import { messageOf } from '../errors.ts';
import { pointerTo } from '../driver/schema.ts';
import { likely } from './likely.ts';
import { offsetWithin } from './scalar-place.ts';
import { ValueCount } from './value-count.ts';

/** One-based, as editors count. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Something wrong with the text itself, where it stands. */
export interface TextProblem extends Position {
  /** A JSON pointer; empty where the text could not be understood that far. */
  readonly pointer: string;
  readonly detail: string;
}

/** A YAML document as plain data that knows where in the text each of its parts stands. */
export interface Tree {
  readonly value: unknown;
  readonly problems: readonly TextProblem[];
  /** False: the text is not YAML, so `value` means nothing. */
  readonly readable: boolean;
  keyAt(pointer: string): Position | undefined;
  valueAt(pointer: string): Position | undefined;
  /** The place of one character of a text; absent if the value is none. */
  withinAt(pointer: string, index: number): Position | undefined;
}

/** Bounds of what aliases may expand to ("billion laughs") and of how deep our own recursion goes. */
const maxNodes = 500_000;
const maxDepth = 50;
/** What the parser has open at once; of what is not much too deep, the place is told by its pointer. */
const maxOpen = 4 * maxDepth;

/** Nobody reads more of them. */
const maxExplained = 100;

/** The only tags that plain data needs (YAML 1.2.2 §10.3); others make sets, dates or bytes. */
const plainTags = ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`);

export function parseTree(text: string): Tree {
  const place = placesIn(text);
  const unreadable = (problems: TextProblem[]): Tree => ({ ...nowhere, value: undefined, problems, readable: false });
  try {
    const document = documentOf(text);
    const problems = syntaxProblems(document.errors, text, place);
    return problems.length > 0 ? unreadable(problems) : new TreeBuilder(document, text, place).build();
  } catch (error) {
    return unreadable([{ line: 1, column: 1, pointer: '', detail: `cannot be read as YAML: ${messageOf(error)}` }]);
  }
}

/** What is wrong is told once: what the parser says of the same place, and of all that it takes no part of, only follows. */
function syntaxProblems(
  errors: readonly YAMLError[],
  text: string,
  place: (offset: number) => Position,
): TextProblem[] {
  const problems: TextProblem[] = [];
  const lines = new Set<number>();
  for (const [nth, error] of errors.entries()) {
    const [at] = error.pos;
    const known = nth < maxExplained ? likely(error, text) : undefined;
    const problem = {
      ...place(known?.offset ?? at),
      pointer: '',
      detail: `is not valid YAML: ${known?.detail ?? withoutSource(error.message)}`,
    };
    const isEcho =
      errors[nth - 1]?.pos[0] === at ||
      /^Unexpected \S+ token in YAML stream/.test(error.message) ||
      known?.follows === true ||
      (known === undefined && lines.has(problem.line));
    lines.add(problem.line);
    if (nth === 0 || !isEcho) problems.push(problem);
  }
  return problems;
}

/** As the library's `parseDocument` does, of a text that ends where it nests too deep. */
function documentOf(text: string): Document {
  const composer = new Composer({ version: '1.2', schema: 'core', merge: false, stringKeys: true, uniqueKeys: false });
  const [first, second] = composer.compose(tokensOf(text), true, text.length);
  assert(first !== undefined, 'there is a document, if only an empty one');
  if (second !== undefined) {
    const [from, to] = second.range;
    first.errors.push(new YAMLParseError([from, to], 'MULTIPLE_DOCS', 'a second document'));
  }
  return first;
}

/** Of each level the parser keeps almost a kilobyte, and of each value two: a text may be nothing but those. */
function* tokensOf(text: string): Generator<CST.Token, void> {
  const parser = new Parser();
  const count = new ValueCount();
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    const isDeep = parser.stack.length > maxOpen;
    if (!isDeep && count.with(lexeme) <= maxNodes) continue;
    const message = isDeep ? 'it is nested too deep' : `it has more than ${maxNodes} values`;
    yield { type: 'error', offset: parser.offset, source: '', message };
    return;
  }
  yield* parser.end();
}

/** The parser's own counter misses the lines of a scalar that is not closed. */
function placesIn(text: string): (offset: number) => Position {
  const starts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

const nowhere = { keyAt: () => undefined, valueAt: () => undefined, withinAt: () => undefined };

/** The parser quotes the text after a colon, and the text may be a password. */
function withoutSource(message: string): string {
  return message.replace(/: .*$/s, '');
}

class TreeBuilder {
  readonly #document: Document;
  readonly #text: string;
  readonly #place: (offset: number) => Position;
  readonly #keys = new Map<string, Position>();
  readonly #values = new Map<string, Position>();
  readonly #scalars = new Map<string, Scalar>();
  readonly #problems: TextProblem[] = [];
  readonly #anchors = new Map<string, Node>();
  #nodes = 0;

  constructor(document: Document, text: string, place: (offset: number) => Position) {
    this.#document = document;
    this.#text = text;
    this.#place = place;
  }

  build(): Tree {
    return {
      value: this.#plain(this.#document.contents, '', 0),
      problems: this.#problems,
      readable: this.#nodes <= maxNodes,
      keyAt: (pointer) => this.#keys.get(pointer),
      valueAt: (pointer) => this.#values.get(pointer),
      withinAt: (pointer, index) => this.#within(pointer, index),
    };
  }

  #within(pointer: string, index: number): Position | undefined {
    const scalar = this.#scalars.get(pointer);
    const offset = scalar && offsetWithin(scalar, this.#text, index);
    return offset === undefined ? undefined : this.#place(offset);
  }

  #plain(node: unknown, pointer: string, depth: number, at = 0): unknown {
    const offset = (node as Node | null)?.range?.[0] ?? at; // every value of a parsed document is a Node or null
    if (!this.#values.has(pointer)) this.#values.set(pointer, this.#place(offset));
    if (++this.#nodes > maxNodes || depth > maxDepth) return this.#tooMuch(pointer, offset);
    if (isAlias(node)) return this.#aliased(node.source, pointer, depth, offset);
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) return null;
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (node.tag !== undefined && !plainTags.includes(node.tag)) {
      return this.#problem(
        offset,
        pointer,
        'begins with !, which makes it a tag that means nothing here; quotes make a text of it',
      );
    }
    if (isScalar(node)) {
      if (node.anchor !== undefined && node.value === null && node.source === '') {
        return this.#problem(
          offset,
          pointer,
          'begins with &, which names a value, and there is none; quotes make a text of it',
        );
      }
      this.#scalars.set(pointer, node);
      return node.value;
    }
    if (isMap(node)) return this.#record(node, pointer, depth);
    return node.items.map((item, index) => this.#plain(item, `${pointer}/${index}`, depth + 1, offset));
  }

  #record(map: YAMLMap, pointer: string, depth: number): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    for (const { key, value } of map.items) {
      const name = String(isScalar(key) ? key.value : key);
      const offset = (key as Node | null)?.range?.[0] ?? 0; // as above
      const at = pointerTo(pointer, name);
      if (entries.has(name)) {
        this.#problem(offset, at, `is written twice; the first one is on line ${this.#keys.get(at)?.line ?? '?'}`);
        continue;
      }
      this.#keys.set(at, this.#place(offset));
      entries.set(name, this.#plain(value, at, depth + 1, offset));
    }
    // `fromEntries` defines own properties, so that a key `__proto__` is data like any other.
    return Object.fromEntries(entries);
  }

  #aliased(name: string, pointer: string, depth: number, offset: number): unknown {
    const node = this.#anchors.get(name);
    if (node === undefined)
      return this.#problem(
        offset,
        pointer,
        'begins with *, which stands for a value that has been named with &, and none has; quotes make a text of it',
      );
    return this.#plain(node, pointer, depth + 1, offset);
  }

  #tooMuch(pointer: string, offset: number): null {
    const detail = `is more than ${maxDepth} levels deep or, with its aliases, more than ${maxNodes} values`;
    if (this.#problems.every((problem) => problem.detail !== detail)) this.#problem(offset, pointer, detail);
    return null;
  }

  #problem(offset: number, pointer: string, detail: string): null {
    this.#problems.push({ ...this.#place(offset), pointer, detail });
    return null;
  }
}
