import { quoted } from '../../src/driver/index.ts';
import type { Message } from './codec/message.ts';

/** A line that was written. */
export interface Sent {
  readonly text: string;
  /** Places that it takes in the controller's receive buffer until it is answered. */
  readonly bytes: number;
  /** `ok`, or the number of an error; undefined until it comes. */
  answer: 'ok' | number | undefined;
  /** What the controller told before the answer. Bounded. */
  readonly data: Message[];
}

/** Settings number at most 256, parameters and build info are fewer. */
const maxData = 300;

/**
 * The question that brings the line back into step: in every state in which lines are read at all, `[GC:…]` and an `ok`
 * follow, and no other line is answered like that (GRBL 1.1, commands: "$G - View gcode parser state").
 */
export const markerLine = '$G';

/** Lines that are owed an answer. GRBL answers each line once and in order, with `ok` or `error:n`; there are no ids. */
export class Owed {
  readonly #lines: Sent[] = [];
  readonly #unmatched: (what: string) => void;
  /** Answers to come that belong to a marker that was given up. */
  #stray = 0;

  constructor(unmatched: (what: string) => void) {
    this.#unmatched = unmatched;
  }

  /** Bytes that may still lie in the controller's receive buffer. */
  get bytes(): number {
    return this.#lines.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  add(text: string): Sent {
    const sent: Sent = { text, bytes: text.length + 1, answer: undefined, data: [] };
    this.#lines.push(sent);
    return sent;
  }

  /** Takes back lines of which nothing was written. */
  withdraw(sent: readonly Sent[]): void {
    for (const line of sent) {
      const index = this.#lines.indexOf(line);
      if (index >= 0) this.#lines.splice(index, 1);
    }
  }

  /** Forgets all: their answers will not come, or will belong to nothing. */
  clear(): void {
    this.#lines.length = 0;
    this.#stray = 0;
  }

  /** Gives an answer to the line that it belongs to, and returns that. */
  answer(answer: 'ok' | number): Sent | undefined {
    const [first] = this.#lines;
    // A marker is answered only after its data: what comes before belongs to something older.
    const isOlder = first?.text === markerLine && first.data.length === 0;
    if (this.#stray > 0 || first === undefined || isOlder) {
      if (this.#stray > 0) this.#stray--;
      this.#unmatched(`an answer to nothing: ${answer === 'ok' ? 'ok' : `error:${answer}`}`);
      return undefined;
    }
    this.#lines.shift();
    first.answer = answer;
    return first;
  }

  /** Gives data to the line that asked for it. */
  data(message: Message, text: string): void {
    if (message.kind === 'data' && message.type === 'GC' && !this.#mark(text)) return;
    const [first] = this.#lines;
    if (first === undefined || first.data.length >= maxData)
      this.#unmatched(`data that nobody asked for: ${quoted(text)}`);
    else first.data.push(message);
  }

  /** Lines before a marker that is answered will not be. False if there is no marker. */
  #mark(text: string): boolean {
    const index = this.#lines.findIndex((line) => line.text === markerLine && line.data.length === 0);
    if (index >= 0) this.#lines.splice(0, index);
    else {
      this.#stray++;
      this.#unmatched(`the answer to an older question: ${quoted(text)}`);
    }
    return index >= 0;
  }
}
