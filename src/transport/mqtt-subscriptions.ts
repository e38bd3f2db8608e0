import type { Message } from './connection.ts';
import { reportThrown } from './inbox.ts';
import { matchesFilter } from './topic-filter.ts';

interface Subscription {
  readonly filter: string;
  readonly listener: (message: Message) => void;
}

/** Which listener asked for which filter, on one connection. */
export class Subscriptions {
  readonly #all = new Set<Subscription>();
  readonly #identifiers = new Map<string, number>();
  readonly #onStray: ((what: string) => void) | undefined;
  #nextIdentifier = 1;

  constructor(onStray?: (what: string) => void) {
    this.#onStray = onStray;
  }

  /** Returns the way to remove it, which tells whether it was the last one of that very filter; false if gone already. */
  add(filter: string, listener: (message: Message) => void): () => boolean {
    const subscription = { filter, listener };
    this.#all.add(subscription);
    if (!this.#identifiers.has(filter)) this.#identifiers.set(filter, this.#nextIdentifier++);
    return () => this.#remove(subscription);
  }

  /** What MQTT 5 brokers say with each message that they send because of this filter (MQTT 5.0 §3.8.2.1.2). */
  identifierOf(filter: string): number | undefined {
    return this.#identifiers.get(filter);
  }

  /**
   * Tells each listener whose filter matches. Brokers may send one copy per matching filter; with identifiers each copy
   * goes to its own filter's listeners, so that everyone hears it once. MQTT 3.1.1 has none: there a broker that sends
   * several copies (neither aedes nor Mosquitto does) makes overlapping filters hear each of them.
   */
  dispatch(message: Message, identifiers?: readonly number[]): void {
    let heard = false;
    for (const subscription of new Set(this.#all)) {
      if (!this.#all.has(subscription) || !this.#concerns(subscription.filter, message.topic, identifiers)) continue;
      heard = true;
      this.#tell(subscription, message);
    }
    if (!heard) this.#onStray?.(`a message on ${message.topic.slice(0, 200)} that nobody had asked for`);
  }

  #concerns(filter: string, topic: string, identifiers: readonly number[] | undefined): boolean {
    if (identifiers === undefined) return matchesFilter(filter, topic);
    return identifiers.some((identifier) => identifier === this.#identifiers.get(filter));
  }

  #remove(subscription: Subscription): boolean {
    const { filter } = subscription;
    if (!this.#all.delete(subscription) || [...this.#all].some((other) => other.filter === filter)) return false;
    this.#identifiers.delete(filter);
    return true;
  }

  #tell(subscription: Subscription, message: Message): void {
    try {
      subscription.listener(message);
    } catch (error) {
      reportThrown(error, this.#onStray);
    }
  }
}
