const readyAt = 0;
const countAt = 1;
const awaitedAt = 2;
/** Where the lengths of the texts begin, of which there are this many at most: more than three for each line of a batch. */
const lengthsAt = 3;
const mostTexts = 4096;
const headBytes = (lengthsAt + mostTexts) * Int32Array.BYTES_PER_ELEMENT;
/** Of memory, which is not taken before it is used. A batch of a hundred commands needs a tenth of it. */
const capacity = 1024 * 1024;
/** A UTF-16 unit takes three bytes at most. */
const mostCharacters = Math.floor((capacity - headBytes) / 3);
/** In place of a count: what does not fit comes some other way. */
const elsewhere = -1;

/** Whether whoever has put something stands still until it is done. */
const unawaited = 0;
const awaited = 1;
const done = 2;

/**
 * Memory in which some texts at a time pass to a thread that sleeps until they come. To wake a thread so costs half of what
 * a message to its event loop does. Each is copied as it is: to make one text of them that tells them apart costs more.
 */
export class Hatch {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #bytes: Buffer;
  #taken = 0;

  constructor(memory = new SharedArrayBuffer(capacity)) {
    this.memory = memory;
    this.#words = new Int32Array(memory, 0, headBytes / Int32Array.BYTES_PER_ELEMENT);
    this.#bytes = Buffer.from(memory, headBytes);
  }

  static fits(texts: readonly string[]): boolean {
    let characters = 0;
    for (const text of texts) characters += text.length;
    return texts.length <= mostTexts && characters <= mostCharacters;
  }

  /**
   * Wakes the other side with texts, or with word that something has come elsewhere. What was put before is to be taken. If
   * it is awaited, `isDoneWithin` is to follow.
   */
  put(texts: readonly string[] | undefined, isAwaited = false): void {
    let at = lengthsAt;
    let end = 0;
    for (const text of texts ?? []) {
      const length = this.#bytes.write(text, end);
      this.#words[at++] = length;
      end += length;
    }
    this.#words[countAt] = texts?.length ?? elsewhere;
    Atomics.store(this.#words, awaitedAt, isAwaited ? awaited : unawaited);
    Atomics.add(this.#words, readyAt, 1);
    Atomics.notify(this.#words, readyAt);
  }

  /** Stands still until the other side is done with what was put, `ms` at most. Where it is not, its answer comes some other way. */
  isDoneWithin(ms: number): boolean {
    Atomics.wait(this.#words, awaitedAt, awaited, ms);
    return Atomics.compareExchange(this.#words, awaitedAt, awaited, unawaited) === done;
  }

  /** The other side is done; returns whether whoever has put it hears so, because he stands still. */
  tellDone(): boolean {
    const isTold = Atomics.compareExchange(this.#words, awaitedAt, awaited, done) === awaited;
    if (isTold) Atomics.notify(this.#words, awaitedAt);
    return isTold;
  }

  /** Sleeps until something is put; undefined: it has come elsewhere. */
  take(): string[] | undefined {
    Atomics.wait(this.#words, readyAt, this.#taken);
    this.#taken = Atomics.load(this.#words, readyAt);
    const count = this.#words[countAt] ?? elsewhere;
    if (count === elsewhere) return undefined;
    const texts: string[] = [];
    let end = 0;
    for (let index = 0; index < count; index++) {
      const length = this.#words[lengthsAt + index] ?? 0;
      texts.push(this.#bytes.toString('utf8', end, (end += length)));
    }
    return texts;
  }
}
