import { isDeepStrictEqual } from 'node:util';
import { BellcrankError, validate } from '../../../../src/driver/index.ts';
import { suggestion } from '../../../../src/yaml/suggest.ts';
import { arrivedOf, type Fields, hear } from '../message/hear.ts';
import { printTopic } from '../message/topic.ts';
import type { Known } from '../message/wire.ts';
import { presenceIn } from '../session/listening.ts';
import { Question, stateTopicOf, toldState } from '../session/question.ts';
import type { Action, Instance, TopicExample } from '../topic-map.ts';
import { messageOf, samePayload, shown } from './example-messages.ts';
import type { ReportExample } from './example-report.ts';

/** What one example says, against what comes of its messages. */
export class ExampleRun {
  readonly #instance: Instance;
  readonly #example: TopicExample;
  readonly #report: ReportExample;

  constructor(instance: Instance, example: TopicExample, report: ReportExample) {
    this.#instance = instance;
    this.#example = example;
    this.#report = report;
  }

  run(): void {
    const { read, write, command, event, online, send } = this.#example;
    const said = Object.entries({ read, write, command, event, online }).filter(([, value]) => value !== undefined);
    if (said.length > 1) this.#report(`says ${said.map(([name]) => name).join(' and ')}; it takes one of them`);
    else if (event !== undefined) this.#event(event);
    else if (online !== undefined) this.#online(online);
    else if (write !== undefined) this.#write(write);
    else if (command !== undefined) this.#command(command);
    else if (read !== undefined && send !== undefined) this.#asked(read);
    else if (read !== undefined) this.#told(read);
    else if (send !== undefined) this.#anything();
    else this.#report('says nothing: it needs `read`, `write`, `command`, `event`, `online` or `send`');
  }

