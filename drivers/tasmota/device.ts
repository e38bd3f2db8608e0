import {
  type AnySession,
  BellcrankError,
  type Context,
  type Fields,
  type Message,
  type MessageConnection,
  type TopicCall,
  TopicExchange,
} from '../../src/driver/index.ts';
import { Dialogue, type DeviceCall } from './dialogue.ts';
import type { Document } from './document.ts';
import { Handlers } from './handlers.ts';
import { Hearing } from './hearing.ts';
import { macOf } from './identity.ts';
import { type Announced, type Inventory, inventoryOf, type Shape } from './inventory.ts';
import { Learning } from './learning.ts';
import { nothing, tasmotaModel } from './model.ts';
import type { TasmotaOptions } from './options.ts';
import { Topics } from './topics.ts';

/** A broker sends what it retained right after it granted the subscription; this bounds the wait for it. */
const lastWillWaitMs = 300;

/** Those of a stop leave together: one for each relay and shutter that a device may tell of, and the fan's. */
const maxOrders = 128;
/** What a read takes beside the answers. */
const marginMs = 500;

/** One device: what is known of it, what it says, and what it is told. */
export class TasmotaDevice {
  readonly #connection: MessageConnection;
  readonly #options: TasmotaOptions;
  readonly #context: Context;
  readonly #replyTimeoutMs: number;
  readonly #inventory: Inventory;
  readonly #exchange: TopicExchange;
  readonly #hearing: Hearing;
  readonly #dialogue: Dialogue;
  readonly #handlers: Handlers;
  #topics: Topics;
  #unsubscribe: readonly (() => Promise<void>)[] = [];
  #stopHearing: readonly (() => void)[] = [];
  #announced: string | undefined;
  #learning = new Learning();
  /** Until it has told something of itself, only what all have in common is offered. */
  #shape: Shape = { description: nothing, model: tasmotaModel, features: [] };
  #known: Shape | undefined;
  #identity: string | undefined;
  /** What the broker had kept has come: other devices may be announced with its topic. */
  #allHeard = false;
  /** How often it had started when it was asked for its sensors. */
  #starts = -1;

