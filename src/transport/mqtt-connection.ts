import type { IClientPublishOptions, IPublishPacket, MqttClient, Packet } from 'mqtt';
import type { Clock } from '../clock.ts';
import { BellcrankError } from '../errors.ts';
import type { Message, MessageConnection, PublishOptions, SubscriptionSet } from './connection.ts';
import { type Done, Lifecycle } from './lifecycle.ts';
import { type Ending, endClient } from './mqtt-end.ts';
import { filterRequests } from './mqtt-asking.ts';
import { BrokerLimits } from './mqtt-limits.ts';
import type { MqttPresence } from './mqtt-presence.ts';
import { closedBy, farewellOf, lossOf, reasonCodeOf } from './mqtt-reasons.ts';
import type { FilterRequests } from './mqtt-requests.ts';
import { Subscriptions } from './mqtt-subscriptions.ts';
import type { Noted, ReadAhead } from './read-ahead.ts';
import { isFilter, isTopic, notAFilter, notATopic } from './topic-filter.ts';

export interface MqttConnectionOptions {
  readonly label: string;
  readonly clock: Clock;
  /** Longest wait for the broker's answer to SUBSCRIBE and UNSUBSCRIBE. */
  readonly answerMs: number;
  /** How many filters one SUBSCRIBE may ask for. */
  readonly filtersPerSubscribe: number;
  readonly maxPayloadBytes: number;
  /** Through which the client reads. */
  readonly ahead: ReadAhead;
  /** As configured; undefined if it is a random one. */
  readonly clientId?: string | undefined;
  readonly presence?: MqttPresence | undefined;
  readonly onStray?: ((what: string) => void) | undefined;
  readonly onTrouble?: ((what: string) => void) | undefined;
}

/** MQTT 5.0 §3.4.2.1. */
const noMatchingSubscribers = 16;

/** A connected MQTT.js client that never reconnects. Ended by the first sign of trouble, as a whole. */
export class MqttConnection implements MessageConnection {
  readonly shape = 'messages';
  readonly label: string;
  readonly #client: MqttClient;
  readonly #options: MqttConnectionOptions;
  readonly #requests: FilterRequests;
  readonly #life: Lifecycle;
  readonly #subscriptions: Subscriptions;
  readonly #limits: BrokerLimits;
  readonly #unheard = new Set<number>();
  #toldOfSize = false;
  #gone: Promise<void> | undefined;

