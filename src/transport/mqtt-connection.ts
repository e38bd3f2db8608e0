import type { IClientPublishOptions, IClientSubscribeOptions, IPublishPacket, MqttClient } from 'mqtt';
import type { Clock } from '../clock.ts';
import { BellcrankError } from '../errors.ts';
import type { Message, MessageConnection, PublishOptions } from './connection.ts';
import { Lifecycle } from './lifecycle.ts';
import { endClient } from './mqtt-end.ts';
import { Subscriptions } from './mqtt-subscriptions.ts';
import { isFilter, isTopic, notAFilter, notATopic } from './topic-filter.ts';

export interface MqttConnectionOptions {
  readonly label: string;
  readonly clock: Clock;
  /** Longest wait for the broker's answer to SUBSCRIBE and UNSUBSCRIBE. */
  readonly answerMs: number;
  readonly onStray?: ((what: string) => void) | undefined;
}

/** MQTT 5.0 §3.8.2.1.2. */
const maxIdentifier = 268_435_455;

/** A connected MQTT.js client that never reconnects. Ended by the first sign of trouble, as a whole. */
export class MqttConnection implements MessageConnection {
  readonly shape = 'messages';
  readonly label: string;
  readonly #client: MqttClient;
  readonly #clock: Clock;
  readonly #answerMs: number;
  readonly #life: Lifecycle;
  readonly #subscriptions: Subscriptions;
  #gone: Promise<void> | undefined;
  #identifier = 0;

  constructor(client: MqttClient, options: MqttConnectionOptions) {
    this.label = options.label;
    this.#client = client;
    this.#clock = options.clock;
    this.#answerMs = options.answerMs;
    this.#life = new Lifecycle(options.label);
    this.#subscriptions = new Subscriptions(options);
    // Small packets must not wait for acknowledgements of earlier ones; MQTT.js leaves Nagle's algorithm on.
    if ('setNoDelay' in client.stream && typeof client.stream.setNoDelay === 'function') client.stream.setNoDelay(true);
    client.on('message', (topic, payload, packet) => this.#hear(topic, payload, packet));
    client.on('error', (error) => this.#lose(error));
    client.on('disconnect', ({ reasonCode }) =>
      this.#lose(new Error(`the broker ended it (reason ${reasonCode ?? 0})`)),
    );
    client.on('close', () => this.#lose(new Error('the broker closed the connection')));
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
    const qos = options?.qos ?? 0;
    let id: number | undefined;
    const send = async (): Promise<void> => {
      options?.onBegin?.();
      const sending = this.#send(topic, Buffer.from(payload), { ...this.#optionsOf(options), qos });
      if (qos > 0) id = this.#client.getLastMessageId();
      await sending;
      await this.#flushed();
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
    // Before the request: retained messages may follow the answer in the same packet.
    const identifier = this.#nextIdentifier();
    const remove = this.#subscriptions.add(filter, listener, identifier);
    try {
      await this.#answered(`subscribing to ${filter}`, (done) => {
        this.#client.subscribe(filter, subscribeOptions(identifier, options?.qos), (error, _, packet) => {
          done(error === null ? null : subscribeError(filter, error, packet?.granted[0]));
        });
      });
    } catch (error) {
      remove();
      throw error;
    }
    return () => this.#unsubscribe(filter, remove);
  }

  async close(): Promise<void> {
    const idle = this.#life.isOpen && this.#client.stream.writableLength === 0;
    this.#life.end(false, new Error('closed'));
    await this.#end(!idle);
  }

  async #unsubscribe(filter: string, remove: () => boolean): Promise<void> {
    if (!remove() || !this.isOpen) return;
    try {
      await this.#answered(`unsubscribing from ${filter}`, (done) => {
        this.#client.unsubscribe(filter, (error) => done(error ?? null));
      });
    } catch (error) {
      // A connection that has ended has no subscriptions left.
      if (this.isOpen) throw error;
    }
  }

  /** A fresh one for each packet; undefined where the broker does not take any (MQTT 5.0 §3.2.2.3.12). */
  #nextIdentifier(): number | undefined {
    const { serverProperties, options } = this.#client;
    if (options.protocolVersion !== 5 || serverProperties?.subscriptionIdentifiersAvailable === false) return undefined;
    this.#identifier = (this.#identifier % maxIdentifier) + 1;
    return this.#identifier;
  }

  #hear(topic: string, payload: Buffer, packet: IPublishPacket): void {
    if (!this.#life.isOpen) return;
    const { subscriptionIdentifier } = packet.properties ?? {};
    const message = { topic, payload: plain(payload), retained: packet.retain, ...propertiesOf(packet) };
    this.#subscriptions.dispatch(
      message,
      subscriptionIdentifier === undefined ? undefined : [subscriptionIdentifier].flat(),
    );
  }

  #optionsOf(options: PublishOptions = {}): IClientPublishOptions {
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

  #send(topic: string, payload: Buffer, options: IClientPublishOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#client.publish(topic, payload, options, (error) => {
        if (error) reject(publishError(topic, error));
        else resolve();
      });
    });
  }

  /** MQTT.js calls back when the stream has accepted a packet; only an empty stream means that the socket took it. */
  async #flushed(): Promise<void> {
    await new Promise<void>((resolve) => process.nextTick(resolve));
    while (this.#life.isOpen && this.#client.stream.writableLength > 0) await this.#clock.ioTurn();
  }

  /** After an abort: nothing of the message may leave later. */
  #forget(qos: 0 | 1 | 2, id: number | undefined): void {
    // MQTT.js answers a late PUBREC with PUBREL, which releases a QoS 2 message (MQTT 5.0 §4.3.3).
    if (this.#client.stream.writableLength > 0 || qos === 2) {
      this.#life.end(false, new Error('a publish was given up with packets not yet sent'));
      void this.#end(true);
    } else if (id !== undefined) this.#client.removeOutgoingMessage(id);
  }

  /** Asks the broker something and waits for its answer, bounded. */
  async #answered(what: string, ask: (done: (error: Error | null) => void) => void): Promise<void> {
    const late = new AbortController();
    const timer = this.#clock.timer(this.#answerMs, () => {
      const text = `${this.label} did not answer ${what} within ${this.#answerMs} ms`;
      late.abort(new BellcrankError('device-timeout', text));
    });
    const begin = (): Promise<void> =>
      new Promise((resolve, reject) => ask((error) => (error === null ? resolve() : reject(error))));
    try {
      await this.#life.run(begin, late.signal);
    } finally {
      timer.cancel();
    }
  }

  #lose(cause: Error): void {
    this.#life.end(true, cause);
    void this.#end(true);
  }

  /** The client is dropped whole, with its stores: even with `clean` it would publish again what was not acknowledged. */
  #end(force: boolean): Promise<void> {
    this.#gone ??= endClient(this.#client, force, this.#clock);
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

/** MQTT 5.0 §3.9.3: 128 and above. */
function subscribeError(filter: string, error: Error, granted: unknown): Error {
  const code = reasonCodeOf(error) ?? granted;
  if (typeof code !== 'number') return error;
  const text = `the broker refused the subscription to ${filter} (reason ${code}); may this user read it?`;
  return new BellcrankError('device-refused', text, {
    device: { code: String(code), text: error.message },
    cause: error,
  });
}

function reasonCodeOf(error: Error): number | undefined {
  return 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

function subscribeOptions(subscriptionIdentifier: number | undefined, qos: 0 | 1 = 0): IClientSubscribeOptions {
  return subscriptionIdentifier === undefined ? { qos } : { qos, properties: { subscriptionIdentifier } };
}
