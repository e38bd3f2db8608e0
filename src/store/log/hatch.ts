import { frameHeadBytes, sealFrame } from './frame.ts';
import type { LogLine } from './line.ts';

const readyAt = 0;
const countAt = 1;
const awaitedAt = 2;
/** In 64-bit numbers: what time it is. */
const nowAt = 2;
/** Where the lengths of texts and keys begin. */
const lengthsAt = 6;
/** As many as a batch may have, and some. */
const mostLines = 1024;
const headBytes = (lengthsAt + 2 * mostLines) * Int32Array.BYTES_PER_ELEMENT;
/** Of memory, which is not taken before it is used. A batch of a hundred commands needs a tenth of it. */
const capacity = 1024 * 1024;
/** A UTF-16 unit takes three bytes at most. */
const mostCharacters = Math.floor((capacity - headBytes - mostLines * frameHeadBytes) / 3);
/** In place of a count: what does not fit comes some other way. */
const elsewhere = -1;

/** Whether whoever has put something stands still until it is done. */
const unawaited = 0;
const awaited = 1;
const done = 2;

/** Some lines, and what time it was when they were put. */
export interface Batch {
  readonly now: number;
  readonly lines: readonly LogLine[];
}

/** What a line changes in the next snapshot: its text, or that there is none. */
export interface Change {
  readonly key: string;
  readonly text: string | undefined;
}

/** A batch as it comes out: frames that are ready to be written, in the memory itself, where the next batch will be. */
export interface Taken {
  readonly now: number;
  readonly frames: Buffer;
  readonly changes: readonly Change[];
}

/**
 * Memory in which a batch at a time passes to a thread that sleeps until it comes. To wake a thread so costs half of what
 * a message to its event loop does. Each text is written once, with room for the head of its frame before it.
 */
export class Hatch {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #times: Float64Array;
  readonly #bytes: Buffer;
  #taken = 0;

  constructor(memory = new SharedArrayBuffer(capacity)) {
    this.memory = memory;
    this.#words = new Int32Array(memory, 0, headBytes / Int32Array.BYTES_PER_ELEMENT);
    this.#times = new Float64Array(memory, 0, nowAt + 1);
    this.#bytes = Buffer.from(memory, headBytes);
  }

  static fits(lines: readonly LogLine[]): boolean {
    let characters = 0;
    for (const { key, text } of lines) characters += key.length + text.length;
    return lines.length <= mostLines && characters <= mostCharacters;
  }

  /**
   * Wakes the other side with a batch, or with word that something has come elsewhere. The other side is to be done with what was
   * put before. If it is awaited, `isDoneWithin` is to follow.
   */
  put(batch: Batch | undefined, isAwaited = false): void {
    if (batch === undefined) this.#words[countAt] = elsewhere;
    else this.#fill(batch);
    Atomics.store(this.#words, awaitedAt, isAwaited ? awaited : unawaited);
    Atomics.add(this.#words, readyAt, 1);
    Atomics.notify(this.#words, readyAt);
  }

  #fill({ now, lines }: Batch): void {
    let at = lengthsAt;
    let end = 0;
    for (const { text } of lines) {
      const length = this.#bytes.write(text, end + frameHeadBytes);
      this.#words[at++] = length;
      end += frameHeadBytes + length;
    }
    for (const { key, live } of lines) {
      const length = this.#bytes.write(key, end);
      this.#words[at++] = live ? length : ~length;
      end += length;
    }
    this.#words[countAt] = lines.length;
    this.#times[nowAt] = now;
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
  take(): Taken | undefined {
    Atomics.wait(this.#words, readyAt, this.#taken);
    this.#taken = Atomics.load(this.#words, readyAt);
    const count = this.#words[countAt] ?? elsewhere;
    if (count === elsewhere) return undefined;
    const changes: Change[] = [];
    let framesEnd = 0;
    for (let index = 0; index < count; index++) framesEnd += frameHeadBytes + this.#length(index);
    let at = 0;
    let end = framesEnd;
    for (let index = 0; index < count; index++) {
      const length = this.#length(count + index);
      const key = this.#bytes.toString('utf8', end, (end += length < 0 ? ~length : length));
      const textAt = at + frameHeadBytes;
      at = sealFrame(this.#bytes, at, this.#length(index));
      changes.push({ key, text: length < 0 ? undefined : this.#bytes.toString('utf8', textAt, at) });
    }
    return { now: this.#times[nowAt] ?? 0, frames: this.#bytes.subarray(0, framesEnd), changes };
  }

  #length(index: number): number {
    return this.#words[lengthsAt + index] ?? 0;
  }
}
