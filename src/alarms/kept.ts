import type { Log } from '../driver/contract.ts';
import { messageOf } from '../errors.ts';
import type { FactStore } from '../store/store.ts';
import type { Alarm } from './alarm.ts';

const prefix = 'alarm:';

/**
 * Alarms on record. Each has a numbered place that is used again when it is forgotten, so that a store that cannot be
 * written has only so many of them waiting.
 */
export class KeptAlarms {
  readonly #facts: FactStore;
  readonly #log: Log;
  readonly #places = new Map<string, number>();
  readonly #free: number[] = [];
  #next = 0;
  #isLoaded = false;
  #isTold = false;

  constructor(facts: FactStore, log: Log) {
    this.#facts = facts;
    this.#log = log;
  }

  /** What is on record, in the order of ids. Nothing is put before. */
  load(): readonly Alarm[] {
    this.#isLoaded = true;
    const found = this.#facts.entries(prefix).map(([key, alarm]): [number, Alarm] => {
      // Put here by this class, as JSON, which an alarm is.
      return [Number(key.slice(prefix.length)), alarm as Alarm];
    });
    for (const [place, { id }] of found) this.#places.set(id, place);
    const taken = new Set(this.#places.values());
    this.#next = Math.max(-1, ...taken) + 1;
    for (let place = 0; place < this.#next; place++) if (!taken.has(place)) this.#free.push(place);
    return found.map(([, alarm]) => alarm).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Resolves when it is on record, or cannot be: then it is, once the store works again. */
  put(alarm: Alarm): Promise<void> {
    if (!this.#isLoaded) return Promise.resolve();
    const place = this.#places.get(alarm.id) ?? this.#free.pop() ?? this.#next++;
    this.#places.set(alarm.id, place);
    return this.#set(place, alarm);
  }

  forget({ id }: Alarm): void {
    const place = this.#places.get(id);
    if (place === undefined) return;
    this.#places.delete(id);
    this.#free.push(place);
    void this.#set(place, undefined);
  }

  async #set(place: number, alarm: Alarm | undefined): Promise<void> {
    try {
      await this.#facts.set(`${prefix}${place}`, alarm);
      this.#isTold = false;
    } catch (error) {
      if (this.#isTold) return;
      this.#isTold = true;
      this.#log.error({ error: messageOf(error) }, 'alarms are not on record until the store works again');
    }
  }
}
