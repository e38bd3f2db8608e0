import { Few, type Message, type MessageConnection, subscriptionSetOn } from '../../../src/driver/index.ts';

export interface TopicListener {
  hear(message: Message): void;
}

/** One topic, and those who listen to it: forty thousand of them are what ten thousand devices weigh. */
class Subscription extends Few<TopicListener> {
  /** While the broker has not granted it. */
  granted: Promise<void> | undefined;
  /**
   * The last word, for those who come later: the broker tells it once for each subscription, not for each listener. A
   * character for each byte (Latin-1): the message itself would keep whatever the socket had read with it.
   */
  last: string | undefined;
}

/** Longest message that is kept for those who come later. */
const maxKeptBytes = 4096;

/**
 * The topics that descriptions name, each subscribed once however many devices share it (a bridge's availability is
 * that of thousands), and found without looking at the others.
 */
export class Topics {
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #set;

  constructor(connection: MessageConnection) {
    this.#set = subscriptionSetOn(connection, (message) => this.#hear(message));
  }

  /** The last word on a topic that somebody listens to, as a retained message. */
  last(topic: string): Message | undefined {
    const last = this.#subscriptions.get(topic)?.last;
    return last === undefined ? undefined : { topic, payload: Buffer.from(last, 'latin1'), retained: true };
  }

  /** Resolves once it hears; `leave` ends that. */
  async listen(topic: string, listener: TopicListener): Promise<void> {
    const subscription = this.#subscriptions.get(topic) ?? this.#subscribe(topic);
    subscription.add(listener);
    try {
      await subscription.granted;
    } catch (error) {
      this.leave(topic, listener);
      throw error;
    }
  }

  leave(topic: string, listener: TopicListener): void {
    const subscription = this.#subscriptions.get(topic);
    if (subscription?.delete(listener) === true) this.#letGo(topic, subscription);
  }

  /** Of what nobody listens to; what is not granted yet is let go when it is, if nobody has come until then. */
  #letGo(topic: string, subscription: Subscription): void {
    if (subscription.size > 0 || subscription.granted !== undefined) return;
    this.#subscriptions.delete(topic);
    // It ends with the connection anyway.
    this.#set.remove(topic).catch(() => {});
  }

  #subscribe(topic: string): Subscription {
    const subscription = new Subscription();
    this.#subscriptions.set(topic, subscription);
    const granted = this.#set.add(topic);
    subscription.granted = granted;
    const settled = (): void => {
      subscription.granted = undefined;
      this.#letGo(topic, subscription);
    };
    granted.then(settled, () => this.#subscriptions.delete(topic));
    return subscription;
  }

  #hear(message: Message): void {
    const subscription = this.#subscriptions.get(message.topic);
    if (subscription === undefined) return;
    const { payload } = message;
    subscription.last = payload.length > maxKeptBytes ? undefined : Buffer.from(payload).toString('latin1');
    for (const listener of subscription.all()) listener.hear(message);
  }
}
