import {
  type AnySession,
  BellcrankError,
  type Call,
  type Context,
  delay,
  type Evidence,
  type Message,
  type MessageConnection,
  type MessageWire,
} from '../../../../src/driver/index.ts';
import { verdict } from '../../session/judge.ts';
import type { Fields } from '../message/hear.ts';
import { filterOf } from '../message/topic.ts';
import { type Known, sameJson } from '../message/wire.ts';
import type { Action, Exchange, Instance } from '../topic-map.ts';
import { Asking, replyFilters, type Terms } from './asking.ts';
import { disjoint, fits } from './filters.ts';
import { allExchanges, carriesId } from './ids.ts';
import { Listening } from './listening.ts';
import { Reads } from './reads.ts';

type DeviceCall = Call<MessageWire>;

/** A broker sends what it retained right after it granted the subscription; this bounds the wait for it. */
const lastWillWaitMs = 300;

/** One device on a broker that a topic map describes. */
export class TopicSession {
  readonly #instance: Instance;
  readonly #connection: MessageConnection;
  readonly #context: Context;
  readonly #asking: Asking;
  readonly #listening: Listening;
  readonly #reads: Reads;

  constructor(instance: Instance, connection: MessageConnection, context: Context) {
    this.#instance = instance;
    this.#connection = connection;
    this.#context = context;
    this.#listening = new Listening(instance, context);
    this.#asking = new Asking(instance, connection, context, this.#listening.presence);
    this.#reads = new Reads(instance, this.#asking);
  }