  /** What the device tells unasked. */
  #told(values: Readonly<Record<string, unknown>>): void {
    const { map, options } = this.#instance;
    if (this.#example.reply.length === 0) return this.#report('needs `reply`: what the device publishes');
    for (const [name, wanted] of Object.entries(values)) {
      const property = this.#member(map.properties, name, 'read');
      if (property === undefined) continue;
      const topic = stateTopicOf(property, map.paths, options);
      if (topic === undefined) this.#report('is not `pushed`, and without `send` nobody asks', 'read', name);
      else {
        const message = this.#example.reply.find((one) => one.topic === topic && this.#mayTell(one, name));
        const found = message && toldState(property, arrivedOf(messageOf(message)), options);
        this.#compare(
          typeof found === 'object' ? found.value : undefined,
          wanted,
          'read',
          name,
          `nothing on ${topic} tells it`,
        );
        this.#checkValue(name, wanted);
      }
    }
  }

  /** What the broker had kept tells the present only where the definition says so. */
  #mayTell({ retained }: TopicExample['reply'][number], name: string): boolean {
    return retained !== true || this.#instance.map.properties[name]?.pushed?.retained === true;
  }

  #asked(values: Readonly<Record<string, unknown>>): void {
    for (const [name, wanted] of Object.entries(values)) {
      const property = this.#member(this.#instance.map.properties, name, 'read');
      if (property === undefined) continue;
      if (property.read === undefined) {
        this.#report('cannot be asked for: it has no `read`', 'read', name);
        continue;
      }
      const fields = this.#exchange(property.read, {});
      const isState = property.read.exchanges.at(-1)?.reply?.kind === 'state';
      if (fields !== undefined) this.#compare(isState ? fields[name] : fields['value'], wanted, 'read', name);
      this.#checkValue(name, wanted);
    }
  }

  #checkValue(name: string, value: unknown): void {
    const [wrong] = validate(this.#instance.map.model.properties[name]?.schema ?? {}, value);
    if (wrong !== undefined) this.#report(`is refused by the property’s schema: it ${wrong.detail}`, 'read', name);
  }

  #write(values: Readonly<Record<string, unknown>>): void {
    const { map } = this.#instance;
    for (const [name, value] of Object.entries(values)) {
      const property = this.#member(map.properties, name, 'write');
      if (property === undefined) continue;
      const spec = map.model.properties[name];
      if (property.write === undefined || spec === undefined || spec.access === 'read') {
        this.#report('cannot be written', 'write', name);
        continue;
      }
      const [wrong] = validate(spec.write.schema ?? spec.schema, value);
      if (wrong !== undefined) this.#report(`is refused by the schema: it ${wrong.detail}`, 'write', name);
      else this.#exchange(property.write, { value });
    }
  }

  #command({ name, params, result }: NonNullable<TopicExample['command']>): void {
    const { map } = this.#instance;
    const action = this.#member(map.commands, name, 'command');
    const spec = map.model.commands[name];
    if (action === undefined || spec === undefined) return;
    const [wrong] = validate(spec.params, params);
    if (wrong !== undefined) {
      const what = `${wrong.pointer || 'it'} ${wrong.detail}`;
      return this.#report(`is refused by the parameters’ schema: ${what}`, 'command', name);
    }
    const fields = this.#exchange(action, { ...action.defaults, ...params });
    if (fields === undefined || result === undefined) return;
    const wanted = typeof result === 'object' && result !== null ? Object.entries(result) : [];
    for (const [field, value] of wanted) this.#compare(fields[field], value, 'result', field);
  }

  /** Messages that only must be understood: of any exchange that takes no parameters. */
  #anything(): void {
    const { map } = this.#instance;
    const actions = [
      ...Object.values(map.commands),
      ...Object.values(map.properties).flatMap(({ read }) => read ?? []),
      ...(map.stop ? [map.stop] : []),
      { exchanges: [...map.init, ...map.resync], defaults: {}, constants: {} },
    ];
    const all = actions.flatMap(({ exchanges, defaults, constants }) =>
      exchanges.map((exchange) => ({ exchange, constants, defaults })),
    );
    const exchanges = all.map(({ exchange }) => exchange);
    const constants = Object.assign({}, ...all.map((one) => ({ ...one.constants, ...one.defaults }))) as Known;
    this.#exchange(
      { exchanges, constants: constants as Action['constants'] },
      {},
      'is nothing that is sent without parameters',
    );
  }

  /** The fields of the answer, of the exchange that has this `send`; undefined where there are none to compare. */
  #exchange(action: Pick<Action, 'exchanges' | 'constants'>, params: Known, otherwise?: string): Fields | undefined {
    const { send, id = 1 } = this.#example;
    const known = { ...this.#instance.options, ...action.constants, ...params, id };
    const refusals: string[] = [];
    const questions = action.exchanges.flatMap((exchange) => this.#question(exchange, known, refusals));
    const found = questions.find(({ publication }) => this.#isSent(publication));
    if (found !== undefined) return this.#answer(found);
    const [first] = questions;
    const would = first === undefined ? refusals[0] : `${shown(first.publication)} would be published`;
    if (send === undefined) this.#report(`needs \`send\`: ${would ?? 'what is published'}`);
    else this.#report(otherwise ?? would ?? 'nothing like it would be published', 'send');
    return undefined;
  }

  #question(exchange: Action['exchanges'][number], known: Known, refusals: string[]): Question[] {
    try {
      return [new Question(this.#instance, exchange, known)];
    } catch (thrown) {
      // What takes parameters that the example does not give is not what it is about.
      if (!(thrown instanceof BellcrankError)) throw thrown;
      refusals.push(`cannot be sent: ${thrown.message}`);
      return [];
    }
  }

  #isSent({ topic, payload }: Question['publication']): boolean {
    const { send } = this.#example;
    return send?.topic === topic && samePayload(send.payload, String(payload));
  }

  #answer(question: Question): Fields | undefined {
    const { reply, error: code } = this.#example;
    if (reply.length === 0) {
      if (question.exchange.reply !== undefined) this.#report('needs `reply`: the device answers this', 'send');
      else if (code !== undefined) this.#report('but nothing tells it: there is no `reply`', 'error');
      return undefined;
    }
    for (const message of reply) {
      if (message.retained === true) continue;
      const { topic, payload } = question.publication;
      if (message.topic === topic && samePayload(message.payload, String(payload))) {
        this.#report('is the message that is published itself, which answers nothing', 'reply');
        return undefined;
      }
      try {
        const fields = question.answer(messageOf(message));
        if (fields === undefined) continue;
        if (code !== undefined) this.#report('but the reply is no error', 'error');
        return fields;
      } catch (thrown) {
        if (!(thrown instanceof BellcrankError)) throw thrown;
        if (code === undefined) this.#report(`is an error: ${thrown.message}`, 'reply');
        else if (thrown.device?.code !== code)
          this.#report(`but the reply tells ${JSON.stringify(thrown.device?.code)}`, 'error');
        return undefined;
      }
    }
    const where =
      question.replyTopic === undefined ? 'nothing answers this' : `an answer comes on ${question.replyTopic}`;
    this.#report(`is not the answer: ${where}`, 'reply');
    return undefined;
  }

  #event(events: Readonly<Record<string, unknown>>): void {
    const { map, options } = this.#instance;
    for (const [name, wanted] of Object.entries(events)) {
      const event = this.#member(map.events, name, 'event');
      const spec = map.model.events[name];
      if (event === undefined || spec === undefined) continue;
      const topic = printTopic(event.hearing.topic, options, map.paths);
      const heard = this.#example.reply
        .filter((one) => one.topic === topic && one.retained !== true)
        .map((one) => hear(event.hearing, arrivedOf(messageOf(one)), options))
        .find((fields) => fields !== undefined);
      const data = heard && Object.fromEntries(event.data.map((field) => [field, heard[field]]));
      this.#compare(data, wanted, 'event', name, `nothing on ${topic} tells it`);
      const [wrong] = validate(spec.data, wanted);
      if (wrong !== undefined)
        this.#report(`is refused by the event’s schema: ${wrong.pointer} ${wrong.detail}`, 'event', name);
    }
  }

  #online(wanted: boolean): void {
    const { map, options } = this.#instance;
    if (map.availability === undefined) return this.#report('but there is no `topics.availability`', 'online');
    const topic = printTopic(map.availability.topic, options, map.paths);
    const message = this.#example.reply.find((one) => one.topic === topic);
    const found = message && presenceIn(map.availability, messageOf(message));
    if (found !== wanted) this.#report(`nothing on ${topic} tells it`, 'online');
  }

  #compare(
    found: unknown,
    wanted: unknown,
    key: 'read' | 'result' | 'event',
    name: string,
    otherwise = 'the reply does not tell it',
  ): void {
    if (isDeepStrictEqual(found, wanted)) return;
    this.#report(found === undefined ? otherwise : `the reply tells ${JSON.stringify(found)}`, key, name);
  }

  #member<T>(
    map: Readonly<Record<string, T>>,
    name: string,
    key: 'read' | 'write' | 'command' | 'event',
  ): T | undefined {
    if (Object.hasOwn(map, name)) return map[name];
    const what = key === 'command' || key === 'event' ? key : 'property';
    this.#report(`names no ${what}${suggestion(name, Object.keys(map))}`, key, name);
    return undefined;
  }
}
