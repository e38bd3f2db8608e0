import {
  type AnyDriver,
  type AnySession,
  type Asker,
  type AskerParts,
  BellcrankError,
  type Call,
  type Connection,
  type Context,
  contractVersion,
  type Fields,
  handlersOf,
  type Message,
  type MessageConnection,
  type MessageWire,
  type Model,
  NumberedIds,
  payloadText,
  Presence,
  RpcExchange,
  type RpcExchangeOptions,
  RpcExchanges,
  RpcIds,
  type RpcIdSource,
  settledWithin,
  together,
  type TopicCall,
} from '../../src/driver/index.ts';
import { checkConfirmed, levelOf, resultOf } from './answer.ts';
import { Dialect } from './dialect.ts';
import {
  confirmationOf,
  type Method,
  modelOf,
  mqttRpcModel,
  mqttRpcOptions,
  type MqttRpcOptions,
  wireName,
} from './model.ts';

type RpcCall = Call<MessageWire>;

/** A broker sends what it retained right after it granted the subscription; this bounds the wait for it. */
const availabilityWaitMs = 300;
const probeTimeoutMs = 2000;

/** One device's requests and answers. */
class Rpc implements Asker, RpcExchangeOptions {
  readonly dialect: Dialect;
  readonly exchange: RpcExchange;
  readonly ids: RpcIdSource;

  constructor(options: MqttRpcOptions, connection: MessageConnection, parts: AskerParts) {
    this.dialect = new Dialect(options, parts.randomBytes);
    this.ids = options.numberedIds ? new NumberedIds(parts.randomBytes) : new RpcIds(parts.randomBytes);
    this.exchange = new RpcExchange(connection, parts, this);
  }

  idOf(message: Message): string | undefined {
    return this.dialect.idOf(message);
  }

  listen(): Promise<() => Promise<void>> {
    return this.exchange.subscribe(this.dialect.answers);
  }
}

/** What the runtime holds of a device: there may be ten thousand, so its handlers are made when they are looked up. */
class RpcDevice implements AnySession {
  readonly model: Model;
  /** Of a device that can be stopped. */
  readonly stop?: (call: RpcCall) => Promise<void>;
  readonly #connection: MessageConnection;
  readonly #options: MqttRpcOptions;
  readonly #context: Context;
  readonly #dialect: Dialect;
  readonly #exchange: RpcExchange;
  readonly #presence: Presence;
  /** While its last will is waited for. */
  #told: (() => void) | undefined;

  constructor(connection: MessageConnection, model: Model, options: MqttRpcOptions, rpc: Rpc, context: Context) {
    const { dialect, exchange } = rpc;
    this.model = model;
    if (options.stop !== undefined) this.stop = (call) => this.#stop(call);
    this.#connection = connection;
    this.#options = options;
    this.#context = context;
    this.#dialect = dialect;
    this.#exchange = exchange;
    this.#presence = new Presence(context);
  }

  async attach(): Promise<void> {
    await this.#learnPresence();
    if (this.#presence.here !== false && this.#options.probe !== undefined) await this.#probe(this.#query());
  }

  get commands(): AnySession['commands'] {
    const { methods } = this.#options;
    const find = (name: string) => {
      const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
      return method && ((params: Fields, call: RpcCall) => this.#command(name, method, params, call));
    };
    return handlersOf(() => Object.keys(methods), find);
  }

  #query(): TopicCall {
    return { signal: this.#context.signal, dryRun: false, wire: this.#connection, late: () => {} };
  }

  /** What its last will says, if it has one; of a device that was never announced nobody knows. */
  async #learnPresence(): Promise<void> {
    const { availability } = this.#options;
    if (availability === undefined) return;
    const topic = this.#dialect.fill(availability.topic);
    // What is retained may come before the subscription is known to be granted.
    const told = Promise.withResolvers<void>();
    this.#told = told.resolve;
    await this.#connection.subscribe(topic, (message) => this.#hear(message));
    await settledWithin(availabilityWaitMs, this.#context, this.#connection.closed, told.promise);
    this.#told = undefined;
    if (this.#presence.here === undefined) this.#presence.away(`nothing was heard on ${topic} yet`);
  }

  #hear({ topic, payload, retained }: Message): void {
    const { online = 'online', offline = 'offline' } = this.#options.availability ?? {};
    const text = payloadText(payload, 1000);
    if (text === offline) this.#presence.away(`the device says ${offline} on ${topic}`);
    else if (text !== online) return this.#context.unmatched(`unreadable payload on ${topic}`);
    else if (retained) this.#presence.back(`the device said ${online}`);
    else this.#presence.restarted(`the device says ${online}`);
    this.#told?.();
  }

  async #command(name: string, method: Method, params: Fields, call: RpcCall): Promise<unknown> {
    this.#presence.refuseIfAway();
    if (method.noAnswer) return await this.#send(name, method, params, call);
    const level = levelOf(method, params);
    // An answer that comes late must not claim more than one in time.
    const final = level === confirmationOf(method) ? true : 'refusal';
    const result = await this.#ask(name, method, params, call, final);
    call.confirm(level, {
      method: wireName(name, method),
      result: (JSON.stringify(result) ?? '').slice(0, 300),
    });
    return result;
  }

  #ask(
    name: string,
    method: Method,
    params: Fields,
    call: TopicCall,
    final: boolean | 'refusal',
    timeoutMs?: number,
  ): Promise<unknown> {
    const read = (message: Message): unknown => {
      const result = resultOf(message, method, this.#dialect.places);
      checkConfirmed(result, params, method);
      return result;
    };
    const wait = timeoutMs ?? this.#options.replyTimeoutMs ?? method.timeoutMs ?? 5000;
    const publication = (id: string) => this.#dialect.publication(id, wireName(name, method), params);
    return this.#exchange.request(call, publication, { read, final, timeoutMs: wait });
  }

  /** No answer comes, so none is waited for. */
  async #send(name: string, method: Method, params: Fields, call: RpcCall): Promise<unknown> {
    const { topic, payload, ...options } = this.#dialect.publication(
      new RpcIds(this.#context.randomBytes).next(),
      wireName(name, method),
      params,
    );
    await call.wire.publish(topic, payload, { qos: 0, ...options });
    return {};
  }

