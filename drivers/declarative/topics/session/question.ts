import { BellcrankError, type Message, type Publication } from '../../../../src/driver/index.ts';
import { type Arrived, arrivedOf, type Fields, hear } from '../message/hear.ts';
import { printJson } from '../message/json.ts';
import { printText } from '../message/text.ts';
import { printTopic } from '../message/topic.ts';
import { type Known, meaningOf, sameJson, wireOf } from '../message/wire.ts';
import type { Exchange, Instance, Reply, Sending, TopicProperty, Wanted } from '../topic-map.ts';
import { refusalBy } from './refusal.ts';

/** An exchange with all that has a value: what is published, and what answers it. */
export class Question {
  readonly publication: Publication;
  readonly #instance: Instance;
  readonly #exchange: Exchange;
  readonly #known: Known;
  readonly #replyTopic: string | undefined;
  readonly #errorTopics: readonly (string | undefined)[];

  /** Throws `invalid-request` for values that the message cannot tell, or that would make another topic of it. */
  constructor(instance: Instance, exchange: Exchange, known: Known) {
    this.#instance = instance;
    this.#exchange = exchange;
    this.#known = known;
    const topicOf = (template: Sending['topic']): string => printTopic(template, known, instance.map.paths);
    this.publication = publicationOf(exchange.send, known, topicOf);
    this.#replyTopic = replyTopicOf(instance, exchange.reply, known);
    this.#errorTopics = exchange.errors.map(({ hearing }) =>
      hearing.topic === undefined ? this.#replyTopic : topicOf(hearing.topic),
    );
  }

  get exchange(): Exchange {
    return this.#exchange;
  }
  get known(): Known {
    return this.#known;
  }
  get replyTopic(): string | undefined {
    return this.#replyTopic;
  }

  /** The fields of the answer; undefined if the message is none. Throws the refusal that it may be. */
  answer(message: Message): Fields | undefined {
    const arrived = arrivedOf(message);
    for (const [index, rule] of this.#exchange.errors.entries()) {
      const refusal = message.topic === this.#errorTopics[index] ? refusalBy(rule, arrived, this.#known) : undefined;
      if (refusal !== undefined) throw refusal;
    }
    const { reply } = this.#exchange;
    if (reply === undefined || message.topic !== this.#replyTopic) return undefined;
    return reply.kind === 'message' ? hear(reply.hearing, arrived, this.#known) : this.#state(reply, arrived);
  }

  #state({ wanted, tolerance }: Extract<Reply, { kind: 'state' }>, message: Arrived): Fields | undefined {
    const fields: Record<string, unknown> = {};
    for (const one of wanted) {
      const property = this.#instance.map.properties[one.property];
      const told = property && toldState(property, message, this.#instance.options);
      if (property === undefined || told === undefined) return undefined;
      const value = told === 'lacking' ? undefined : told.value;
      if (!this.#isAsked(one, property, value, tolerance)) return undefined;
      fields[one.property] = value;
    }
    return fields;
  }

  #isAsked({ equals }: Wanted, property: TopicProperty, told: unknown, tolerance: number): boolean {
    const asked = equals === undefined ? undefined : 'known' in equals ? this.#known[equals.known] : equals.value;
    // A parameter that was not given asks for nothing.
    if (asked === undefined) return true;
    const meaning = property.pushed && meaningOf(property.pushed.hearing.fields, 'value');
    return sameJson(told, asked, tolerance) || sameJson(wireOf(told, meaning), wireOf(asked, meaning));
  }
}

function publicationOf(send: Sending, known: Known, topicOf: (template: Sending['topic']) => string): Publication {
  const { payload } = send;
  const text =
    payload.kind === 'text'
      ? printText(payload.template, known, send.fields)
      : JSON.stringify(printJson(payload.part, known, send.fields));
  return { topic: topicOf(send.topic), payload: text, qos: send.qos };
}

function replyTopicOf({ map, options }: Instance, reply: Reply | undefined, known: Known): string | undefined {
  if (reply === undefined) return undefined;
  if (reply.kind === 'message') return printTopic(reply.hearing.topic, known, map.paths);
  const property = map.properties[reply.wanted[0]?.property ?? ''];
  return property?.pushed && stateTopicOf(property, map.paths, options);
}

/** The topic on which a property is told. */
export function stateTopicOf(property: TopicProperty, paths: ReadonlySet<string>, options: Known): string | undefined {
  return property.pushed && printTopic(property.pushed.hearing.topic, { ...options, ...property.constants }, paths);
}

/** What a message on its topic tells of a property, in a box; undefined if it is none that does. */
export function toldState(
  { pushed, constants }: TopicProperty,
  message: Arrived,
  options: Known,
): { readonly value: unknown } | 'lacking' | undefined {
  const fields = pushed && hear(pushed.hearing, message, { ...options, ...constants });
  if (fields === undefined) return undefined;
  return Object.hasOwn(fields, 'value') ? { value: fields['value'] } : 'lacking';
}

/** For an answer that carries the question's own id, and is not what was expected. */
export function nonsense(message: Message): BellcrankError {
  const said = (arrivedOf(message).text ?? `${message.payload.length} bytes`).slice(0, 100);
  return new BellcrankError('device-protocol', `the device answered ${JSON.stringify(said)} on ${message.topic}`);
}
