import type { Message } from './connection.ts';
import { Few } from '../few.ts';
import { FilterTable } from './filter-table.ts';
import { reportThrown } from './inbox.ts';
import { LiveTopics } from './live-topics.ts';

interface Listener {
  readonly hear: (message: Message) => void;
  /** Counts up, so that a message is told in the order in which they were added. */
  readonly order: number;
  /** Of the packet that asked for it. */
  readonly identifier: number | undefined;
}

/** Who listens to one filter. There may be forty thousand, so it is a set itself and has none. */
class Subscription extends Few<Listener> {
  readonly filter: string;
  /** Of the packets that asked for it, the latest last. */
  identifiers: readonly number[] = none;
  /** The highest that was asked for: asking again replaces it (MQTT 5.0 §3.8.4). */
  qos: 0 | 1;

  constructor(filter: string, qos: 0 | 1) {
    super();
    this.filter = filter;
    this.qos = qos;
  }
}

const none: readonly number[] = [];

/** Messages that were queued under an earlier identifier may come after a later one was granted. */
const identifiersKept = 32;

export interface SubscriptionsOptions {
  readonly onStray?: ((what: string) => void) | undefined;
  /** Hears of each place that is looked at to find who hears a message. */
  readonly onVisit?: (() => void) | undefined;
}

/** Which listener asked for which filter, on one connection. */
export class Subscriptions {
  readonly #table: FilterTable<Subscription>;
  readonly #onStray: ((what: string) => void) | undefined;
  readonly #live = new LiveTopics<Subscription>();
  #order = 0;
  /** One list for all filters that one packet asks for. */
  #lastIdentifiers: readonly number[] = none;

  constructor({ onStray, onVisit }: SubscriptionsOptions = {}) {
    this.#table = new FilterTable(onVisit);
    this.#onStray = onStray;
  }

  /**
   * `identifier` is what the broker will say with each message that it sends because of the packet that asks for this
   * (MQTT 5.0 §3.8.2.1.2). Returns the way to remove it, which tells whether it was the last one of that very filter;
   * false if gone already.
   */
  add(filter: string, hear: (message: Message) => void, identifier?: number, qos: 0 | 1 = 0): () => boolean {
    const [subscription, listener] = this.#join(filter, hear, identifier, qos);
    return () => this.#remove(subscription, listener);
  }

  /** As `add`, for one that removes it by its name. */
  join(filter: string, hear: (message: Message) => void, identifier?: number, qos: 0 | 1 = 0): void {
    this.#join(filter, hear, identifier, qos);
  }

  /** Whether it was the last one of that very filter; false if gone already. */
  leave(filter: string, hear: (message: Message) => void): boolean {
    const subscription = this.#table.get(filter);
    const listener = subscription?.all().find((each) => each.hear === hear);
    return subscription !== undefined && listener !== undefined && this.#remove(subscription, listener);
  }

  #join(filter: string, hear: Listener['hear'], identifier: number | undefined, qos: 0 | 1): [Subscription, Listener] {
    const subscription = this.#table.get(filter) ?? new Subscription(filter, qos);
    if (qos > subscription.qos) subscription.qos = qos;
    if (subscription.size === 0) this.#table.set(filter, subscription);
    const listener = { hear, order: this.#order++, identifier };
    subscription.add(listener);
    if (identifier !== undefined && subscription.identifiers.at(-1) !== identifier) {
      subscription.identifiers = this.#withIdentifier(subscription.identifiers, identifier);
    }
    return [subscription, listener];
  }

  #withIdentifier(before: readonly number[], identifier: number): readonly number[] {
    if (before.length > 0) return [...before, identifier].slice(-identifiersKept);
    if (this.#lastIdentifiers[0] !== identifier) this.#lastIdentifiers = [identifier];
    return this.#lastIdentifiers;
  }

  /** What to ask for, so that who listens already is not worse off. */
  qosFor(filter: string, wanted: 0 | 1): 0 | 1 {
    return this.#table.get(filter)?.qos === 1 ? 1 : wanted;
  }

  /**
   * Tells each listener whose filter matches. Brokers may send one copy per matching filter; with identifiers each copy
   * goes to its own filter's listeners, so that everyone hears it once, and what is retained goes to those for whose
   * sake it was sent. MQTT 3.1.1 has none: there a broker that sends several copies (neither aedes nor Mosquitto does)
   * makes overlapping filters hear each of them, and what is retained is heard again by everyone who fits. Who has heard
   * something newer on that topic never hears what is retained.
   */
  dispatch(message: Message, identifiers?: readonly number[]): void {
    const { topic, retained } = message;
    const fitting = this.#table.matching(topic).filter((subscription) => isMeant(subscription, identifiers));
    if (fitting.length === 0) this.#onStray?.(`a message on ${topic.slice(0, 200)} that nobody had asked for`);
    else if (!retained) this.#live.heard(topic, fitting, this.#order);
    const places = fitting.flatMap(placesOf).toSorted(byOrder);
    for (const [subscription, listener] of retained ? this.#unknowing(topic, places, identifiers) : places) {
      // Another listener may have removed it just now.
      if (subscription.has(listener)) this.#tell(listener, message);
    }
  }

  /** Those for whom what the broker had kept on a topic is news. */
  #unknowing(topic: string, places: readonly Place[], identifiers: readonly number[] | undefined): readonly Place[] {
    const meant = places.filter(([, listener]) => isMeantAlone(listener, identifiers));
    const unknowing = meant.filter(([subscription, { order }]) => !this.#live.knows(topic, subscription, order));
    if (meant.length > 0 && unknowing.length === 0)
      this.#onStray?.(`a message on ${topic.slice(0, 200)} that the broker had kept, older than what came live`);
    return unknowing;
  }

  #remove(subscription: Subscription, listener: Listener): boolean {
    if (!subscription.delete(listener) || subscription.size > 0) return false;
    this.#table.delete(subscription.filter);
    return true;
  }

  #tell(listener: Listener, message: Message): void {
    try {
      listener.hear(message);
    } catch (error) {
      reportThrown(error, this.#onStray);
    }
  }
}

type Place = [Subscription, Listener];

function placesOf(subscription: Subscription): Place[] {
  return subscription.all().map((listener): Place => [subscription, listener]);
}

function byOrder([, one]: Place, [, other]: Place): number {
  return one.order - other.order;
}

function isMeant({ identifiers }: Subscription, said: readonly number[] | undefined): boolean {
  return said === undefined || identifiers.some((identifier) => said.includes(identifier));
}

function isMeantAlone({ identifier }: Listener, said: readonly number[] | undefined): boolean {
  return said === undefined || identifier === undefined || said.includes(identifier);
}
