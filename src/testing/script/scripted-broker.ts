import { type Clock, delay } from '../../clock.ts';
import type { Message, MessageConnection } from '../../transport/connection.ts';
import { MemoryHub } from '../../transport/memory.ts';
import { escaped, pieceText } from '../wire/words.ts';
import { Book } from './expectations.ts';

/** A payload as text, or whatever must be true of it. */
export type PayloadPattern = string | Uint8Array | RegExp | ((payload: string, message: Message) => boolean);

export interface PublishedOptions {
  readonly retain?: boolean;
  readonly afterMs?: number;
}

/** What answers an expected message; without any of it nobody does. */
export interface ScriptedPublications {
  publish(topic: string, payload: string | Uint8Array, options?: PublishedOptions): ScriptedPublications;
}

interface Expected {
  readonly topic: string;
  readonly payload: PayloadPattern | undefined;
  readonly answers: (() => Promise<void>)[];
}

const never = new AbortController().signal;

/** Devices behind a broker in memory that answer by a script: what is published must be what is expected next. */
export class ScriptedBroker implements AsyncDisposable {
  readonly shape = 'messages';
  readonly #clock: Clock;
  readonly #hub = new MemoryHub();
  readonly #book = new Book();
  readonly #expected: Expected[] = [];
  readonly #always: Expected[] = [];
  readonly #own = new WeakSet<Uint8Array>();
  #near: MessageConnection | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#hub.subscribe({ filter: '#', listener: (message) => this.#take(message) });
  }

  /** The next message that is to be published. Without a payload any will do. */
  expectPublish(topic: string, payload?: PayloadPattern): ScriptedPublications {
    return this.#add(this.#expected, { topic, payload, answers: [] });
  }

  /** A message that may be published at any time and as often as it likes. */
  whenever(topic: string, payload?: PayloadPattern): ScriptedPublications {
    return this.#add(this.#always, { topic, payload, answers: [] });
  }

  /** Publishes as a device would. */
  publish(topic: string, payload: string | Uint8Array, { retain = false }: PublishedOptions = {}): void {
    const bytes = Uint8Array.from(Buffer.from(payload));
    this.#own.add(bytes);
    this.#hub.publish(topic, bytes, { retain });
  }

  /** The driver's client; connected when it is first asked for. */
  get connection(): MessageConnection {
    return this.#near?.isOpen === true ? this.#near : this.open();
  }

  open(): MessageConnection {
    return (this.#near = this.#hub.connect('scripted broker'));
  }

  /** Fails unless everything that was expected came, and nothing else. */
  done(): void {
    this.#book.check(this.#expected.map(expectedText));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#near?.close();
    this.done();
  }

  #add(list: Expected[], expected: Expected): ScriptedPublications {
    list.push(expected);
    const publications: ScriptedPublications = {
      publish: (topic, payload, options = {}) => {
        expected.answers.push(async () => {
          if (options.afterMs !== undefined) await delay(this.#clock, options.afterMs, never);
          this.publish(topic, payload, options);
        });
        return publications;
      },
    };
    return publications;
  }

  #take(message: Message): void {
    if (this.#own.has(message.payload)) return;
    const [next] = this.#expected;
    const found = next !== undefined && isIt(next, message) ? next : this.#always.find((one) => isIt(one, message));
    if (found === undefined) {
      const wanted = next === undefined ? 'nothing was expected' : `expected was ${expectedText(next)}`;
      return this.#book.wrong(pieceText(message), wanted);
    }
    if (found === next) this.#expected.shift();
    this.#book.came(pieceText(message));
    void this.#answer(found);
  }

  async #answer({ answers }: Expected): Promise<void> {
    for (const answer of answers) await answer();
  }
}

function isIt({ topic, payload }: Expected, message: Message): boolean {
  if (topic !== message.topic) return false;
  const text = Buffer.from(message.payload).toString('utf8');
  if (payload === undefined) return true;
  if (typeof payload === 'function') return payload(text, message);
  if (payload instanceof RegExp) return payload.test(text);
  return Buffer.from(payload).equals(message.payload);
}

function expectedText({ topic, payload }: Expected): string {
  if (payload === undefined) return `${topic} (any payload)`;
  if (typeof payload === 'function') return `${topic} (a payload of which ${payload.name || 'a condition'} is true)`;
  return `${topic} ${payload instanceof RegExp ? String(payload) : `"${escaped(payload)}"`}`;
}

/** Devices behind a broker that answer by a script. */
export function scriptedBroker(clock: Clock): ScriptedBroker {
  return new ScriptedBroker(clock);
}
