import type { Candidate, Clock, Discovery } from '../../src/driver/index.ts';
import { readBirth } from './birth.ts';
import { encodeCommand } from './command.ts';
import { rebirthMetric } from './describe.ts';
import type { Overhearing } from './host.ts';
import { decodePayload } from './payload.ts';
import { Rebirth, type Spread } from './rebirth.ts';
import { commandTopic, type Place } from './topics.ts';

/** Nodes and devices that are listed; more than that are not an announcement but an attack, or several factories. */
const maxListed = 20_000;
/** Longest part of a topic that the driver's options take. */
const maxLevel = 200;

export interface RosterParts {
  /** Whether whoever is heard without a birth certificate is asked for it. */
  readonly asks: boolean;
  /** Those that are listed; all if absent. */
  readonly groups: readonly string[] | undefined;
  readonly clock: Clock;
  readonly spread: Spread;
  readonly publish: (topic: string, payload: Uint8Array) => void;
}

/**
 * Who is there, by what is heard: births as they come, and since those are not retained, the births of whoever is heard
 * without one are asked for.
 */
export class Roster implements Overhearing {
  readonly #discovery: Discovery;
  readonly #parts: RosterParts;
  readonly #listed = new Map<string, Set<string>>();
  readonly #asking = new Map<string, Rebirth>();
  #size = 0;

  constructor(discovery: Discovery, parts: RosterParts) {
    this.#discovery = discovery;
    this.#parts = parts;
  }

  close(): void {
    for (const asking of this.#asking.values()) asking.cancel();
    this.#asking.clear();
  }

  hear(place: Place, payload: Uint8Array): void {
    const { type, group, node, device } = place;
    if (this.#parts.groups?.includes(group) === false) return;
    if ([group, node, device ?? ''].some((level) => level.length > maxLevel)) return;
    const key = `${group}/${node}`;
    if (type === 'NBIRTH') this.#nodeBorn(key, place, payload);
    else if (type === 'NDEATH') this.#nodeGone(key);
    else if (type === 'DBIRTH') this.#list(key, place, payload);
    else if (type === 'DDEATH') this.#unlist(key, `${key}/${device}`);
    else if (this.#listed.get(key)?.has(device === undefined ? key : `${key}/${device}`) !== true)
      this.#ask(key, place);
  }

  #nodeBorn(key: string, place: Place, payload: Uint8Array): void {
    this.#asking.get(key)?.cancel();
    this.#asking.delete(key);
    this.#list(key, place, payload);
  }

  #list(key: string, place: Place, payload: Uint8Array): void {
    const identity = place.device === undefined ? key : `${key}/${place.device}`;
    const listed = this.#listed.get(key) ?? new Set();
    if (!listed.has(identity) && this.#size >= maxListed) return;
    const candidate = candidateOf(identity, place, payload);
    if (candidate === undefined) return;
    if (!listed.has(identity)) this.#size++;
    listed.add(identity);
    this.#listed.set(key, listed);
    this.#discovery.found(candidate);
  }

  #unlist(key: string, identity: string): void {
    const listed = this.#listed.get(key);
    if (listed?.delete(identity) !== true) return;
    this.#size--;
    if (listed.size === 0) this.#listed.delete(key);
    this.#discovery.gone(identity);
  }

  /** Whatever its session number: at worst it is found again with its next birth. */
  #nodeGone(key: string): void {
    for (const identity of this.#listed.get(key) ?? []) this.#unlist(key, identity);
  }

  #ask(key: string, { group, node }: Place): void {
    const known = this.#asking.get(key);
    if (!this.#parts.asks) return;
    if (known === undefined && this.#asking.size >= maxListed) return;
    const asking = known ?? this.#makeAsking(group, node);
    this.#asking.set(key, asking);
    asking.need();
  }

  #makeAsking(group: string, node: string): Rebirth {
    const { clock, spread, publish } = this.#parts;
    const request = (): Uint8Array =>
      encodeCommand(clock.now(), [{ id: { name: rebirthMetric }, type: 'Boolean', value: true }]);
    return new Rebirth({
      clock,
      spread,
      publish: () => publish(commandTopic(group, node), request()),
      unanswered: () => {},
    });
  }
}

/** Undefined for what is no birth certificate. */
function candidateOf(identity: string, { group, node, device }: Place, payload: Uint8Array): Candidate | undefined {
  try {
    const { announced, manufacturer, type } = readBirth(decodePayload(payload));
    const what = device === undefined ? 'edge node' : `device of ${group}/${node}`;
    return {
      identity,
      name: device ?? node,
      options: { group, node, ...(device !== undefined && { device }) },
      summary: `Sparkplug B ${what} with ${announced.length} metrics`,
      ...(manufacturer !== undefined && { manufacturer }),
      ...(type !== undefined && { model: type }),
    };
  } catch {
    return undefined;
  }
}
