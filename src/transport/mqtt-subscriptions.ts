import type { Message } from './connection.ts';
import { Few } from '../few.ts';
import { FilterTable, hasWildcard } from './filter-table.ts';
import { reportThrown } from './inbox.ts';
import { LiveTopics } from './live-topics.ts';

/** One who listens; to many topics, where one packet asked for them in one go. */
class Listener {
  readonly hear: (message: Message) => void;
  /** Counts up, so that a message is told in the order in which they were added. */
  readonly order: number;
  /** Of the packet that asked for it. */
  readonly identifier: number | undefined;

  constructor(hear: (message: Message) => void, order: number, identifier: number | undefined) {
    this.hear = hear;
    this.order = order;
    this.identifier = identifier;
  }
}

/** Who listens to one filter, where that is more than somebody who listens to many. */
class Subscription extends Few<Listener> {
  /** Who listened alone before others came, by whom what came live until then is known. */
  readonly alone: Listener | undefined;
  /** Of the packets that asked for it, the latest last. */
  identifiers: readonly number[] = none;
  /** The highest that was asked for: asking again replaces it (MQTT 5.0 §3.8.4). */
  qos: 0 | 1;

  constructor(qos: 0 | 1, alone?: Listener) {
    super();
    this.qos = qos;
    this.alone = alone;
    if (alone === undefined) return;
    this.add(alone);
    if (alone.identifier !== undefined) this.identifiers = [alone.identifier];
  }
}

/** There may be forty thousand topics, most of which somebody listens to who listens to all of them: that is all that is kept. */
type Heard = Listener | Subscription;

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
  readonly #table: FilterTable<Heard>;
  readonly #onStray: ((what: string) => void) | undefined;
  readonly #live = new LiveTopics<Heard>();
  #order = 0;
  /** Who came last by `join`, while nobody else has come and no message. */
  #latest: Listener | undefined;

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
    const listener = this.#listener(hear, identifier);
    this.#enter(filter, listener, qos);
    return () => this.#remove(filter, listener);
  }

  /** As `add` without a quality of its own, for one that removes it by its name. */
  join(filter: string, hear: (message: Message) => void, identifier?: number): void {
    if (hasWildcard(filter) || this.#table.get(filter) !== undefined)
      return this.#enter(filter, this.#listener(hear, identifier), 0);
    const latest = this.#latest;
    const isSame = latest?.hear === hear && latest.identifier === identifier;
    this.#latest = isSame ? latest : this.#listener(hear, identifier);
    this.#table.set(filter, this.#latest);
  }

  /** Whether it was the last one of that very filter; false if gone already. */
  leave(filter: string, hear: (message: Message) => void): boolean {
    const there = this.#table.get(filter);
    const listener = allOf(there).find((each) => each.hear === hear);
    return listener !== undefined && this.#remove(filter, listener);
  }

  #listener(hear: Listener['hear'], identifier: number | undefined): Listener {
    this.#latest = undefined;
    return new Listener(hear, this.#order++, identifier);
  }

  #enter(filter: string, listener: Listener, qos: 0 | 1): void {
    const there = this.#table.get(filter);
    const subscription = there instanceof Subscription ? there : new Subscription(qos, there);
    if (subscription !== there) this.#table.set(filter, subscription);
    if (qos > subscription.qos) subscription.qos = qos;
    subscription.add(listener);
    const { identifier } = listener;
    if (identifier !== undefined && subscription.identifiers.at(-1) !== identifier)
      subscription.identifiers = [...subscription.identifiers, identifier].slice(-identifiersKept);
  }

  /** How many have begun to listen. */
  get listening(): number {
    return this.#order;
  }

  /** What to ask for, so that who listens already is not worse off. */
  qosFor(filter: string, wanted: 0 | 1): 0 | 1 {
    const there = this.#table.get(filter);
    return there instanceof Subscription && there.qos === 1 ? 1 : wanted;
  }

  /**
   * Tells each listener whose filter matches. Brokers may send one copy per matching filter; with identifiers each copy
   * goes to its own filter's listeners, so that everyone hears it once, and what is retained goes to those for whose
   * sake it was sent. MQTT 3.1.1 has none: there a broker that sends several copies (neither aedes nor Mosquitto does)
   * makes overlapping filters hear each of them, and what is retained is heard again by everyone who fits. Who has heard
   * something newer on that topic never hears what is retained. `listening` is how many had begun to listen when it was
   * read: to those who came since it may be older than what is retained.
   */
  dispatch(message: Message, identifiers?: readonly number[], listening = this.#order): void {
    const { topic, retained } = message;
    this.#latest = undefined;
    const fitting = this.#table.matching(topic).filter((heard) => isMeant(heard, identifiers));
    if (fitting.length === 0) this.#onStray?.(`a message on ${topic.slice(0, 200)} that nobody had asked for`);
    else if (!retained) this.#live.heard(topic, fitting, listening);
    const places = fitting.flatMap(placesOf).toSorted(byOrder);
    for (const [heard, listener] of retained ? this.#unknowing(topic, places, identifiers) : places) {
      // Another listener may have removed it just now.
      if (this.#isThere(heard, listener, topic)) this.#tell(listener, message);
    }
  }

  /** Those for whom what the broker had kept on a topic is news. */
  #unknowing(topic: string, places: readonly Place[], identifiers: readonly number[] | undefined): readonly Place[] {
    const meant = places.filter(([, listener]) => isMeantAlone(listener, identifiers));
    const unknowing = meant.filter(([heard, listener]) => !this.#knows(topic, heard, listener));
    if (meant.length > 0 && unknowing.length === 0)
      this.#onStray?.(`a message on ${topic.slice(0, 200)} that the broker had kept, older than what came live`);
    return unknowing;
  }

  #knows(topic: string, heard: Heard, listener: Listener): boolean {
    if (this.#live.knows(topic, heard, listener.order)) return true;
    return (
      heard instanceof Subscription && heard.alone === listener && this.#live.knows(topic, listener, listener.order)
    );
  }

  /** One who listens by himself listens to a topic, and not to a filter that fits several. */
  #isThere(heard: Heard, listener: Listener, topic: string): boolean {
    const there = heard === listener ? this.#table.get(topic) : heard;
    return there instanceof Subscription ? there.has(listener) : there === listener;
  }

  #remove(filter: string, listener: Listener): boolean {
    const there = this.#table.get(filter);
    const isLast = there instanceof Subscription ? there.delete(listener) && there.size === 0 : there === listener;
    if (isLast) this.#table.delete(filter);
    return isLast;
  }

  #tell(listener: Listener, message: Message): void {
    try {
      listener.hear(message);
    } catch (error) {
      reportThrown(error, this.#onStray);
    }
  }
}

type Place = [Heard, Listener];

function placesOf(heard: Heard): Place[] {
  return allOf(heard).map((listener): Place => [heard, listener]);
}

function allOf(heard: Heard | undefined): readonly Listener[] {
  if (heard instanceof Subscription) return heard.all();
  return heard === undefined ? [] : [heard];
}

function byOrder([, one]: Place, [, other]: Place): number {
  return one.order - other.order;
}

function isMeant(heard: Heard, said: readonly number[] | undefined): boolean {
  if (said === undefined) return true;
  if (heard instanceof Subscription) return heard.identifiers.some((identifier) => said.includes(identifier));
  return heard.identifier !== undefined && said.includes(heard.identifier);
}

function isMeantAlone({ identifier }: Listener, said: readonly number[] | undefined): boolean {
  return said === undefined || identifier === undefined || said.includes(identifier);
}
