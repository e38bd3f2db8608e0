import { type Clock } from '../clock.ts';
import type { MessageConnection } from '../transport/connection.ts';
import type { Publication } from './convention.ts';

/** What may wait for a broker that takes its time: of values the newest of each, never a queue of old ones. */
const maxWaiting = 200_000;

/**
 * What is to be told on one connection. A topic that waits is told its newest payload; nothing is told faster than the
 * broker takes it.
 */
export class Outbox {
  readonly #connection: MessageConnection;
  readonly #signal: AbortSignal;
  readonly #waiting = new Map<string | number, Publication>();
  /** The values that the broker has, by topic: a device that is polled says the same a thousand times. */
  readonly #told = new Map<string, string>();
  #count = 0;
  #sending: Promise<void> | undefined;

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

  put(publications: readonly Publication[]): void {
    if (publications.length === 0) return;
    for (const publication of publications) this.#keep(publication);
    this.#sending ??= this.#send().finally(() => (this.#sending = undefined));
  }

  /** The same, without the values that the broker has already. */
  putChanges(publications: readonly Publication[]): void {
    this.put(publications.filter(({ latest, topic, payload }) => latest !== true || this.#told.get(topic) !== payload));
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#sending;
  }

  /** As `idle`, but no later than after `ms`. */
  async emptied(ms: number, clock: Clock): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = clock.timer(ms, resolve);
    void this.idle().then(resolve);
    await promise;
    timer.cancel();
  }

  /** In order; a newer value stands where the older one waits. */
  #keep(publication: Publication): void {
    const { latest, topic, payload } = publication;
    const key = latest === true ? topic : ++this.#count;
    if (this.#waiting.size >= maxWaiting && !this.#waiting.has(key)) return;
    this.#waiting.set(key, publication);
    if (latest === true && this.#told.size < maxWaiting) this.#told.set(topic, payload);
  }

  async #send(): Promise<void> {
    // What is told in one turn of the loop is told once.
    await Promise.resolve();
    while (!this.#signal.aborted) {
      const next = this.#next();
      if (next === undefined) return;
      const { topic, payload, retain, qos = 0 } = next;
      // A connection that is lost takes everything with it; the next one is told all anew.
      await this.#connection.publish(topic, payload, { retain, qos }, this.#signal).catch((error: unknown) => {
        this.#refused(topic, error);
      });
    }
  }

  #next(): Publication | undefined {
    const [entry] = this.#waiting;
    if (entry === undefined) return undefined;
    this.#waiting.delete(entry[0]);
    return entry[1];
  }
}
