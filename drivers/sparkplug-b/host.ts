import type { Message, MessageConnection, SharedUpkeep } from '../../src/driver/index.ts';
import { messageOf } from '../../src/driver/index.ts';
import type { Arrival } from './arrival.ts';
import { Shapes } from './shapes.ts';
import { EdgeNode, type Listener } from './node.ts';
import { Spread } from './rebirth.ts';
import { filtersOf, type Place, placeOf } from './topics.ts';

type Unsubscribe = () => Promise<void>;

/** What hears everything that nodes tell, whoever they are. */
export interface Overhearing {
  hear(place: Place, payload: Uint8Array): void;
}

/**
 * All that one connection's sessions share: each group is subscribed to once, each message goes to one node, and from
 * there to one session.
 */
export class Host {
  readonly shapes = new Shapes();
  readonly spread: Spread;
  readonly #connection: MessageConnection;
  readonly #upkeep: SharedUpkeep;
  readonly #nodes = new Map<string, EdgeNode>();
  readonly #groups = new Map<string, Promise<readonly Unsubscribe[]>>();
  readonly #overhearing = new Set<Overhearing>();
  #everything: Promise<readonly Unsubscribe[]> | undefined;
  #arrivals = 0;

  constructor(connection: MessageConnection, upkeep: SharedUpkeep) {
    this.#connection = connection;
    this.#upkeep = upkeep;
    this.spread = new Spread(upkeep.clock);
  }

  /** Where what has come so far ends. */
  get arrived(): Arrival {
    return { count: this.#arrivals, written: this.#connection.written };
  }

  /** Takes part in what a node or a device tells. */
  async join(group: string, node: string, device: string | undefined, listener: Listener) {
    const key = `${group}/${node}`;
    const its = this.#nodes.get(key) ?? this.#make(group, node);
    this.#nodes.set(key, its);
    const remove = its.add(device, listener);
    const leave = (): void => {
      remove();
      if (its.isIdle && this.#nodes.get(key) === its) this.#nodes.delete(key);
    };
    try {
      await this.#listenTo(group);
    } catch (error) {
      leave();
      throw error;
    }
    its.askFor(listener);
    return { node: its, leave };
  }

  /** Hears some groups from now on, or all of them. Returns the way to stop. */
  async overhear(listener: Overhearing, groups?: readonly string[]): Promise<() => void> {
    this.#overhearing.add(listener);
    if (groups === undefined) await this.#listenToEverything();
    else await Promise.all(groups.map((group) => this.#listenTo(group)));
    return () => this.#overhearing.delete(listener);
  }

  /** For requests that keep the protocol going; nobody waits for them. */
  publish(topic: string, payload: Uint8Array): void {
    if (!this.#connection.isOpen) return;
    this.#connection.publish(topic, payload, { qos: 0 }).catch((error: unknown) => {
      this.#upkeep.log.debug({ topic, error: messageOf(error) }, 'a rebirth request did not leave');
    });
  }

  #make(group: string, node: string): EdgeNode {
    const publish = (topic: string, payload: Uint8Array): void => this.publish(topic, payload);
    return new EdgeNode(group, node, { clock: this.#upkeep.clock, spread: this.spread, publish });
  }

  async #listenTo(group: string): Promise<void> {
    if (this.#everything !== undefined) return void (await this.#everything);
    const granted = this.#groups.get(group) ?? this.#subscribe(group);
    this.#groups.set(group, granted);
    try {
      await granted;
    } catch (error) {
      this.#groups.delete(group);
      throw error;
    }
  }

  /** In place of the groups: a broker may send a message once for each filter that it fits (MQTT 5.0 §3.3.4). */
  async #listenToEverything(): Promise<void> {
    this.#everything ??= this.#subscribe('+');
    try {
      await this.#everything;
    } catch (error) {
      this.#everything = undefined;
      throw error;
    }
    const groups = [...this.#groups.values()];
    this.#groups.clear();
    for (const granted of groups) for (const unsubscribe of await granted) await unsubscribe();
  }

  /** With QoS 1, so that a last will, which is published with it, does not get lost on its last way. */
  #subscribe(group: string): Promise<readonly Unsubscribe[]> {
    const hear = (message: Message): void => this.#hear(message);
    return Promise.all(filtersOf(group).map((filter) => this.#connection.subscribe(filter, hear, { qos: 1 })));
  }

  #hear({ topic, payload, retained, readEarlier }: Message): void {
    const place = placeOf(topic);
    if (place === undefined) return;
    this.#arrivals++;
    const { count, written } = this.arrived;
    const arrival = { count, written: readEarlier?.written ?? written };
    const node = this.#nodes.get(`${place.group}/${place.node}`);
    if (retained) return node?.retained(place);
    for (const listener of this.#overhearing) listener.hear(place, payload);
    node?.receive(place, payload, arrival);
  }
}
