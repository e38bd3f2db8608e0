import { Few, type Message, type MessageConnection } from '../../../src/driver/index.ts';

type Listener = (message: Message) => void;

interface Subscription {
  readonly listeners: Few<Listener>;
  readonly granted: Promise<() => Promise<void>>;
  /**
   * The last word, for those who come later: the broker tells it once for each subscription, not for each listener. A
   * character for each byte (Latin-1): the message itself would keep whatever the socket had read with it.
   */
  last?: string;
}

/** Longest message that is kept for those who come later. */
const maxKeptBytes = 4096;

/**
 * The topics that descriptions name, each subscribed once however many devices share it (a bridge's availability is
 * that of thousands), and found without looking at the others.
 */
export class Topics {
  readonly #connection: MessageConnection;
  readonly #subscriptions = new Map<string, Subscription>();

  constructor(connection: MessageConnection) {
    this.#connection = connection;
  }

  /** The last word on a topic that somebody listens to, as a retained message. */
  last(topic: string): Message | undefined {
    const last = this.#subscriptions.get(topic)?.last;
    return last === undefined ? undefined : { topic, payload: Buffer.from(last, 'latin1'), retained: true };
  }

  /** Resolves with the way to stop. */
  async listen(topic: string, listener: Listener): Promise<() => Promise<void>> {
    const subscription = this.#subscriptions.get(topic) ?? this.#subscribe(topic);
    subscription.listeners.add(listener);
    const stop = async (): Promise<void> => this.#leave(topic, subscription, listener);
    try {
      await subscription.granted;
    } catch (error) {
      await stop();
      throw error;
    }
    return stop;
  }

  #subscribe(topic: string): Subscription {
    const granted = this.#connection.subscribe(topic, (message) => this.#hear(subscription, message));
    const subscription: Subscription = { listeners: new Few(), granted };
    // Whoever listens awaits it.
    granted.catch(() => {});
    this.#subscriptions.set(topic, subscription);
    return subscription;
  }

  #hear(subscription: Subscription, message: Message): void {
    if (message.payload.length <= maxKeptBytes) subscription.last = Buffer.from(message.payload).toString('latin1');
    else delete subscription.last;
    for (const listener of subscription.listeners.all()) listener(message);
  }

  #leave(topic: string, subscription: Subscription, listener: Listener): void {
    subscription.listeners.delete(listener);
    if (subscription.listeners.size > 0 || this.#subscriptions.get(topic) !== subscription) return;
    this.#subscriptions.delete(topic);
    // It ends with the connection anyway.
    void subscription.granted.then((unsubscribe) => unsubscribe()).catch(() => {});
  }
}
