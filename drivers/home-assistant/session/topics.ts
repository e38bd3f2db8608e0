import type { Message, MessageConnection } from '../../../src/driver/index.ts';

type Listener = (message: Message) => void;

interface Subscription {
  readonly listeners: Set<Listener>;
  readonly granted: Promise<() => Promise<void>>;
  /** The last word, for those who come later: the broker tells it once for each subscription, not for each listener. */
  last?: Message;
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

  /** The last word on a topic that somebody listens to. */
  last(topic: string): Message | undefined {
    return this.#subscriptions.get(topic)?.last;
  }

  /** Resolves with the way to stop. */
  async listen(topic: string, listener: Listener): Promise<() => void> {
    const subscription = this.#subscriptions.get(topic) ?? this.#subscribe(topic);
    subscription.listeners.add(listener);
    const stop = (): void => this.#leave(topic, subscription, listener);
    try {
      await subscription.granted;
    } catch (error) {
      stop();
      throw error;
    }
    return stop;
  }

  #subscribe(topic: string): Subscription {
    const listeners = new Set<Listener>();
    const granted = this.#connection.subscribe(topic, (message) => this.#hear(subscription, message));
    const subscription: Subscription = { listeners, granted };
    // Whoever listens awaits it.
    granted.catch(() => {});
    this.#subscriptions.set(topic, subscription);
    return subscription;
  }

  #hear(subscription: Subscription, message: Message): void {
    if (message.payload.length <= maxKeptBytes) subscription.last = message;
    else delete subscription.last;
    // A copy: listeners come and go because of what they hear.
    for (const listener of Array.from(subscription.listeners)) listener(message);
  }

  #leave(topic: string, subscription: Subscription, listener: Listener): void {
    subscription.listeners.delete(listener);
    if (subscription.listeners.size > 0 || this.#subscriptions.get(topic) !== subscription) return;
    this.#subscriptions.delete(topic);
    // It ends with the connection anyway.
    void subscription.granted.then((unsubscribe) => unsubscribe()).catch(() => {});
  }
}