  /**
   * In their order, and none waits for the answer to another: one that is refused must not keep the others back. To a
   * device that is said to be away too.
   */
  async #stop(call: RpcCall): Promise<void> {
    const reached = await together((this.#options.stop ?? []).map((step) => this.#stopStep(call, step)));
    const weakest = (['sent', 'acknowledged', 'confirmed'] as const).find((level) => reached.includes(level));
    call.confirm(weakest ?? 'sent', { messages: reached.length });
  }

  async #stopStep(call: RpcCall, { command, params = {} }: NonNullable<MqttRpcOptions['stop']>[number]) {
    const method = this.#options.methods[command];
    // Checked when the model was made.
    if (method === undefined) throw new BellcrankError('driver-fault', `there is no method ${command}`);
    if (method.noAnswer) await this.#send(command, method, params, call);
    else await this.#ask(command, method, params, call, false);
    return levelOf(method, params);
  }

  /** Answers carry ids, so nothing can be out of step; whether the device is there shows if it can be asked. */
  async resync(call: RpcCall): Promise<void> {
    this.#presence.refuseIfAway();
    await this.#probe(call);
  }

  async ask(call: RpcCall): Promise<void> {
    if (this.#options.probe === undefined) return;
    await this.#probe(call);
    this.#presence.back('the device answers');
  }

  async #probe(call: TopicCall): Promise<void> {
    const { probe, methods } = this.#options;
    // Its own, and one that reads: checked when the model was made.
    const method = probe === undefined ? undefined : methods[probe];
    if (probe === undefined || method === undefined) return;
    await this.#ask(probe, method, {}, call, false, this.#options.replyTimeoutMs ?? probeTimeoutMs);
  }
}

/** A device of no particular make that answers requests over MQTT (MQTT 5.0, 4.10; or with ids of its own on 3.1.1). */
export const mqttRpcDriver: AnyDriver = {
  contract: contractVersion,
  model: mqttRpcModel,
  transports: ['mqtt'],
  options: mqttRpcOptions,
  selfDescribing: true,
  // Answers carry ids.
  maxInFlight: 4,
  address(options) {
    const { request, device } = optionsOf(options);
    return request.replaceAll('{device}', () => device);
  },
  async attach(given, options, context) {
    const connection = messagesOf(given);
    const its = optionsOf(options);
    const model = context.intern(modelOf(its));
    checkVersion(its, connection);
    const device = new RpcDevice(connection, model, its, await rpcOf(its, context), context);
    await device.attach();
    return device;
  },
};

/** Of the device and not of the session: an answer may come when the device has been attached anew. */
function rpcOf(options: MqttRpcOptions, context: Context): Promise<Rpc> {
  const rpcs = context.shared.get('mqtt-rpc/rpcs', (its, upkeep) => new RpcExchanges<Rpc>(its, upkeep));
  return rpcs.of(JSON.stringify(options), context, (its, parts) => new Rpc(options, its, parts));
}

function checkVersion({ correlation }: MqttRpcOptions, { protocolVersion }: MessageConnection): void {
  if (correlation !== 'properties' || protocolVersion === 5) return;
  throw new BellcrankError(
    'invalid-request',
    'this device answers by the properties of MQTT 5, and its connection speaks MQTT 3.1.1: give the connection ' +
      '`protocolVersion: 5`, or the device another `correlation`',
  );
}

/** The runtime has validated them against the schema that this type is inferred from. */
function optionsOf(options: unknown): MqttRpcOptions {
  return options as MqttRpcOptions;
}

function messagesOf(connection: Connection | null): MessageConnection {
  if (connection?.shape === 'messages') return connection;
  throw new BellcrankError('driver-fault', 'requests over MQTT need a connection that carries messages');
}