  /** Needs the broker alone: a device that is away shows as absent, and returns by itself. */
  async attach(): Promise<void> {
    this.#asking.checkVersion();
    const { plain, correlatedFilters } = this.#asking;
    for (const topic of this.#listening.topics) plain.on(topic, (message) => this.#listening.hear(message));
    for (const filter of correlatedFilters) plain.on(filter, (message) => this.#takeAnswer(message));
    for (const filter of this.#filters()) await plain.subscribe(filter);
    if (this.#instance.map.availability === undefined) return;
    await this.#untilAnnounced();
    this.#listening.unannounced();
  }

  handlers(): AnySession {
    const { map } = this.#instance;
    const { stop } = map;
    const writable = Object.entries(map.properties).flatMap(([name, { write }]) =>
      write ? [[name, write] as const] : [],
    );
    const readable = this.#reads.names;
    return {
      model: map.model,
      commands: Object.fromEntries(
        Object.entries(map.commands).map(([name, action]) => [
          name,
          (params: Known, call: DeviceCall) => this.#command(name, action, params, call),
        ]),
      ),
      read: Object.fromEntries(readable.map((name) => [name, (call: DeviceCall) => this.#read(name, call)])),
      write: Object.fromEntries(
        writable.map(([name, action]) => [
          name,
          (value: unknown, call: DeviceCall) => this.#write(action, value, call),
        ]),
      ),
      readMany: (names: readonly string[], call: DeviceCall) => this.#many(names, call),
      readTogether: (names: readonly string[]) => this.#reads.together(names),
      readWithinMs: (names: readonly string[]) => this.#reads.withinMs(names),
      init: (call: DeviceCall) => this.#init(call),
      ...(stop && { stop: (call: DeviceCall) => this.#run(stop, {}, call, nothing) }),
      resync: (call: DeviceCall) => this.#resync(call),
      ...(readable.length > 0 && { ask: (call: DeviceCall) => this.#askPresence(call) }),
    };
  }

  /** All that it hears, without filters that fit the same topic. */
  #filters(): string[] {
    const { map, options } = this.#instance;
    const answers = allExchanges(map).flatMap(({ exchange, constants }) =>
      replyFilters(this.#instance, exchange, { ...options, ...constants }),
    );
    return disjoint([...this.#listening.topics, ...answers]);
  }

  #takeAnswer(message: Message): void {
    if (this.#asking.take(message) || this.#listening.topics.includes(message.topic)) return;
    const isPlain = this.#plainFilters().some((filter) => fits(filter, message.topic));
    if (!isPlain) this.#context.unmatched(`message without an id on ${message.topic}`);
  }

  #plainFilters(): string[] {
    const { map, options } = this.#instance;
    const plain = allExchanges(map).filter(({ exchange }) => !carriesId(exchange));
    return plain.flatMap(({ exchange: { reply }, constants }) =>
      reply?.kind === 'message' ? filterOf(reply.hearing.topic, { ...options, ...constants }, map.paths) : [],
    );
  }

  async #untilAnnounced(): Promise<void> {
    const { clock } = this.#context;
    const { promise, resolve } = Promise.withResolvers<void>();
    // What has been read by then is heard first.
    const timer = clock.timer(lastWillWaitMs, () => void clock.ioTurn().then(resolve));
    try {
      await Promise.race([promise, this.#listening.announced, this.#connection.closed]);
    } finally {
      timer.cancel();
    }
  }

  async #command(name: string, action: Action, params: Known, call: DeviceCall): Promise<unknown> {
    this.#listening.presence.refuseIfAway();
    const { properties } = this.#instance.map.model.commands[name]?.result ?? {};
    const names = Object.keys(properties ?? {});
    const resultOf = (fields: Fields): Fields =>
      Object.fromEntries(names.filter((one) => Object.hasOwn(fields, one)).map((one) => [one, fields[one]]));
    return await this.#run(action, { ...action.defaults, ...params }, call, resultOf);
  }

  async #write(action: Action, value: unknown, call: DeviceCall): Promise<void> {
    this.#listening.presence.refuseIfAway();
    await this.#run(action, { value }, call, nothing);
  }

  async #run<T>(action: Action, params: Known, call: DeviceCall, resultOf: (fields: Fields) => T): Promise<T> {
    const { exchanges, constants, reaches } = action;
    const known = { ...this.#instance.options, ...constants, ...params };
    const last = exchanges.length - 1;
    let told: Fields = {};
    const part = { final: false, resultOf: (fields: Fields) => ({ ...told, ...fields }) };
    // The last answer ends the handler; what the others told is a part of the result.
    const whole = { final: true, resultOf: (fields: Fields) => resultOf({ ...told, ...fields }) };
    for (const [index, exchange] of exchanges.entries()) {
      if (index < last) told = (await this.#step(call, exchange, known, part, index)).value;
      else {
        const { value, by } = await this.#step(call, exchange, known, whole, index);
        if (by !== undefined) call.confirm(reaches, by);
        return value;
      }
    }
    throw new BellcrankError('driver-fault', `${action.path.join('.')} has nothing to publish`);
  }

  async #step<T>(
    call: DeviceCall,
    exchange: Exchange,
    known: Known,
    terms: Terms<T>,
    index: number,
  ): Promise<{ readonly value: T; readonly by?: Evidence }> {
    try {
      if (!call.dryRun && this.#isSoAlready(exchange, known)) return await this.#askAfter(call, exchange, known, terms);
      const { value, by } = await this.#asking.ask(call, exchange, known, terms);
      return { value, ...(by && { by: evidence(by) }) };
    } catch (error) {
      throw index > 0 ? lateRefusal(error) : error;
    }
  }

  /** The state asked for is what the device told last, so that it may see no reason to tell it again. */
  #isSoAlready({ reply }: Exchange, known: Known): boolean {
    if (reply?.kind !== 'state') return false;
    const asked = askedOf(reply, known);
    return (
      asked.length > 0 &&
      asked.every(([name, value]) => this.#reads.names.includes(name) && sameJson(this.#listening.last(name), value))
    );
  }

  /** Does it all the same, and asks rather than waits. */
  async #askAfter<T>(
    call: DeviceCall,
    { reply, ...silent }: Exchange,
    known: Known,
    { resultOf }: Terms<T>,
  ): Promise<{ readonly value: T; readonly by: Evidence }> {
    const { unanswered } = await this.#asking.ask(call, silent, known, { final: false, resultOf: nothing });
    const asked = reply?.kind === 'state' ? askedOf(reply, known) : [];
    const names = asked.map(([name]) => name);
    const told = await this.#reads.many(names, call, { ours: unanswered });
    for (const [name, value] of asked) {
      if (told[name] instanceof BellcrankError) throw told[name];
      if (sameJson(told[name], value)) continue;
      throw new BellcrankError('device-protocol', `the device tells ${name} ${JSON.stringify(told[name])} afterwards`);
    }
    return { value: resultOf(told), by: { asked: JSON.stringify(told).slice(0, 200) } };
  }

  async #read(name: string, call: DeviceCall): Promise<unknown> {
    this.#listening.presence.refuseIfAway();
    return await this.#reads.one(name, call);
  }

  /** A device need not tell all that its map has; one that does not tell what it told last is silent. */
  async #many(names: readonly string[], call: DeviceCall): Promise<Fields> {
    this.#listening.presence.refuseIfAway();
    const { likeliest = '' } = this.#reads;
    const told = await this.#reads.many(names, call);
    const its = told[likeliest];
    if (its instanceof BellcrankError && its.code === 'device-timeout') throw its;
    return told;
  }

  /** What it needs, and then the states that it can be asked for; one that it does not tell is not known, and no failure. */
  async #init(call: DeviceCall): Promise<void> {
    const { map, options } = this.#instance;
    const { presence } = this.#listening;
    if (map.init.length > 0) presence.refuseIfAway();
    for (const exchange of map.init)
      await this.#asking.ask(call, exchange, options, { final: false, resultOf: nothing });
    if (presence.here === false) return;
    const pushed = this.#reads.names.filter((name) => map.properties[name]?.pushed !== undefined);
    const told = await this.#reads.many(pushed, call, { once: true });
    for (const [name, value] of Object.entries(told)) {
      if (!(value instanceof BellcrankError)) this.#context.report(name, value);
    }
  }

  async #askPresence(call: DeviceCall): Promise<void> {
    const { likeliest: name = '' } = this.#reads;
    await this.#reads.one(name, call);
    this.#listening.presence.back(`the device tells ${name}`);
  }

  /** Asks what it can ask, so that older answers have come; else waits as long as one may take. */
  async #resync(call: DeviceCall): Promise<void> {
    const { map, options } = this.#instance;
    this.#listening.presence.refuseIfAway();
    for (const exchange of map.resync)
      await this.#asking.ask(call, exchange, options, { final: false, resultOf: nothing });
    if (map.resync.length === 0 && (await this.#reads.any(call)) === undefined)
      await delay(this.#context.clock, map.replyTimeoutMs, call.signal);
    this.#asking.plain.forget();
  }
}

function nothing(): undefined {
  return undefined;
}

function evidence({ topic, payload }: Message): Evidence {
  return { topic, payload: Buffer.from(payload.subarray(0, 200)).toString('utf8') };
}

/** Properties, and what they were asked to be. */
function askedOf(
  { wanted }: Extract<NonNullable<Exchange['reply']>, { kind: 'state' }>,
  known: Known,
): [string, unknown][] {
  return wanted.flatMap(({ property, equals }): [string, unknown][] => {
    const value = equals === undefined ? undefined : 'known' in equals ? known[equals.known] : equals.value;
    return value === undefined ? [] : [[property, value]];
  });
}

/** What came before it has happened: nothing is as it was. */
function lateRefusal(error: unknown): unknown {
  if (!(error instanceof BellcrankError) || error.outcome !== 'refused' || error.device === undefined) return error;
  return verdict('failed', error.device.code, error.device.text);
}
