import { type Clock } from '../clock.ts';
import type { MessageConnection } from '../transport/connection.ts';
import type { Publication } from './convention.ts';

/** What may wait for a broker that takes its time: of values the newest of each, never a queue of old ones. */
const maxWaiting = 200_000;
/** Events and outcomes, each of which is told or not. */
const maxOccurrences = 1000;
/**
 * Messages whose acknowledgement is waited for at once: one at a time would take a round trip each. Brokers allow 10 and more
 * (Receive Maximum), and what is beyond that goes with QoS 0.
 */
const maxUnanswered = 8;

/** Several things that belong together, made when it is their turn. */
type Group = () => readonly Publication[];

/**
 * What is to be told on one connection. A topic that waits is told its newest payload; nothing is told faster than the
 * broker takes it.
 */
export class Outbox {
  readonly #connection: MessageConnection;
  readonly #signal: AbortSignal;
  readonly #waiting = new Map<string | number, Publication | Group>();
  /** The values that the broker has, by topic: a device that is polled says the same a thousand times. */
  readonly #told = new Map<string, string>();
  #count = 0;
  #occurrences = 0;
  #lost = 0;
  #sending: Promise<void> | undefined;
  readonly #unanswered = new Set<Promise<void>>();
  readonly #refused: (topic: string, error: unknown) => void;

  /** `refused` hears of the first thing that the broker does not take. */
  constructor(
    connection: MessageConnection,
    signal: AbortSignal,
    refused: (topic: string, error: unknown) => void = () => {},
  ) {
    this.#connection = connection;
    this.#signal = signal;
    let told = false;
    this.#refused = (topic, error) => {
      if (!told && !signal.aborted && connection.isOpen) refused(topic, error);
      told = true;
    };
  }

  /** Events and outcomes that were too many, and values of too many topics. */
  get lost(): number {
    return this.#lost;
  }

  put(publications: readonly Publication[]): void {
    for (const publication of publications) this.#keep(publication);
    this.#start();
  }

  /** The same, without the values that the broker has already. */
  putChanges(publications: readonly Publication[]): void {
    this.put(publications.filter(({ latest, topic, payload }) => latest !== true || this.#told.get(topic) !== payload));
  }

  /** What is made when it is its turn, after all that waits now; once, if the same waits already. */
  putLater(key: string, group: Group): void {
    const own = `group ${key}`;
    this.#waiting.delete(own);
    this.#waiting.set(own, group);
    this.#start();
  }

  /** Resolves when nothing waits any more, and the broker has answered. */
  async idle(): Promise<void> {
    while (this.#sending !== undefined || this.#unanswered.size > 0) {
      await this.#sending;
      await Promise.all(this.#unanswered);
    }
  }

  /** As `idle`, but no later than after `ms`. */
  async emptied(ms: number, clock: Clock): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = clock.timer(ms, resolve);
    void this.idle().then(resolve);
    await promise;
    timer.cancel();
  }

  #start(): void {
    if (this.#waiting.size === 0) return;
    this.#sending ??= this.#send().finally(() => (this.#sending = undefined));
  }

  /** In order; a newer value stands where the older one waits. */
  #keep(publication: Publication): void {
    const { latest, topic, retain } = publication;
    const key = latest === true ? `topic ${topic}` : ++this.#count;
    const isOccurrence = !retain;
    const isFull = this.#waiting.size >= maxWaiting && !this.#waiting.has(key);
    if (isFull || (isOccurrence && this.#occurrences >= maxOccurrences)) return void this.#lost++;
    if (isOccurrence) this.#occurrences++;
    this.#waiting.set(key, publication);
    this.#note(publication);
  }

  /** What the broker will have, when all that waits has been told. */
  #note({ latest, topic, payload }: Publication): void {
    if (latest === true) this.#told.set(topic, payload);
    else if (payload === '') this.#told.delete(topic);
  }

  async #send(): Promise<void> {
    // What is told in one turn of the loop is told once.
    await Promise.resolve();
    while (!this.#signal.aborted) {
      const next = this.#next();
      if (next === undefined) return;
      if (typeof next !== 'function') await this.#publish(next);
      else for (const publication of next()) await this.#publishOf(publication);
    }
  }

  /** Of a group. A value that has changed since waits on its own, and is told then. */
  async #publishOf(publication: Publication): Promise<void> {
    if (this.#waiting.has(`topic ${publication.topic}`)) return;
    this.#note(publication);
    await this.#publish(publication);
  }

  async #publish({ topic, payload, retain, qos = 0 }: Publication): Promise<void> {
    if (this.#signal.aborted) return;
    // A connection that is lost takes everything with it; the next one is told all anew.
    const taken = this.#connection
      .publish(topic, payload, { retain, qos }, this.#signal)
      .catch((error: unknown) => this.#refused(topic, error));
    if (qos === 0) return await taken;
    // Packets arrive in order, answered or not (MQTT 5.0 §4.6).
    const answered = taken.finally(() => this.#unanswered.delete(answered));
    this.#unanswered.add(answered);
    if (this.#unanswered.size >= maxUnanswered) await Promise.race(this.#unanswered);
  }

  #next(): Publication | Group | undefined {
    const [entry] = this.#waiting;
    if (entry === undefined) return undefined;
    const [key, next] = entry;
    this.#waiting.delete(key);
    if (typeof next !== 'function' && !next.retain) this.#occurrences--;
    return next;
  }
}
