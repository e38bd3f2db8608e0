import {
  BellcrankError,
  type Context,
  type Message,
  type MessageConnection,
  NumberedIds,
  type Presence,
  type Publication,
  RpcExchange,
  type TopicCall,
  TopicExchange,
} from '../../../../src/driver/index.ts';
import type { Fields } from '../message/hear.ts';
import { filterOf } from '../message/topic.ts';
import type { Known } from '../message/wire.ts';
import type { Exchange, Instance } from '../topic-map.ts';
import { fits } from './filters.ts';
import { allExchanges, carriesId, idOf } from './ids.ts';
import { nonsense, Question } from './question.ts';

interface Correlated {
  readonly filter: string;
  readonly exchange: Exchange;
  readonly known: Known;
}

/** How one question is asked. */
export interface Terms<T> {
  /** The handler's result, if the answer ends it. */
  readonly resultOf: (fields: Fields) => T;
  readonly final: boolean;
}

/** Questions of one device and their answers: by an id where there is one, else by what is in them. */
export class Asking {
  readonly plain: TopicExchange;
  readonly #rpc: RpcExchange;
  readonly #ids = new NumberedIds();
  readonly #instance: Instance;
  readonly #correlated: readonly Correlated[];
  readonly #connection: MessageConnection;

  constructor(instance: Instance, connection: MessageConnection, context: Context, presence: Presence) {
    const { map, options } = instance;
    this.#instance = instance;
    this.#connection = connection;
    this.plain = new TopicExchange(connection, context, { timeoutMs: map.replyTimeoutMs, presence });
    this.#rpc = new RpcExchange(connection, context, {
      timeoutMs: map.replyTimeoutMs,
      ids: this.#ids,
      idOf: (message) => this.#idOf(message),
    });
    this.#correlated = allExchanges(map)
      .filter(({ exchange }) => carriesId(exchange))
      .flatMap(({ exchange, constants }) => {
        const known = { ...options, ...constants };
        return replyFilters(instance, exchange, known).map((filter) => ({ filter, exchange, known }));
      });
  }

  /** Throws `driver-fault` for answers that this connection cannot carry. */
  checkVersion(): void {
    const needs5 = this.#correlated.some(({ exchange }) => exchange.isCorrelated);
    if (!needs5 || this.#connection.protocolVersion === 5) return;
    const what = 'answers by correlation data, which only MQTT 5 carries; set `protocolVersion: 5` for its connection';
    throw new BellcrankError('driver-fault', `the device ${what}`);
  }

  /** True if the message is an answer by its id, or was meant to be one. */
  take(message: Message): boolean {
    if (this.#idOf(message) === undefined) return false;
    this.#rpc.receive(message);
    return true;
  }

  /** Filters of the topics on which answers with ids come. */
  get correlatedFilters(): readonly string[] {
    return [...new Set(this.#correlated.map(({ filter }) => filter))];
  }

  #idOf(message: Message): string | undefined {
    for (const { filter, exchange, known } of this.#correlated) {
      const id = fits(filter, message.topic) ? idOf(exchange, known, message) : undefined;
      if (id !== undefined) return id;
    }
    return undefined;
  }

  /** Publishes, waits for the answer if there is one, and gives the handler's result. */
  async ask<T>(call: TopicCall, exchange: Exchange, known: Known, terms: Terms<T>): Promise<Answered<T>> {
    if (carriesId(exchange) && exchange.reply !== undefined) return await this.#askById(call, exchange, known, terms);
    const question = new Question(this.#instance, exchange, { ...known, id: Number(this.#ids.next()) });
    if (exchange.reply !== undefined) return await this.waitFor(call, question, question.publication, terms);
    const { topic, payload, ...options } = question.publication;
    await call.wire.publish(topic, payload, options);
    return { value: terms.resultOf({}), unanswered: question.publication };
  }

  /** Publishes something, and waits for what answers a question. */
  async waitFor<T>(
    call: TopicCall,
    question: Pick<Question, 'answer' | 'exchange'>,
    publication: Question['publication'],
    { resultOf, final }: Terms<T>,
  ): Promise<Answered<T>> {
    const match = (message: Message): Answered<T> | undefined => {
      const fields = question.answer(message);
      return fields && { value: resultOf(fields), by: message };
    };
    const timeoutMs = question.exchange.reply?.timeoutMs ?? this.#instance.map.replyTimeoutMs;
    return await this.plain.request(unboxing(call), publication, { match, final, timeoutMs });
  }

  async #askById<T>(
    call: TopicCall,
    exchange: Exchange,
    known: Known,
    { resultOf, final }: Terms<T>,
  ): Promise<Answered<T>> {
    let question: Question | undefined;
    const publication = (id: string): Question['publication'] => {
      question = new Question(this.#instance, exchange, { ...known, id: Number(id) });
      const { replyTopic } = question;
      if (!exchange.isCorrelated || replyTopic === undefined) return question.publication;
      return { ...question.publication, responseTopic: replyTopic, correlationData: Buffer.from(id, 'latin1') };
    };
    const read = (message: Message): Answered<T> => {
      const fields = question?.answer(message);
      if (fields === undefined) throw nonsense(message);
      return { value: resultOf(fields), by: message };
    };
    const timeoutMs = exchange.reply?.timeoutMs ?? this.#instance.map.replyTimeoutMs;
    return await this.#rpc.request(unboxing(call), publication, { read, final, timeoutMs });
  }
}

/** A handler's result, and the message that told it. */
export interface Answered<T> {
  readonly value: T;
  readonly by?: Message;
  /** What was published where no answer was waited for. */
  readonly unanswered?: Publication;
}

/** A late answer ends its command with the handler's result. */
function unboxing(call: TopicCall): TopicCall {
  const { signal, dryRun, wire } = call;
  // What is settled is what was matched: an answer, or an error.
  const late: TopicCall['late'] = (settled) =>
    call.late(settled instanceof BellcrankError ? settled : (settled as Answered<unknown>).value);
  return { signal, dryRun, wire, late };
}

/** Filters of the topics on which answers to an exchange come. */
export function replyFilters({ map }: Instance, { reply, errors }: Exchange, known: Known): string[] {
  const topics = [
    reply?.kind === 'message' ? reply.hearing.topic : undefined,
    ...errors.map(({ hearing }) => hearing.topic),
  ];
  return topics.flatMap((topic) => (topic === undefined ? [] : filterOf(topic, known, map.paths)));
}
