import type {
  ByteConnection,
  Message,
  MessageConnection,
  PublishOptions,
  SubscriptionSet,
  WriteOptions,
} from './connection.ts';
import { Few } from '../few.ts';
import { FilterTable } from './filter-table.ts';
import { Inbox } from './inbox.ts';
import { type Done, Lifecycle } from './lifecycle.ts';
import { isFilter, isTopic, notAFilter, notATopic } from './topic-filter.ts';
import { TopicTree } from './topic-tree.ts';

/** What is done once this is awaited is done a microtask later; `queueMicrotask` would make a resource of each. */
const soon = Promise.resolve();
/** What has left cannot be taken back. */
const nothing = (): void => {};

class MemoryBytes implements ByteConnection {
  readonly shape = 'bytes';
  readonly label: string;
  readonly #life: Lifecycle;
  readonly #inbox = new Inbox();
  peer: MemoryBytes | undefined;

  constructor(label: string) {
    this.label = label;
    this.#life = new Lifecycle(label);
  }

  get isOpen(): boolean {
    return this.#life.isOpen;
  }
  get written(): number {
    return this.#life.written;
  }
  get closed(): Lifecycle['closed'] {
    return this.#life.closed;
  }

  write(bytes: Uint8Array, signal?: AbortSignal, options?: WriteOptions): Promise<void> {
    const copy = new Uint8Array(bytes);
    const deliver = (done: Done): void => {
      void soon.then(() => this.peer?.deliver(copy));
      done();
    };
    return this.#life.write(deliver, signal, nothing, options?.onBegin);
  }

  onData(listener: (chunk: Uint8Array) => void): () => void {
    return this.#inbox.listen(listener);
  }

  deliver(chunk: Uint8Array): void {
    if (this.isOpen) this.#inbox.deliver(chunk);
  }

  discardOutput(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    // The other end hears what was written before it hears of the end, as on a socket.
    if (this.#life.end(false, new Error('closed'))) {
      queueMicrotask(() => this.peer?.lose(new Error('the other end closed')));
    }
    return Promise.resolve();
  }

  lose(cause: Error): void {
    this.#life.end(true, cause);
  }
}

/** Two ends of a byte stream in memory: what one writes, the other hears a microtask later. */
export function memoryBytes(label = 'memory'): { near: ByteConnection; far: ByteConnection } {
  const near = new MemoryBytes(label);
  const far = new MemoryBytes(`${label} (far end)`);
  near.peer = far;
  far.peer = near;
  return { near, far };
}

interface Subscription {
  readonly filter: string;
  readonly listener: (message: Message) => void;
}

/** A message of a client's that the hub publishes when the client is lost (MQTT 5.0 §3.1.2.5). */
export interface Will {
  readonly topic: string;
  readonly payload: Uint8Array | string;
  readonly retain: boolean;
  /** 0 if absent. */
  readonly qos?: 0 | 1;
}

/** The part of a broker that drivers can see, in memory: fan-out, retained messages and wills. */
export class MemoryHub {
  readonly #subscriptions: FilterTable<Few<Subscription>>;
  readonly #retained = new TopicTree<Message>();

  /** `onVisit` hears of each place that is looked at to find who hears a message. */
  constructor(onVisit?: () => void) {
    this.#subscriptions = new FilterTable(onVisit);
  }

  connect(label = 'memory hub', will?: Will): MessageConnection & { lose(cause: Error): void } {
    return new MemoryMessages(this, label, will);
  }

  publish(topic: string, payload: Uint8Array, options: PublishOptions = {}): void {
    const { retain = false, correlationData, responseTopic, contentType, userProperties } = options;
    const message = {
      topic,
      payload,
      ...(correlationData !== undefined && { correlationData }),
      ...(responseTopic !== undefined && { responseTopic }),
      ...(contentType !== undefined && { contentType }),
      ...(userProperties !== undefined && { userProperties }),
    };
    if (retain && payload.length === 0) this.#retained.delete(topic);
    else if (retain) this.#retained.set(topic, { ...message, retained: true });
    for (const subscriptions of this.#subscriptions.matching(topic)) {
      for (const subscription of subscriptions.all())
        tell(subscriptions, subscription, { ...message, retained: false });
    }
  }

  subscribe(subscription: Subscription): () => void {
    this.join(subscription);
    return () => this.leave(subscription);
  }

