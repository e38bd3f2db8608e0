import {
  type AnyDriver,
  type AnySession,
  BellcrankError,
  type Connection,
  type Context,
  contractVersion,
  type Message,
  type MessageConnection,
  type Model,
  RpcExchanges,
  together,
  type TopicCall,
  type Value,
} from '../../src/driver/index.ts';
import { type Component, componentsOf, type Info, maxComponents } from './describe.ts';
import { type Handlers, handlersOf, noHandlers, readMany, stopOrders, type Tools } from './handlers.ts';
import { Hearing } from './hearing.ts';
import { Inventory } from './inventory.ts';
import { shellyGen2Model, shellyGen2Options } from './model.ts';
import { Orders, type ShellyCall } from './orders.ts';
import { modelOf } from './specs.ts';
import { Talk } from './talk.ts';

type Options = Value<typeof shellyGen2Options>;

/** A broker sends what it retained right after it granted the subscription; this bounds the wait for it. */
const onlineWaitMs = 300;

const defaultReplyTimeoutMs = 2000;
/** What a read takes beside the answer. */
const marginMs = 500;
/** A stop asks two things of each component, all at once; and four commands may be under way. */
const maxWaiting = 2 * maxComponents + 16;

class Shelly {
  readonly #connection: MessageConnection;
  readonly #context: Context;
  readonly #topic: string;
  readonly #replyTimeoutMs: number;
  readonly #hearing: Hearing;
  readonly #tools: Tools;
  #components: readonly Component[] = [];
  #handlers: Handlers = noHandlers;
  #model: Model | undefined;

  constructor(
    connection: MessageConnection,
    { topic, replyTimeoutMs = defaultReplyTimeoutMs }: Options,
    talk: Talk,
    context: Context,
  ) {
    this.#connection = connection;
    this.#context = context;
    this.#topic = topic;
    this.#replyTimeoutMs = replyTimeoutMs;
    this.#hearing = new Hearing(context);
    const orders = new Orders(talk, context.clock, topic);
    this.#tools = { talk, orders, topic, presence: this.#hearing.presence };
  }

  /**
   * Needs the broker alone: a device that its broker says is away, or says nothing of, shows as absent and returns by
   * itself. One that is said to be there and does not answer is asked again later.
   */
  async attach(): Promise<void> {
    const { presence } = this.#hearing;
    await this.#listen('events/rpc', (message) => this.#hearing.hearNotification(message));
    await this.#listen('status/+', (message) => this.#hearing.hearStatus(message));
    await this.#listen('online', (message) => this.#hearing.hearOnline(message));
    await this.#hearing.untilOnlineIsTold(onlineWaitMs, this.#connection.closed);
    if (this.#hearing.saysOnline === false) return;
    const { signal } = this.#context;
    const query: TopicCall = { signal, dryRun: false, wire: this.#connection, late: () => {} };
    try {
      await this.#describe(query);
      presence.back('the device answered');
    } catch (error) {
      const silent = error instanceof BellcrankError && error.code === 'device-timeout';
      if (!silent || this.#hearing.saysOnline === true) throw error;
      presence.away('the device was not announced on this broker, and does not answer');
    }
  }

  session(): AnySession {
    const handlers = (): Handlers => this.#handlers;
    return {
      ...(this.#model && { model: this.#model }),
      get commands() {
        return handlers().commands;
      },
      get read() {
        return handlers().read;
      },
      get write() {
        return handlers().write;
      },
      readMany: (names: readonly string[], call: ShellyCall) => readMany(names, this.#components, call, this.#tools),
      readWithinMs: () => this.#replyTimeoutMs + marginMs,
      stop: (call: ShellyCall) => this.#stop(call),
      resync: (call: ShellyCall) => this.#resync(call),
      ask: (call: ShellyCall) => this.#ask(call),
    };
  }

  async #listen(what: string, listener: (message: Message) => void): Promise<void> {
    await this.#connection.subscribe(`${this.#topic}/${what}`, listener);
  }

  /** Who it is and what it has; its handlers and its model follow. */
  async #describe(call: TopicCall): Promise<void> {
    const info = await this.#tools.talk.info(call, this.#topic);
    this.#context.identify(info.id);
    const status = await this.#tools.talk.status(call, this.#topic);
    this.#become(info, componentsOf(status));
    this.#hearing.report(status);
  }

  #become(info: Info, components: readonly Component[]): void {
    const model = this.#context.intern(modelOf(info, components));
    this.#components = components;
    this.#handlers = handlersOf(components, this.#tools);
    this.#hearing.know(components);
    if (this.#model !== model) this.#context.remodel(model);
    this.#model = model;
  }

  /** It goes to a device that is said to be offline too: it may be on its way back. */
  async #stop(call: ShellyCall): Promise<void> {
    const orders = stopOrders(this.#components);
    if (orders.length === 0) {
      throw new BellcrankError('device-offline', 'what the device has is not known yet; nothing was sent');
    }
    await together(orders.map((order) => this.#tools.orders.give(call, order, () => {})));
    call.confirm('confirmed', { stopped: orders.map(({ component }) => component.key).join(' ') });
  }

  /** Answers carry ids, so nothing is out of step but what is known of the device. */
  async #resync(call: ShellyCall): Promise<void> {
    this.#hearing.presence.refuseIfAway();
    await this.#describe(call);
  }

  async #ask(call: ShellyCall): Promise<void> {
    await this.#describe(call);
    this.#hearing.presence.back('the device answered');
  }
}

/** A Shelly of the second generation or later, whatever it has, over MQTT (docs, "Gen2+ devices", "RPC protocol", "MQTT"). */
export const shellyGen2Driver: AnyDriver = {
  contract: contractVersion,
  model: shellyGen2Model,
  transports: ['mqtt'],
  options: shellyGen2Options,
  selfDescribing: true,
  // Answers carry ids, and the device takes several requests at once.
  maxInFlight: 4,
  address: (options) => optionsOf(options).topic,
  async attach(connection, options, context) {
    const talk = await talkOf(optionsOf(options), context);
    const shelly = new Shelly(messagesOf(connection), optionsOf(options), talk, context);
    await shelly.attach();
    return shelly.session();
  },
  async discover(_connection, discovery, { shared, signal }) {
    const inventory = shared.get('shelly-gen2/inventory', (its, upkeep) => new Inventory(its, upkeep));
    await inventory.tell(discovery, signal);
  },
};

/** Of the device and not of the session: an answer may come when the device has been attached anew. */
function talkOf({ topic, replyTimeoutMs = defaultReplyTimeoutMs }: Options, context: Context): Promise<Talk> {
  const talks = context.shared.get('shelly-gen2/talks', (its, upkeep) => new RpcExchanges<Talk>(its, upkeep));
  const settings = { timeoutMs: replyTimeoutMs, maxWaiting };
  return talks.of(`${topic} ${replyTimeoutMs}`, context, (its, parts) => new Talk(its, parts, settings));
}

/** The runtime has validated them against the schema that this type is inferred from. */
function optionsOf(options: unknown): Options {
  return options as Options;
}

function messagesOf(connection: Connection | null): MessageConnection {
  if (connection?.shape === 'messages') return connection;
  throw new BellcrankError('driver-fault', 'a Shelly is reached over MQTT alone');
}
