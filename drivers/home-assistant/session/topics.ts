import { Few, type Message, type MessageConnection, subscriptionSetOn } from '../../../src/driver/index.ts';

export interface TopicListener {
  hear(message: Message): void;
}

/** One topic on which something was said, or to which more than one listen or will be. */
class Subscription extends Few<TopicListener> {
  /** While the broker has not granted it. */
  granted: Promise<void> | undefined;
  /**
   * The last word, for those who come later: the broker tells it once for each subscription, not for each listener. A
   * character for each byte (Latin-1): the message itself would keep whatever the socket had read with it.
   */
  last: string | undefined;
}

/** There may be forty thousand topics: of those on which nothing was said yet only the one who listens is kept. */
type Listening = TopicListener | Subscription;

/** Longest message that is kept for those who come later. */
const maxKeptBytes = 4096;

/**
 * The topics that descriptions name, each subscribed once however many devices share it (a bridge's availability is
 * that of thousands), and found without looking at the others.
 */
export class Topics {
  readonly #subscriptions = new Map<string, Listening>();
  readonly #set;
  /** Thousands say the same of their presence. */
  #lastSaid = '';

  constructor(connection: MessageConnection) {
    this.#set = subscriptionSetOn(connection, (message) => this.#hear(message));
  }

  /** The last word on a topic that somebody listens to, as a retained message. */
  last(topic: string): Message | undefined {
    const there = this.#subscriptions.get(topic);
    const last = there instanceof Subscription ? there.last : undefined;
    return last === undefined ? undefined : { topic, payload: Buffer.from(last, 'latin1'), retained: true };
  }

  /** Resolves once it hears; `leave` ends that. */
  async listen(topic: string, listener: TopicListener): Promise<void> {
    const there = this.#subscriptions.get(topic);
    const subscription = there === undefined ? this.#subscribe(topic) : this.#whole(topic, there);
    subscription.add(listener);
    try {
      await subscription.granted;
    } catch (error) {
      this.leave(topic, listener);
      throw error;
    }
  }

  leave(topic: string, listener: TopicListener): void {
    const there = this.#subscriptions.get(topic);
    if (there instanceof Subscription ? there.delete(listener) : there === listener) this.#letGo(topic);
  }

  /** Of what nobody listens to; what is not granted yet is let go when it is, if nobody has come until then. */
  #letGo(topic: string): void {
    const there = this.#subscriptions.get(topic);
    if (there instanceof Subscription && (there.size > 0 || there.granted !== undefined)) return;
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
      const [first, ...others] = subscription.all();
      if (first === undefined) this.#letGo(topic);
      else if (others.length === 0 && subscription.last === undefined) this.#subscriptions.set(topic, first);
    };
    granted.then(settled, () => this.#subscriptions.delete(topic));
    return subscription;
  }

  /** With room for what is said there, and for others. */
  #whole(topic: string, there: Listening): Subscription {
    if (there instanceof Subscription) return there;
    const subscription = new Subscription();
    subscription.add(there);
    this.#subscriptions.set(topic, subscription);
    return subscription;
  }

  #hear(message: Message): void {
    const { topic, payload } = message;
    const there = this.#subscriptions.get(topic);
    if (there === undefined) return;
    const subscription = this.#whole(topic, there);
    subscription.last = payload.length > maxKeptBytes ? undefined : this.#said(payload);
    for (const listener of subscription.all()) listener.hear(message);
  }

  #said(payload: Uint8Array): string {
    const said = Buffer.from(payload).toString('latin1');
    if (said !== this.#lastSaid) this.#lastSaid = said;
    return this.#lastSaid;
  }
}