  constructor(connection: MessageConnection, options: TasmotaOptions, context: Context) {
    this.#connection = connection;
    this.#options = options;
    this.#context = context;
    this.#topics = new Topics(options);
    this.#inventory = inventoryOf(context.shared);
    this.#hearing = new Hearing({
      context,
      topics: () => this.#topics,
      shape: () => this.#shape,
      learn: (document) => this.#learn(document),
    });
    const { presence } = this.#hearing;
    this.#replyTimeoutMs = options.replyTimeoutMs ?? 2000;
    const settings = { timeoutMs: this.#replyTimeoutMs, maxWaiting: maxOrders, presence };
    this.#exchange = new TopicExchange(connection, context, settings);
    this.#dialogue = new Dialogue(this.#exchange, this.#hearing, () => this.#topics);
    this.#handlers = new Handlers(this.#dialogue, this.#hearing);
  }

  /** Needs the broker alone: a device that is away shows as absent, and returns by itself. */
  async attach(): Promise<AnySession> {
    await this.#inventory.listening;
    const stop = this.#inventory.follow(this.#options.topic, () => this.#announcedAnew());
    this.#context.signal.addEventListener('abort', stop, { once: true });
    this.#announce();
    await this.#listen();
    await this.#warnOfRetainedCommands(() => this.#hearing.untilLastWill(lastWillWaitMs, this.#connection.closed));
    this.#allHeard = true;
    this.#announce();
    if (this.#hearing.presence.here !== false) await this.#ask();
    return this.#session();
  }

  #session(): AnySession {
    const { commands, read, write } = this.#handlers;
    return {
      model: this.#shape.model,
      commands,
      read,
      write,
      readMany: (names, call: DeviceCall) => this.#handlers.many(names, call),
      // Its state and its sensors are two answers.
      readWithinMs: () => 2 * this.#replyTimeoutMs + marginMs,
      // It goes to a device that is said to be offline too: it may be on its way back.
      stop: (call: DeviceCall) => this.#handlers.stop(call, this.#known !== undefined),
      resync: (call: DeviceCall) => this.#resync(call),
      // Whatever it answers tells that it is there.
      ask: async (call: DeviceCall) => void (await this.#unanswered(call)),
    };
  }

  /** Who it is, and what it has. */
  async #ask(): Promise<void> {
    const query: TopicCall = {
      signal: this.#context.signal,
      dryRun: false,
      wire: this.#connection,
      late: () => {},
    };
    let silent = await this.#unanswered(query);
    // One that came back while it was asked has not heard the question.
    if (silent !== undefined && this.#hearing.presence.here === true) silent = await this.#unanswered(query);
    if (silent !== undefined) return this.#silent(silent);
    this.#hearing.presence.back('the device answered STATUS 11');
    this.#starts = this.#hearing.presence.starts;
    await this.#dialogue.answers(query, 10);
  }

  /** The number of the status that it did not tell; undefined if it answered. */
  async #unanswered(query: TopicCall): Promise<5 | 11 | undefined> {
    if (this.#identity === undefined && !(await this.#askIdentity(query))) return 5;
    return (await this.#dialogue.answers(query, 11)) === undefined ? 11 : undefined;
  }

  #silent(number: number): void {
    this.#hearing.presence.away(`the device did not answer STATUS ${number}`);
  }

  async #askIdentity(query: TopicCall): Promise<boolean> {
    const net: Fields | undefined = await this.#dialogue.answers(query, 5);
    const mac = net && macOf(net);
    if (mac !== undefined && mac !== this.#identity) {
      this.#identify(mac);
      this.#announcedAnew();
    }
    return net !== undefined;
  }

  #identify(mac: string): void {
    const { mac: wanted } = this.#options;
    if (wanted !== undefined && mac !== wanted) {
      throw new BellcrankError('identity-mismatch', `the device has the MAC address ${mac}, not ${wanted}`);
    }
    this.#context.identify(mac);
    this.#identity = mac;
  }

  /** The firmware takes commands in order; a device that has just come is asked what it has. */
  async #resync(call: DeviceCall): Promise<void> {
    this.#hearing.presence.refuseIfAway();
    // Whoever has just started may be another one with its topic.
    if (this.#identity === undefined || this.#hearing.presence.starts !== this.#starts) await this.#askIdentity(call);
    await this.#dialogue.backInStep(call);
    const { starts } = this.#hearing.presence;
    const isAnew = starts !== this.#starts;
    this.#starts = starts;
    if (isAnew || !this.#handlers.sensorsKnown) await this.#dialogue.answers(call, 10);
  }

  async #listen(): Promise<void> {
    for (const stop of this.#stopHearing) stop();
    for (const unsubscribe of this.#unsubscribe) void unsubscribe();
    const bases = [this.#topics.stat, this.#topics.tele];
    this.#stopHearing = bases.map((base) => this.#exchange.on(`${base}+`, (message) => this.#hearing.hear(message)));
    this.#unsubscribe = await Promise.all(bases.map((base) => this.#exchange.subscribe(`${base}+`)));
  }

  /** One is obeyed at every start of the device (docs, "MQTT", "Retained MQTT Messages"), whatever is sent from here. */
  async #warnOfRetainedCommands(wait: () => Promise<void>): Promise<void> {
    const unsubscribe = await this.#hearCommands(({ topic, retained }) => {
      if (!retained) return;
      this.#context.unmatched(`retained command on ${topic}`);
      this.#context.log.warn({ topic: topic.slice(0, 200) }, 'a retained command is obeyed whenever the device starts');
    });
    await wait();
    await unsubscribe?.();
  }

  /** Access rules that let commands be sent need not let them be heard. */
  async #hearCommands(listener: (message: Message) => void): Promise<(() => Promise<void>) | undefined> {
    try {
      return await this.#connection.subscribe(`${this.#topics.cmnd}+`, listener);
    } catch (error) {
      if (!(error instanceof BellcrankError) || error.code !== 'device-refused') throw error;
      this.#context.log.info({ error: error.message }, 'whether the broker keeps commands for the device is not known');
      return undefined;
    }
  }

  #announcedAnew(): void {
    const before = this.#topics;
    try {
      this.#announce();
    } catch (error) {
      if (!(error instanceof BellcrankError)) throw error;
      return this.#hearing.presence.away(error.message);
    }
    if (before.equals(this.#topics)) return;
    this.#listen().catch((error: unknown) => {
      this.#context.log.warn({ error: String(error) }, 'the new topics of the device cannot be listened to');
    });
  }

  /** Takes what is announced, if it is news. */
  #announce(): void {
    const all = this.#inventory.find(this.#options.topic);
    const { mac = all.length > 1 ? this.#identity : undefined } = this.#options;
    const [first] = all;
    const announced = all.length > 1 || mac !== undefined ? all.find(({ config }) => config.mac === mac) : first;
    // Which of several is there it has to say itself; where and in which words it says so all of them say alike, mostly.
    const likely = announced ?? (mac === undefined ? first : undefined);
    if (likely !== undefined && (this.#identity ?? likely.config.mac) === likely.config.mac) this.#takeWords(likely);
    if (announced === undefined || !this.#allHeard) return;
    const { config, sensors } = announced;
    const known = JSON.stringify(config);
    if (known !== this.#announced) this.#takeConfig(announced);
    this.#announced = known;
    if (sensors !== undefined) this.#learning.sensors(sensors);
    this.#describe();
  }

  #takeConfig({ config }: Announced): void {
    this.#identify(config.mac);
    this.#learning = new Learning(config);
  }

  #takeWords({ config }: Announced): void {
    this.#hearing.words = config.words;
    if (this.#options.fullTopic === undefined && config.topics.problem === undefined) this.#topics = config.topics;
  }

  #learn({ kind, fields }: Document): void {
    if (kind === 'state') this.#learning.state(fields);
    else if (kind === 'sensors') this.#learning.sensors(fields);
    else return;
    this.#handlers.sensorsKnown ||= kind === 'sensors';
    this.#describe();
  }

  #describe(): void {
    const shape = this.#inventory.shape(this.#learning.description);
    if (shape === this.#known) return;
    this.#known = shape;
    this.#shape = { ...shape, model: this.#context.intern(shape.model) };
    this.#handlers.take(this.#shape);
    this.#context.remodel(this.#shape.model);
  }
}
