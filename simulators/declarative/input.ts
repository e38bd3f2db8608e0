import type { Clock, Timer } from '../../src/clock.ts';
import type { Template } from '../../drivers/declarative/template/template.ts';
import { endsWithText, mayGoOn } from './going-on.ts';

/** Silence after which a device takes what has come for whole. */
const silenceMs = 10;

/** Silence after which it gives up a message that has only begun. */
const patienceMs = 100;

/** Longest input that a device holds; more is one message that it does not understand. */
const maxBytes = 4096;

/** Longest input without terminators that is searched for several messages in a row. */
const maxSearched = 512;

export interface InputOptions {
  readonly clock: Clock;
  /** Empty: messages end by what they are, or by silence. */
  readonly terminator: Uint8Array;
  readonly templates: readonly Template[];
  /** Whether these bytes are a whole message. */
  readonly knows: (bytes: Uint8Array) => boolean;
  /** A message without its terminator; `knows` does not hold for one that the device will not understand. */
  readonly onMessage: (bytes: Uint8Array) => void;
}

/**
 * Finds messages in what comes. With a terminator, each ends there; a terminator within binary content is told from a
 * real one because only the longer message is known. Without one, a message ends as soon as it is whole and no other could
 * begin like it, else when the line falls silent; what then has come may be several messages. Nothing is dropped: what is
 * no message is handed on as one that nobody knows. Only an empty line is nothing.
 */
export class MessageInput {
  readonly #options: InputOptions;
  readonly #isText: boolean;
  #held: Buffer = Buffer.alloc(0);
  #timer: Timer | undefined;
  /** Chunks so far. */
  #received = 0;

  constructor(options: InputOptions) {
    this.#options = options;
    this.#isText = options.templates.every(isText);
  }

  receive(chunk: Uint8Array): void {
    this.#received++;
    this.#timer?.cancel();
    this.#held = Buffer.concat([this.#held, chunk]);
    if (this.#options.terminator.length > 0) this.#takeLines();
    else this.#takeWhole();
    if (this.#held.length > maxBytes) this.#take(this.#held.length, 0);
    if (this.#held.length > 0) this.#awaitSilence(silenceMs);
  }

  close(): void {
    this.#received++;
    this.#timer?.cancel();
    this.#held = Buffer.alloc(0);
  }

  #takeLines(): void {
    for (let end = this.#endOfLine(); end !== undefined; end = this.#endOfLine()) {
      this.#take(end, this.#options.terminator.length);
    }
  }

  /** Where the first message's terminator stands; undefined while that cannot be said. */
  #endOfLine(): number | undefined {
    const terminator = Buffer.from(this.#options.terminator);
    const first = this.#held.indexOf(terminator);
    if (first < 0) return undefined;
    for (let end = first; end >= 0; end = this.#held.indexOf(terminator, end + 1)) {
      if (this.#options.knows(this.#held.subarray(0, end))) return end;
      if (this.#isText) return first;
    }
    return undefined;
  }

  #takeWhole(): void {
    const { templates, knows } = this.#options;
    const bytes = this.#held;
    if (!knows(bytes)) return;
    const canGoOn = templates.some(
      (template) => !(endsWithText(template) && isAll(template, bytes)) && mayGoOn(template, bytes),
    );
    if (!canGoOn) this.#take(bytes.length, 0);
  }

  #awaitSilence(ms: number): void {
    const { clock, templates } = this.#options;
    this.#timer = clock.timer(ms, () => {
      const before = this.#received;
      // After a stall the rest of a message may be waiting behind this timer.
      void clock.ioTurn().then(() => {
        if (this.#received !== before) return;
        const isBegun = this.#lengths() === undefined && templates.some((template) => mayGoOn(template, this.#held));
        if (ms === silenceMs && isBegun) this.#awaitSilence(patienceMs - silenceMs);
        else this.#onSilence();
      });
    });
  }

  #onSilence(): void {
    if (this.#options.terminator.length > 0) {
      const end = this.#held.indexOf(Buffer.from(this.#options.terminator));
      if (end < 0) return;
      this.#take(end, this.#options.terminator.length);
      return this.receive(Buffer.alloc(0));
    }
    for (const length of this.#lengths() ?? [this.#held.length]) this.#take(length, 0);
  }

  /** Lengths of the messages that all that has come consists of; undefined if it does not. */
  #lengths(): readonly number[] | undefined {
    const bytes = this.#held;
    if (bytes.length > maxSearched || this.#options.terminator.length > 0) return undefined;
    const dead = new Set<number>();
    const from = (start: number): readonly number[] | undefined => {
      if (start === bytes.length) return [];
      if (dead.has(start)) return undefined;
      for (let end = bytes.length; end > start; end--) {
        if (!this.#options.knows(bytes.subarray(start, end))) continue;
        const rest = from(end);
        if (rest !== undefined) return [end - start, ...rest];
      }
      dead.add(start);
      return undefined;
    };
    return from(0);
  }

  #take(length: number, terminatorLength: number): void {
    const message = Uint8Array.from(this.#held.subarray(0, length));
    this.#held = this.#held.subarray(length + terminatorLength);
    if (message.length > 0 || this.#options.knows(message)) this.#options.onMessage(message);
  }
}

function isAll({ parts }: Template, bytes: Uint8Array): boolean {
  const [only] = parts;
  return parts.length === 1 && only?.kind === 'literal' && Buffer.from(only.bytes).equals(bytes);
}

/** Whether no terminator can stand within a message: nothing in it is raw bytes. */
function isText({ parts }: Template): boolean {
  return parts.every((part) => {
    if (part.kind === 'field') return !/[rRDc]$/.test(part.conversion.text);
    return part.kind === 'literal' || part.kind === 'white-space' || (part.kind === 'checksum' && part.hex === true);
  });
}