  /** As `subscribe`, for whoever leaves with the same object. */
  join(subscription: Subscription): void {
    const { filter } = subscription;
    const subscriptions = this.#subscriptions.get(filter) ?? new Few<Subscription>();
    if (subscriptions.size === 0) this.#subscriptions.set(filter, subscriptions);
    subscriptions.add(subscription);
    for (const message of this.#retained.matchedBy(filter)) tell(subscriptions, subscription, message);
  }

  leave(subscription: Subscription): void {
    const subscriptions = this.#subscriptions.get(subscription.filter);
    if (subscriptions?.delete(subscription) === true && subscriptions.size === 0)
      this.#subscriptions.delete(subscription.filter);
  }
}

/** A microtask later, unless it has unsubscribed by then. */
function tell(subscriptions: Few<Subscription>, subscription: Subscription, message: Message): void {
  void soon.then(() => {
    if (subscriptions.has(subscription)) subscription.listener(message);
  });
}

class MemoryMessages implements MessageConnection {
  readonly shape = 'messages';
  readonly protocolVersion = 5;
  readonly label: string;
  readonly #life: Lifecycle;
  readonly #hub: MemoryHub;
  readonly #will: Will | undefined;
  readonly #unsubscribes = new Set<() => void>();
  readonly #sets: MemorySet[] = [];

  constructor(hub: MemoryHub, label: string, will: Will | undefined) {
    this.#hub = hub;
    this.label = label;
    this.#will = will;
    this.#life = new Lifecycle(label);
  }

  get isOpen(): boolean {
    return this.#life.isOpen;
  }
  get written(): number {
    return this.#life.written;
  }
  get closed(): Lifecycle['closed'] {
    return this.#life.closed;
  }

  publish(topic: string, payload: Uint8Array | string, options?: PublishOptions, signal?: AbortSignal): Promise<void> {
    if (!isTopic(topic)) return Promise.reject(notATopic(topic));
    const bytes = Uint8Array.from(Buffer.from(payload));
    const send = (done: Done): void => {
      options?.onBegin?.();
      this.#hub.publish(topic, bytes, options);
      done();
    };
    return this.#life.write(send, signal, nothing);
  }

  subscribe(filter: string, listener: (message: Message) => void): Promise<() => Promise<void>> {
    if (!isFilter(filter)) return Promise.reject(notAFilter(filter));
    if (!this.isOpen) return Promise.reject(this.#life.offlineError());
    const remove = this.#hub.subscribe({ filter, listener });
    this.#unsubscribes.add(remove);
    return Promise.resolve(() => {
      this.#unsubscribes.delete(remove);
      remove();
      return Promise.resolve();
    });
  }

  subscriptionSet(listener: (message: Message) => void): SubscriptionSet {
    const set = new MemorySet(this.#hub, this.#life, listener);
    this.#sets.push(set);
    return set;
  }

  close(): Promise<void> {
    this.#end(false, new Error('closed'));
    return Promise.resolve();
  }

  /** Cuts the client off as a lost network would: its will is published. */
  lose(cause: Error): void {
    if (!this.#end(true, cause) || this.#will === undefined) return;
    const { topic, payload, retain } = this.#will;
    this.#hub.publish(topic, Uint8Array.from(Buffer.from(payload)), { retain });
  }

  #end(lost: boolean, cause: Error): boolean {
    for (const remove of this.#unsubscribes) remove();
    for (const set of this.#sets) set.clear();
    this.#unsubscribes.clear();
    return this.#life.end(lost, cause);
  }
}

class MemorySet implements SubscriptionSet {
  readonly #hub: MemoryHub;
  readonly #life: Lifecycle;
  readonly #listener: (message: Message) => void;
  readonly #subscriptions = new Map<string, Subscription>();

  constructor(hub: MemoryHub, life: Lifecycle, listener: (message: Message) => void) {
    this.#hub = hub;
    this.#life = life;
    this.#listener = listener;
  }

  add(filter: string): Promise<void> {
    if (!isFilter(filter)) return Promise.reject(notAFilter(filter));
    if (!this.#life.isOpen) return Promise.reject(this.#life.offlineError());
    const subscription = { filter, listener: this.#listener };
    this.#subscriptions.set(filter, subscription);
    this.#hub.join(subscription);
    return Promise.resolve();
  }

  remove(filter: string): Promise<void> {
    const subscription = this.#subscriptions.get(filter);
    this.#subscriptions.delete(filter);
    if (subscription !== undefined) this.#hub.leave(subscription);
    return Promise.resolve();
  }

  clear(): void {
    for (const subscription of this.#subscriptions.values()) this.#hub.leave(subscription);
    this.#subscriptions.clear();
  }
}
