import { isDeepStrictEqual } from 'node:util';
import { BellcrankError, type FrameCall, quoted } from '../../../src/driver/index.ts';
import type { Exchange } from '../definition/definition.ts';
import { isWrongChecksum, matches, readReply, shown } from './judge.ts';
import { type Message, messageOf } from './message.ts';
import type { Talk } from './talk.ts';
import type { Fields, Known } from './values.ts';

/** Who answers: asked at attach, and again to find back into step, when nothing else can answer like it. */
export class Identity {
  readonly #talk: Talk;
  readonly #exchange: Exchange;
  readonly #options: Known;
  readonly #message: Message;
  #learned: Fields | undefined;

  constructor(talk: Talk, exchange: Exchange, options: Known) {
    this.#talk = talk;
    this.#exchange = exchange;
    this.#options = options;
    // Another device is to be recognised as such: its answer is read without knowing what it should say.
    this.#message = { ...messageOf(exchange, options, talk.line.outTerminator), known: {} };
  }

  /** Whether it can be asked for at any time: not where the device only says it by itself. */
  get canBeFound(): boolean {
    return this.#exchange.send !== undefined && this.#exchange.expect.length > 0;
  }

  /** Asks for it. Rejects with `identity-mismatch` when it is not what the options say, or not such a device at all. */
  async learn(call: FrameCall): Promise<void> {
    this.#learned = await this.#talk.ask(call, this.#message, (replies) => this.#checked(replies));
  }

  /** What tells it from another one of its kind; undefined if it says nothing of that. */
  get told(): string | undefined {
    const fields = Object.entries(this.#learned ?? {}).filter(([name]) => !changesWithAnUpdate.test(name));
    return fields.length === 0 ? undefined : fields.map(([name, value]) => `${name}=${String(value)}`).join(', ');
  }

  /** Asks for it among answers to older questions. Rejects with `identity-mismatch` when another device answers. */
  async find(call: FrameCall): Promise<void> {
    const found = await this.#talk.probe(call, this.#message, (replies) => this.#checked(replies));
    const learned = this.#learned;
    if (learned === undefined || isDeepStrictEqual(found, learned)) return;
    const changed = Object.keys(found).find((name) => !isDeepStrictEqual(found[name], learned[name]));
    throw mismatch(changed ?? 'identity', found[changed ?? ''], learned[changed ?? '']);
  }

  #checked(replies: readonly Uint8Array[]): Fields {
    for (const [index, template] of this.#exchange.expect.entries()) {
      const frame = replies[index];
      if (frame === undefined || matches(frame, template, this.#exchange, {})) continue;
      if (isWrongChecksum(frame, template, this.#exchange)) break;
      const message = `the device says that it is ${shown(frame)}, not ${quoted(template.text)}`;
      throw new BellcrankError('identity-mismatch', message);
    }
    const fields = readReply(replies, this.#exchange, {});
    for (const name of Object.keys(fields)) {
      const wanted = this.#options[name];
      if (wanted !== undefined && !this.#agrees(replies, name)) throw mismatch(name, fields[name], wanted);
    }
    return fields;
  }

  /** By the template's own means: a number that was printed with two digits is not compared in its third. */
  #agrees(replies: readonly Uint8Array[], name: string): boolean {
    const known = { [name]: this.#options[name] };
    return this.#exchange.expect.every((template, index) => {
      const frame = replies[index];
      return frame !== undefined && matches(frame, template, this.#exchange, known);
    });
  }
}

/** Names of fields that are others after an update, on the same piece of hardware. */
const changesWithAnUpdate = /version|firmware|revision/i;

function mismatch(name: string, found: unknown, wanted: unknown): BellcrankError {
  const message = `the device says that its ${name} is ${quoted(String(found))}, not ${quoted(String(wanted))}`;
  return new BellcrankError('identity-mismatch', message);
}
