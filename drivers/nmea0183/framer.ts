export interface FramerSink {
  /** One sentence from its `$` or `!` to before its line end; printable ASCII only. */
  sentence(text: string): void;
  /** Bytes that belonged to no sentence: noise, a sentence cut short, one that was too long. */
  garbage(bytes: number): void;
}

const dollar = 0x24;
const exclamation = 0x21;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

const isStart = (byte: number): boolean => byte === dollar || byte === exclamation;
const isEnd = (byte: number): boolean => byte === lineFeed || byte === carriageReturn;
const isPrintable = (byte: number): boolean => byte >= 0x20 && byte <= 0x7e;

/**
 * Cuts a byte stream into sentences, however its chunks fall. A start delimiter always begins anew, since no field may
 * contain one (NMEA 0183: reserved characters); what came before it was garbage. Memory is fixed.
 */
export class SentenceFramer {
  readonly #buffer: Buffer;
  readonly #sink: FramerSink;
  #length = 0;
  #garbage = 0;
  /** A stream begins anywhere: the rest of a sentence that had begun before is nobody's fault. */
  #beginning = true;

  /** `maxLength`: from the start delimiter to the line end, which is counted as two characters. */
  constructor(maxLength: number, sink: FramerSink) {
    this.#buffer = Buffer.alloc(maxLength - 2);
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    for (const byte of chunk) this.#take(byte);
  }

  #take(byte: number): void {
    if (isStart(byte)) return this.#begin(byte);
    if (isEnd(byte)) return this.#end();
    if (this.#length > 0 && isPrintable(byte) && this.#length < this.#buffer.length) {
      this.#buffer[this.#length++] = byte;
      return;
    }
    this.#spoil();
    this.#garbage++;
    // Noise may have no line end at all; it is told in portions.
    if (this.#garbage >= this.#buffer.length) this.#tellGarbage();
  }

  #begin(byte: number): void {
    this.#spoil();
    this.#tellGarbage();
    this.#buffer[0] = byte;
    this.#length = 1;
  }

  #end(): void {
    const length = this.#length;
    this.#length = 0;
    if (length > 0) this.#sink.sentence(this.#buffer.toString('latin1', 0, length));
    this.#tellGarbage();
  }

  /** Characters of the sentence that has begun. */
  get length(): number {
    return this.#length;
  }

  #spoil(): void {
    this.#garbage += this.#length;
    this.#length = 0;
  }

  #tellGarbage(): void {
    const bytes = this.#garbage;
    const excused = this.#beginning;
    this.#beginning = false;
    this.#garbage = 0;
    if (bytes > 0 && !excused) this.#sink.garbage(bytes);
  }
}
