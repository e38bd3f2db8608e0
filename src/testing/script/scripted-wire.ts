import { delay, type Clock } from '../../clock.ts';
import type { ByteConnection } from '../../transport/connection.ts';
import { memoryBytes } from '../../transport/memory.ts';
import { pieceText } from '../wire/words.ts';
import { Book } from './expectations.ts';
import { type BytePattern, fits, patternText, textOf } from './matching.ts';

/** What answers an expectation; without any of it the device stays silent. */
export interface ScriptedAnswer {
  /** Says this. Called again it says more, after what it said before. */
  reply(bytes: string | Uint8Array, options?: { readonly afterMs?: number }): ScriptedAnswer;
  /** Says nothing; for the reader. */
  silence(): ScriptedAnswer;
  /** The connection is lost. */
  cut(): ScriptedAnswer;
}

interface Expected {
  readonly pattern: BytePattern;
  readonly answer: ((far: ByteConnection) => Promise<void> | void)[];
}

const never = new AbortController().signal;

/**
 * A device that answers by a script, in place of a simulator: what is sent must be what is expected next. `done` fails
 * with what was expected and what came; so does leaving the scope of `await using`.
 */
export class ScriptedWire implements AsyncDisposable {
  readonly shape = 'bytes';
  readonly #clock: Clock;
  readonly #book = new Book();
  readonly #expected: Expected[] = [];
  readonly #always: Expected[] = [];
  #far: ByteConnection | undefined;
  #near: ByteConnection | undefined;
  #text = '';

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The next thing that is to be sent, after those expected before. */
  expect(pattern: BytePattern): ScriptedAnswer {
    return this.#add(this.#expected, pattern);
  }

  /** Something that may be sent at any time and as often as it likes: a poll. What is expected next goes first. */
  whenever(pattern: BytePattern): ScriptedAnswer {
    return this.#add(this.#always, pattern);
  }

  /** Says something without being asked. */
  async say(bytes: string | Uint8Array): Promise<void> {
    await this.#far?.write(Buffer.from(textOf(bytes), 'latin1'));
  }

  /** The driver's end; opened when it is first asked for. */
  get connection(): ByteConnection {
    return this.#near?.isOpen === true ? this.#near : this.open();
  }

  /** A fresh connection; the script goes on. */
  open(): ByteConnection {
    const { near, far } = memoryBytes('scripted wire');
    this.#near = near;
    this.#far = far;
    this.#text = '';
    far.onData((chunk) => {
      this.#text += textOf(chunk);
      this.#take(far);
    });
    return near;
  }

  /** Fails unless everything that was expected came, and nothing else. */
  done(): void {
    if (this.#text !== '') {
      this.#book.wrong(pieceText(Buffer.from(this.#text, 'latin1')), this.#wanted());
      this.#text = '';
    }
    this.#book.check(this.#expected.map(({ pattern }) => patternText(pattern)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#near?.close();
    this.done();
  }

  #add(list: Expected[], pattern: BytePattern): ScriptedAnswer {
    const expected: Expected = { pattern, answer: [] };
    list.push(expected);
    const answer: ScriptedAnswer = {
      reply: (bytes, { afterMs = 0 } = {}) => {
        expected.answer.push(async (far) => {
          if (afterMs > 0) await delay(this.#clock, afterMs, never);
          await far.write(Buffer.from(textOf(bytes), 'latin1')).catch(() => {});
        });
        return answer;
      },
      silence: () => answer,
      cut: () => {
        expected.answer.push((far) => far.close());
        return answer;
      },
    };
    return answer;
  }

  #take(far: ByteConnection): void {
    while (this.#text !== '') {
      const [next] = this.#expected;
      const candidates = next === undefined ? this.#always : [next, ...this.#always];
      const found = candidates.find(({ pattern }) => typeof fits(pattern, this.#text) === 'number');
      if (found === undefined) {
        if (candidates.some(({ pattern }) => fits(pattern, this.#text) === 'not yet')) return;
        this.#book.wrong(pieceText(Buffer.from(this.#text, 'latin1')), this.#wanted());
        this.#text = '';
        return;
      }
      if (found === next) this.#expected.shift();
      const length = Number(fits(found.pattern, this.#text));
      this.#book.came(pieceText(Buffer.from(this.#text.slice(0, length), 'latin1')));
      this.#text = this.#text.slice(length);
      void this.#answer(found, far);
    }
  }

  async #answer({ answer }: Expected, far: ByteConnection): Promise<void> {
    for (const say of answer) await say(far);
  }

  #wanted(): string {
    const [next] = this.#expected;
    return next === undefined ? 'nothing was expected' : `expected was ${patternText(next.pattern)}`;
  }
}

/** A device on a byte stream that answers by a script. */
export function scriptedWire(clock: Clock): ScriptedWire {
  return new ScriptedWire(clock);
}
