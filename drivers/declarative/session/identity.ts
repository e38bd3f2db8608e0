import { isDeepStrictEqual } from 'node:util';
import { BellcrankError, delay, type FrameCall, quoted } from '../../../src/driver/index.ts';
import { isListening, type Prepared, prepare } from './course.ts';
import type { Definition, Exchange } from '../definition/definition.ts';
import { isUnmistakable } from '../lint/identity.ts';
import type { Ear } from './ear.ts';
import { isWrongChecksum, matches, readReply, shown } from './judge.ts';
import type { Message } from './message.ts';
import type { Talk } from './talk.ts';
import type { Fields, Known } from './values.ts';

/** Who answers: asked at attach, and again to find back into step, when nothing else can answer like it. */
export class Identity {
  readonly #talk: Talk;
  readonly #exchange: Exchange;
  readonly #options: Known;
  /** The last one tells who it is. */
  readonly #steps: readonly Prepared[];
  readonly #definition: Definition;
  #isUnmistakable: boolean | undefined;
  #learned: Fields | undefined;

  constructor(talk: Talk, exchange: Exchange, definition: Definition) {
    const { options, identifyFirst = [] } = definition;
    this.#definition = definition;
    this.#talk = talk;
    this.#exchange = exchange;
    this.#options = options;
    this.#steps = prepare([...identifyFirst, exchange], options, talk.line.outTerminator);
  }

  /** Whether it can be asked for at any time: not where the device only says it by itself. */
  get canBeAsked(): boolean {
    return this.#exchange.send !== undefined && this.#exchange.expect.length > 0;
  }

  /** Whether it also tells that everything older has come: not where another reply may look like it. */
  get canBeFound(): boolean {
    if (!this.canBeAsked) return false;
    this.#isUnmistakable ??= isUnmistakable(this.#definition);
    return this.#isUnmistakable;
  }

  /** Asks for it. Rejects with `identity-mismatch` when it is not what the options say, or not such a device at all. */
  async learn(call: FrameCall): Promise<void> {
    this.#learned = await this.#asked(call);
  }

  /** What tells it from another one of its kind; undefined if it says nothing of that. */
  get told(): string | undefined {
    const fields = Object.entries(this.#learned ?? {}).filter(([name]) => !changesWithAnUpdate.test(name));
    return fields.length === 0 ? undefined : fields.map(([name, value]) => `${name}=${String(value)}`).join(', ');
  }

  /**
   * Asks for it among answers to older questions, or, where it takes several steps, after silence. Rejects with
   * `identity-mismatch` when another device answers.
   */
  async find(call: FrameCall): Promise<void> {
    const found = await this.#found(call);
    const learned = this.#learned;
    if (learned === undefined || isDeepStrictEqual(found, learned)) return;
    const changed = Object.keys(found).find((name) => !isDeepStrictEqual(found[name], learned[name]));
    throw mismatch(changed ?? 'identity', found[changed ?? ''], learned[changed ?? '']);
  }

  async #found(call: FrameCall): Promise<Fields> {
    const [only, ...others] = this.#steps;
    if (only?.kind === 'exchange' && others.length === 0) {
      return await this.#talk.probe(call, asked(only), (replies) => this.#checked(replies, only.message.exchange));
    }
    // What acknowledges the first half is like what acknowledges anything.
    if (!this.#talk.inStep) await this.#talk.drain(call.signal);
    return await this.#asked(call);
  }

  /** The fields of all steps. */
  async #asked(call: FrameCall): Promise<Fields> {
    const fields: Fields[] = [];
    let ear: Ear | undefined;
    try {
      for (const [index, step] of this.#steps.entries()) {
        const next = this.#steps.slice(index + 1).find(({ kind }) => kind !== 'wait');
        if (isListening(next)) ear ??= this.#talk.listen();
        fields.push(await this.#step(call, step, ear));
      }
    } finally {
      ear?.close();
    }
    return Object.assign({}, ...fields);
  }

  async #step(call: FrameCall, step: Prepared, ear: Ear | undefined): Promise<Fields> {
    if (step.kind === 'wait') {
      await delay(this.#talk.clock, step.ms, call.signal);
      return {};
    }
    const { exchange } = step.message;
    return await this.#talk.ask(call, asked(step), (replies) => this.#checked(replies, exchange), { ear });
  }

  #checked(replies: readonly Uint8Array[], exchange: Exchange): Fields {
    for (const [index, template] of exchange.expect.entries()) {
      const frame = replies[index];
      if (frame === undefined || matches(frame, template, exchange, {})) continue;
      if (isWrongChecksum(frame, template, exchange)) break;
      const message = `the device says that it is ${shown(frame)}, not ${quoted(template.text)}`;
      throw new BellcrankError('identity-mismatch', message);
    }
    const fields = readReply(replies, exchange, {});
    for (const name of Object.keys(fields)) {
      const wanted = this.#options[name];
      if (wanted !== undefined && !this.#agrees(replies, exchange, name)) throw mismatch(name, fields[name], wanted);
    }
    return fields;
  }

  /** By the template's own means: a number that was printed with two digits is not compared in its third. */
  #agrees(replies: readonly Uint8Array[], exchange: Exchange, name: string): boolean {
    const known = { [name]: this.#options[name] };
    return exchange.expect.every((template, index) => {
      const frame = replies[index];
      return frame !== undefined && matches(frame, template, exchange, known);
    });
  }
}

/** Names of fields that are others after an update, on the same piece of hardware. */
const changesWithAnUpdate = /version|firmware|revision/i;

/** Another device is to be recognised as such: its answer is read without knowing what it should say. */
function asked({ message }: Exclude<Prepared, { kind: 'wait' }>): Message {
  return { ...message, known: {} };
}

function mismatch(name: string, found: unknown, wanted: unknown): BellcrankError {
  const message = `the device says that its ${name} is ${quoted(String(found))}, not ${quoted(String(wanted))}`;
  return new BellcrankError('identity-mismatch', message);
}