  constructor(client: MqttClient, options: MqttConnectionOptions) {
    this.label = options.label;
    this.#client = client;
    this.#options = options;
    this.#life = new Lifecycle(options.label);
    this.#subscriptions = new Subscriptions(options);
    this.#limits = new BrokerLimits(client.serverProperties);
    this.#requests = filterRequests(client, this.#life, options);
    options.ahead.noteBy(() => this.#noted());
    // Small packets must not wait for acknowledgements of earlier ones; MQTT.js leaves Nagle's algorithm on.
    if ('setNoDelay' in client.stream && typeof client.stream.setNoDelay === 'function') client.stream.setNoDelay(true);
    client.on('message', (topic, payload, packet) => this.#hear(topic, payload, packet));
    client.on('packetreceive', (packet) => this.#watch(packet));
    client.on('error', (error) => this.#fail(new Error(lossOf(error), { cause: error })));
    client.on('disconnect', ({ reasonCode = 0 }) => this.#lose(new Error(farewellOf(reasonCode, options.clientId))));
    client.on('close', () => this.#loseSoon(new Error(closedBy(options.clientId))));
  }

  get protocolVersion(): 4 | 5 {
    return this.#client.options.protocolVersion === 5 ? 5 : 4;
  }
  get isOpen(): boolean {
    return this.#life.isOpen && this.#client.connected;
  }
  get written(): number {
    return this.#life.written;
  }
  get closed(): Lifecycle['closed'] {
    return this.#life.closed;
  }

  publish(topic: string, payload: Uint8Array | string, options?: PublishOptions, signal?: AbortSignal): Promise<void> {
    if (!isTopic(topic)) return Promise.reject(notATopic(topic));
    // MQTT.js would store what it cannot send now, and its own flag turns before its events come.
    if (!this.isOpen) return Promise.reject(this.#life.offlineError());
    const [bytes, sending] = [Buffer.from(payload), this.#publishOptions(options)];
    const refusal = this.#limits.refusal(topic, bytes, sending);
    if (refusal !== undefined) return Promise.reject(refusal);
    let qos = options?.qos ?? 0;
    let id: number | undefined;
    const send = (done: Done): void => {
      options?.onBegin?.();
      qos = this.#limits.qosFor(qos);
      this.#client.publish(topic, bytes, { ...sending, qos }, (error) => {
        if (error) return done(publishError(topic, error));
        if (id !== undefined && this.#unheard.delete(id)) this.#stray(`nobody is subscribed to ${topic.slice(0, 200)}`);
        // MQTT.js calls back when the stream has accepted a packet; only an empty stream means that the socket took it. It
        // uncorks the stream once for each packet, in a tick of its own: those of one breath leave with the last of them.
        process.nextTick(() => process.nextTick(() => void this.#flushed(done)));
      });
      if (qos > 0) id = this.#client.getLastMessageId();
    };
    return this.#life.write(send, signal, () => this.#forget(qos, id));
  }

  async subscribe(
    filter: string,
    listener: (message: Message) => void,
    options?: { qos?: 0 | 1 },
  ): Promise<() => Promise<void>> {
    if (!isFilter(filter)) throw notAFilter(filter);
    if (!this.isOpen) throw this.#life.offlineError();
    const qos = this.#subscriptions.qosFor(filter, options?.qos ?? 0);
    const { identifier, granted } = this.#requests.subscribe(filter, qos);
    // Before the request: retained messages may follow the answer in the same packet.
    const remove = this.#subscriptions.add(filter, listener, identifier, qos);
    try {
      await granted;
    } catch (error) {
      remove();
      throw error;
    }
    return () => this.#unsubscribe(filter, remove);
  }

  subscriptionSet(listener: (message: Message) => void): SubscriptionSet {
    return {
      add: (filter) => this.#join(filter, listener),
      remove: (filter) => this.#unsubscribe(filter, () => this.#subscriptions.leave(filter, listener)),
    };
  }

  async #join(filter: string, listener: (message: Message) => void): Promise<void> {
    if (!isFilter(filter)) throw notAFilter(filter);
    if (!this.isOpen) throw this.#life.offlineError();
    const { identifier, granted } = this.#requests.subscribe(filter, this.#subscriptions.qosFor(filter, 0));
    // As above.
    this.#subscriptions.join(filter, listener, identifier);
    try {
      await granted;
    } catch (error) {
      this.#subscriptions.leave(filter, listener);
      throw error;
    }
  }

  caughtUp(): Promise<void> {
    return this.#options.ahead.caughtUp();
  }

  async close(): Promise<void> {
    const idle = this.#life.isOpen && this.#client.stream.writableLength === 0;
    this.#life.end(false, new Error('closed'));
    await this.#end(idle ? 'in order' : 'close');
  }

  async #unsubscribe(filter: string, remove: () => boolean): Promise<void> {
    if (!remove() || !this.isOpen) return;
    try {
      await this.#requests.unsubscribe(filter);
    } catch (error) {
      // A connection that has ended has no subscriptions left.
      if (this.isOpen) throw error;
    }
  }

  #hear(topic: string, payload: Buffer, packet: IPublishPacket): void {
    if (!this.#life.isOpen || this.#refuses(topic, payload)) return;
    const { subscriptionIdentifier } = packet.properties ?? {};
    const { earlier } = this.#options.ahead;
    const waited = earlier === undefined ? undefined : { readEarlier: earlier };
    const message = { topic, payload: plain(payload), retained: packet.retain, ...waited, ...propertiesOf(packet) };
    this.#subscriptions.dispatch(
      message,
      subscriptionIdentifier === undefined ? undefined : [subscriptionIdentifier].flat(),
      earlier?.listening,
    );
  }

  #noted(): Noted {
    const { listening } = this.#subscriptions;
    return { written: this.#life.written, time: this.#options.clock.now(), listening };
  }

  #refuses(topic: string, { length }: Buffer): boolean {
    const { maxPayloadBytes, onTrouble } = this.#options;
    if (length > maxPayloadBytes) {
      const what = `a message of ${length} bytes on ${topic.slice(0, 200)}, more than maxPayloadBytes`;
      if (!this.#toldOfSize) onTrouble?.(`dropped ${what}; further ones are not told`);
      this.#toldOfSize = true;
      this.#stray(what);
      return true;
    }
    if (isTopic(topic)) return false;
    this.#stray(`a message on ${JSON.stringify(topic.slice(0, 200))}, which is no topic`);
    return true;
  }

  #stray(what: string): void {
    this.#options.onStray?.(what);
  }

  /** MQTT.js does not tell this reason code, which is no error, to whoever publishes. */
  #watch(packet: Packet): void {
    this.#limits.heard(packet);
    const isAnswer = packet.cmd === 'puback' || packet.cmd === 'pubrec';
    if (!isAnswer || packet.reasonCode !== noMatchingSubscribers || packet.messageId === undefined) return;
    if (this.#client.outgoing[packet.messageId] !== undefined) this.#unheard.add(packet.messageId);
  }

  #publishOptions(options: PublishOptions = {}): IClientPublishOptions {
    const {
      retain = false,
      responseTopic,
      correlationData,
      messageExpirySeconds,
      contentType,
      userProperties,
    } = options;
    if (this.protocolVersion !== 5) return { retain };
    const properties = {
      ...(responseTopic !== undefined && { responseTopic }),
      ...(contentType !== undefined && { contentType }),
      ...(userProperties !== undefined && { userProperties }),
      ...(correlationData !== undefined && { correlationData: Buffer.from(correlationData) }),
      ...(messageExpirySeconds !== undefined && { messageExpiryInterval: messageExpirySeconds }),
    };
    return { retain, properties };
  }

  async #flushed(done: Done): Promise<void> {
    const { stream } = this.#client;
    if (stream.writableLength === 0) return done();
    while (this.#life.isOpen && stream.writableLength > 0) await this.#options.clock.ioTurn();
    // A socket that is torn down has nothing left to write, whether or not it was written.
    done(stream.destroyed ? new Error('the connection was torn down with the message not yet sent') : undefined);
  }

  /** After an abort: nothing of the message may leave later. */
  #forget(qos: 0 | 1 | 2, id: number | undefined): void {
    // MQTT.js answers a late PUBREC with PUBREL, which releases a QoS 2 message (MQTT 5.0 §4.3.3).
    if (this.#client.stream.writableLength > 0 || qos === 2) {
      this.#life.end(false, new Error('a publish was given up with packets not yet sent'));
      void this.#end('reset');
    } else if (id !== undefined) this.#client.removeOutgoingMessage(id);
  }

  /** What follows nonsense is nonsense. */
  #fail(cause: Error): void {
    if (this.#options.ahead.isHanding) this.#lose(cause);
    else this.#loseSoon(cause);
  }

  /** What was read before the end still counts: an answer may be among it. */
  #loseSoon(cause: Error): void {
    const { ahead } = this.#options;
    if (ahead.isBehind) void ahead.caughtUp().then(() => this.#lose(cause));
    else this.#lose(cause);
  }

  #lose(cause: Error): void {
    this.#life.end(true, cause);
    void this.#end('reset');
  }

  /** The client is dropped whole, with its stores: even with `clean` it would publish again what was not acknowledged. */
  #end(ending: Ending): Promise<void> {
    const { clock, presence } = this.#options;
    this.#gone ??= endClient(this.#client, ending, clock, presence?.goodbye);
    return this.#gone;
  }
}

/** What MQTT 5 lets a message carry beside its payload (MQTT 5.0 §3.3.2.3). */
export function propertiesOf({ properties = {} }: IPublishPacket): Partial<Message> {
  const { correlationData, responseTopic, contentType, userProperties } = properties;
  return {
    ...(correlationData !== undefined && { correlationData: plain(correlationData) }),
    ...(responseTopic !== undefined && { responseTopic }),
    ...(contentType !== undefined && { contentType }),
    ...(userProperties !== undefined && { userProperties: lastOf(userProperties) }),
  };
}

function lastOf(properties: Readonly<Record<string, string | string[]>>): Record<string, string> {
  const last = Object.entries(properties).map(([name, value]) => [name, [value].flat().at(-1) ?? ''] as const);
  return Object.fromEntries(last);
}

/** A view of plain type: a Buffer's slice() and toString() differ from those that other transports hand out. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

/** MQTT 5.0 §3.4.2.1: a broker can refuse a message, which then went nowhere. */
function publishError(topic: string, error: Error): Error {
  const code = reasonCodeOf(error);
  if (code === undefined) return error;
  return new BellcrankError('device-refused', `the broker refused the message on ${topic}: ${error.message}`, {
    device: { code: String(code), text: error.message },
    cause: error,
  });
}
