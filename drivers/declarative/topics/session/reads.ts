import {
  BellcrankError,
  type Call,
  type Message,
  type MessageWire,
  type Publication,
} from '../../../../src/driver/index.ts';
import { isOurs } from '../../../../src/driver/asking.ts';
import type { Fields } from '../message/hear.ts';
import type { Action, Instance } from '../topic-map.ts';
import type { Asking } from './asking.ts';
import { carriesId } from './ids.ts';
import { Question } from './question.ts';

type DeviceCall = Call<MessageWire>;

/** What a read takes beside the answers. */
const marginMs = 500;

export interface ReadOptions {
  /** What is silent is not asked on. */
  readonly once?: boolean;
  /** What was published just before, and may come back while they are asked for. */
  readonly ours?: Publication | undefined;
}

interface Asked {
  readonly name: string;
  readonly question: Question;
}

/** Properties that can be asked for; those that are asked with one and the same message share it. */
export class Reads {
  readonly #instance: Instance;
  readonly #asking: Asking;
  readonly #actions: ReadonlyMap<string, Action>;
  /** What was told last. */
  #told: string | undefined;

  constructor(instance: Instance, asking: Asking) {
    this.#instance = instance;
    this.#asking = asking;
    const entries = Object.entries(instance.map.properties);
    this.#actions = new Map(entries.flatMap(([name, { read }]) => (read ? [[name, read] as const] : [])));
  }

  get names(): readonly string[] {
    return [...this.#actions.keys()];
  }

  /** Which of them the device tells most likely. */
  get likeliest(): string | undefined {
    return this.#told ?? this.names[0];
  }

  async one(name: string, call: DeviceCall): Promise<unknown> {
    const value = (await this.many([name], call))[name];
    if (value instanceof BellcrankError) throw value;
    return value;
  }

  /** Asks until one is told, and says which: a device need not have all that its map has. */
  async any(call: DeviceCall): Promise<string | undefined> {
    const { likeliest } = this;
    const names = new Set([...(likeliest === undefined ? [] : [likeliest]), ...this.names]);
    let failure: unknown;
    for (const name of names) {
      const value = (await this.many([name], call))[name];
      if (!(value instanceof BellcrankError)) return name;
      failure ??= value;
    }
    if (failure !== undefined) throw failure;
    return undefined;
  }

  /** By name; the error of one that was not told stands in place of its value. */
  async many(names: readonly string[], call: DeviceCall, { once = false, ours }: ReadOptions = {}): Promise<Fields> {
    const told: Record<string, unknown> = {};
    for (const group of this.#groups(names)) {
      try {
        Object.assign(told, await this.#askGroup(group, call, ours));
        this.#told = group[0]?.name;
      } catch (error) {
        // What ends the call, or is no word of the device's, ends them all.
        if (call.signal.aborted || !(error instanceof BellcrankError)) throw error;
        for (const { name } of group) told[name] = error;
        if (once && error.code === 'device-timeout') break;
      }
    }
    return told;
  }

  /** What is asked with one message is worth one turn: others have theirs in between. */
  together(names: readonly string[]): readonly (readonly string[])[] {
    return this.#groups(names).map((group) => group.map(({ name }) => name));
  }

  /** How long all of them may take: one question after the other, each as long as its answer. */
  withinMs(names: readonly string[]): number {
    const { replyTimeoutMs } = this.#instance.map;
    const waits = names.map((name) => this.#actions.get(name)?.exchanges.at(-1)?.reply?.timeoutMs ?? replyTimeoutMs);
    return waits.reduce((sum, ms) => sum + ms, marginMs);
  }

  #groups(names: readonly string[]): Asked[][] {
    const groups = new Map<string, Asked[]>();
    for (const name of names) {
      const action = this.#actions.get(name);
      const exchange = action?.exchanges.at(-1);
      if (action === undefined || exchange === undefined) continue;
      const question = new Question(this.#instance, exchange, this.#known(action));
      const { topic, payload } = question.publication;
      const key = JSON.stringify([topic, String(payload), question.replyTopic]);
      groups.set(key, [...(groups.get(key) ?? []), { name, question }]);
    }
    return [...groups.values()];
  }

  /** The id is the same for all, so that equal questions are equal; one that is asked by its id gets one of its own. */
  #known({ constants }: Action): Fields {
    return { ...this.#instance.options, ...constants, id: 0 };
  }

  async #askGroup(group: readonly Asked[], call: DeviceCall, ours: Publication | undefined): Promise<Fields> {
    const [first] = group;
    if (first === undefined) return {};
    const { exchange, publication } = first.question;
    const terms = { final: group.length === 1, resultOf: (fields: Fields) => fields };
    if (carriesId(exchange)) return await this.#askById(group, call);
    const answer = (message: Message): Fields | undefined =>
      ours !== undefined && isOurs(ours, message) ? undefined : together(group, message);
    return (await this.#asking.waitFor(call, { answer, exchange }, publication, terms)).value;
  }

  /** Each has an id, and so an answer, of its own. */
  async #askById(group: readonly Asked[], call: DeviceCall): Promise<Fields> {
    const told: Record<string, unknown> = {};
    for (const { name, question } of group) {
      const { id: _, ...known } = question.known;
      const terms = { final: false, resultOf: (fields: Fields) => valueIn(name, question, fields) };
      told[name] = (await this.#asking.ask(call, question.exchange, known, terms)).value;
    }
    return told;
  }
}

/** One message answers all that were asked together; what it does not tell is an error of its own. */
function together(group: readonly Asked[], message: Message): Fields | undefined {
  const told = group.map(({ name, question }) => {
    const fields = question.answer(message);
    return [name, fields && valueIn(name, question, fields)] as const;
  });
  if (told.every(([, value]) => value === undefined)) return undefined;
  return Object.fromEntries(
    told.map(([name, value]) => [
      name,
      value ?? new BellcrankError('device-protocol', `the answer does not tell ${name}`),
    ]),
  );
}

function valueIn(name: string, { exchange }: Question, fields: Fields): unknown {
  const value = exchange.reply?.kind === 'state' ? fields[name] : fields['value'];
  if (value !== null) return value;
  return new BellcrankError('device-failed', `the device tells that it does not know ${name}`);
}
