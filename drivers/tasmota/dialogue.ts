import {
  BellcrankError,
  type Call,
  type Evidence,
  type Fields,
  fieldOf,
  type Message,
  type MessageWire,
  payloadText,
  printable,
  type TopicCall,
  type TopicExchange,
} from '../../src/driver/index.ts';
import { type Document, documentOf } from './document.ts';
import type { Order } from './feature.ts';
import type { Hearing } from './hearing.ts';
import { statusFields } from './identity.ts';
import type { Topics } from './topics.ts';

/** A call that this driver answers. */
export type DeviceCall = Call<MessageWire>;

export type StatusNumber = 5 | 10 | 11;

export interface Answer {
  readonly value: unknown;
  readonly evidence: Evidence;
}

/** Orders and questions, one at a time, and their answers by content: RESULT does not say whose command it answers. */
export class Dialogue {
  readonly #exchange: TopicExchange;
  readonly #hearing: Hearing;
  readonly #topics: () => Topics;

  constructor(exchange: TopicExchange, hearing: Hearing, topics: () => Topics) {
    this.#exchange = exchange;
    this.#hearing = hearing;
    this.#topics = topics;
  }

  /** Sends an order and waits for the live answer that tells what it asks for. */
  async order(call: DeviceCall, order: Order): Promise<Answer> {
    const doubt: Doubt = {};
    const match = ({ topic, payload }: Message): Answer | undefined => this.#answer(order, topic, payload, doubt);
    const publication = { topic: this.#topics().command(order.command), payload: order.payload };
    const ask = async (): Promise<Answer> => {
      try {
        return await this.#exchange.request(call, publication, { match, final: true });
      } catch (error) {
        throw (isTimeout(error) && doubt.refusal) || error;
      }
    };
    return call.dryRun ? await ask() : await this.#hearing.explain(ask);
  }

  /** Status documents have topics of their own, so nothing but such a query explains the answer. */
  async status(call: TopicCall, number: StatusNumber): Promise<Fields> {
    const match = ({ topic, payload }: Message): Fields | undefined => {
      const name = this.#topics().nameOf(topic);
      if (name !== `stat/STATUS${number}`) return undefined;
      if (number === 5) return statusFields(payload);
      const document = documentOf(name, payload, this.#hearing.words);
      return document === 'malformed' ? undefined : document?.fields;
    };
    const publication = { topic: this.#topics().command('STATUS'), payload: `${number}` };
    return await this.#exchange.request(call, publication, { match });
  }

  /** False if it is not answered. */
  async answers(call: TopicCall, number: StatusNumber): Promise<Fields | undefined> {
    try {
      return await this.status(call, number);
    } catch (error) {
      if (isTimeout(error)) return undefined;
      throw error;
    }
  }

  /** The firmware takes commands in order: what came before STATUS11 belongs to the past, what comes after does not. */
  async backInStep(call: TopicCall): Promise<void> {
    await this.status(call, 11);
    this.#exchange.forget();
    this.#hearing.inStep();
  }

  /**
   * The answer is the JSON one, which is sent once for each command: on RESULT, or with SetOption4 on the command's own
   * topic. The plain `ON` on `stat/…/POWER` follows it, so it would still be under way when the next command is sent.
   */
  #answer(order: Order, topic: string, payload: Uint8Array, doubt: Doubt): Answer | undefined {
    const document: Document | 'malformed' | undefined = documentOf(
      this.#topics().nameOf(topic) ?? '',
      payload,
      this.#hearing.words,
    );
    if (document === undefined || document === 'malformed' || document.kind !== 'result') return undefined;
    const evidence = { topic, payload: printable((payloadText(payload) ?? '').slice(0, 200)) };
    const refusal = refusalOf(document.fields, order, evidence.payload);
    if (refusal !== undefined && isNamed(document.fields)) throw refusal;
    doubt.refusal ??= refusal;
    const value = order.answer(document.fields, this.#hearing.words);
    return value === undefined ? undefined : { value, evidence };
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof BellcrankError && error.code === 'device-timeout';
}

/** A refusal of somebody's: it is ours if nothing else becomes of what was asked. */
interface Doubt {
  refusal?: BellcrankError | undefined;
}

/** Newer firmware names the command that it did not know, as `Input`; then only one of ours is a refusal of ours. */
function isNamed(fields: Fields): boolean {
  return typeof fieldOf(fields, 'Input') === 'string';
}

function refusalOf(fields: Fields, { command }: Order, text: string): BellcrankError | undefined {
  const verdict = fieldOf(fields, 'Command');
  const input = fieldOf(fields, 'Input');
  if (verdict !== 'Unknown' && verdict !== 'Error') return undefined;
  if (typeof input === 'string' && !isSameCommand(input, command)) return undefined;
  const device = { code: verdict, text };
  return new BellcrankError('device-refused', `the device refused ${command}: ${text}`, { device });
}

/** `POWER1 ON` is `POWER`; the index may be left out, and whatever follows the command is its payload. */
function isSameCommand(input: string, command: string): boolean {
  const [one, other] = [input.trim(), command].map((text) => /^([^\s\d]*)(\d*)(?:\s|$)/.exec(text.toUpperCase()) ?? []);
  if (one?.[1] === undefined || one[1] !== other?.[1]) return false;
  return one[2] === '' || one[2] === (other[2] || '1');
}
