import type { Message, MessageConnection, Model, Shared, SharedUpkeep } from '../../src/driver/index.ts';
import { announcedIn, discoveredIn, type NodeInfo } from './announcement.ts';
import { type Component, componentKey } from './component.ts';
import { modelOf } from './model.ts';
import type { EsphomeOptions } from './options.ts';
import type { Part, Parts } from './part.ts';
import { partsOf } from './parts.ts';

const maxNodes = 20_000;
const maxComponents = 200;
const maxShapes = 1000;
const maxMacs = 10;

/** What is announced under one prefix. */
export interface Node {
  readonly prefix: string;
  info: NodeInfo;
  /** The last that its discovery messages tell, and the one that whoever is there told last. */
  readonly macs: Set<string>;
  mac: string | undefined;
  /** The name by which it told of itself under `esphome/discover`. */
  discovered: string | undefined;
  /** By their discovery topics. */
  readonly components: Map<string, Component>;
}

export interface Watcher {
  found(node: Node): void;
  gone(node: Node): void;
}

/** A description's model, and how its properties are told and set. */
export interface Shape extends Parts {
  readonly model: Model;
  readonly byTopic: ReadonlyMap<string, readonly Part[]>;
}

/** All ESPHome nodes that a broker knows of, heard once for everybody. */
export class Inventory {
  readonly listening: Promise<unknown>;
  readonly #upkeep: SharedUpkeep;
  readonly #nodes = new Map<string, Node>();
  /** Which prefix a discovery topic told of, to know what its removal removes. */
  readonly #prefixes = new Map<string, string>();
  readonly #named = new Map<string, Node>();
  readonly #byMac = new Map<string, Node>();
  readonly #sessions = new Map<string, Set<(speaks: boolean) => void>>();
  readonly #watchers = new Set<Watcher>();
  readonly #shapes = new Map<string, Shape>();

  constructor(connection: MessageConnection, upkeep: SharedUpkeep) {
    this.#upkeep = upkeep;
    this.listening = Promise.all([
      connection.subscribe('homeassistant/+/+/+/config', (message) => this.#hearComponent(message)),
      connection.subscribe('esphome/discover/+', (message) => this.#hearNode(message)),
    ]);
    // Whoever awaits it hears of it.
    this.listening.catch(() => {});
  }

  find(prefix: string): Node | undefined {
    return this.#nodes.get(prefix);
  }

  /** Calls when what is announced under the prefix changes; `speaks`: by the node itself, now. Returns the way to stop. */
  follow(prefix: string, changed: (speaks: boolean) => void): () => void {
    const sessions = this.#sessions.get(prefix) ?? new Set();
    this.#sessions.set(prefix, sessions.add(changed));
    return () => {
      sessions.delete(changed);
      if (sessions.size === 0 && this.#sessions.get(prefix) === sessions) this.#sessions.delete(prefix);
    };
  }

  /** Tells of all that are announced, now and later. Returns the way to stop. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    for (const node of this.#nodes.values()) watcher.found(node);
    return () => this.#watchers.delete(watcher);
  }

  /** One for all devices that are alike. */
  shape(make: string, components: readonly Component[], stop: EsphomeOptions['stop']): Shape {
    const key = JSON.stringify([make, components, stop]);
    const known = this.#shapes.get(key);
    if (known !== undefined) return known;
    const parts = partsOf(components);
    const byTopic = Map.groupBy(parts.properties, ({ topic }) => topic);
    const shape = { ...parts, byTopic, model: modelOf(make, components, stop, parts) };
    if (this.#shapes.size >= maxShapes) this.#shapes.clear();
    this.#shapes.set(key, shape);
    return shape;
  }

  #hearComponent({ topic, payload, retained }: Message): void {
    const [, type = '', , id = ''] = topic.split('/');
    if (payload.length === 0) return this.#removeComponent(topic);
    const announced = announcedIn(type, id, payload);
    // Most of what is announced there is not ESPHome's.
    if (announced === undefined) return;
    const { prefix, component, node: info } = announced;
    const before = this.#prefixes.get(topic);
    if (before !== undefined && before !== prefix) this.#removeComponent(topic);
    const node = this.#node(prefix);
    if (node === undefined || (node.components.size >= maxComponents && !node.components.has(topic))) return;
    this.#prefixes.set(topic, prefix);
    node.components.set(topic, component);
    const { mac, ...more } = info;
    node.info = { ...more, ...node.info };
    if (mac !== undefined) this.#tellsMac(mac, node, retained);
    this.#told(node);
  }

  /** Of what the broker kept some may be of a board that was replaced: of several, whoever is there says which it is. */
  #tellsMac(mac: string, node: Node, mayBePast: boolean): void {
    this.#isThe(mac, node);
    const [oldest = mac] = node.macs;
    node.macs.add(mac);
    if (node.macs.size > maxMacs) this.#forgetMac(oldest, node);
    if (!mayBePast) node.mac = mac;
    const { mac: _, ...others } = node.info;
    const told = node.mac ?? (node.macs.size === 1 ? mac : undefined);
    node.info = told === undefined ? others : { ...others, mac: told };
  }

  /** A node that told its name first, and then turns out to have another prefix, is that one. */
  #isThe(mac: string, node: Node): void {
    const other = this.#byMac.get(mac);
    this.#byMac.set(mac, node);
    if (other === undefined || other === node || other.components.size > 0) return;
    node.info = { ...node.info, ...other.info };
    node.mac ??= other.mac;
    node.discovered ??= other.discovered;
    if (other.discovered !== undefined) this.#named.set(other.discovered, node);
    this.#remove(other);
  }

  /** The prefix is the node's name unless its configuration says otherwise, which this message does not tell. */
  #hearNode({ topic, payload, retained }: Message): void {
    const name = topic.slice(topic.lastIndexOf('/') + 1);
    if (payload.length === 0) return this.#forget(name);
    const info = discoveredIn(name, payload);
    if (info === undefined) return this.#upkeep.log.debug({ topic: topic.slice(0, 200) }, 'not a node of ESPHome');
    const known = info.mac === undefined ? undefined : this.#byMac.get(info.mac);
    const node = known ?? this.#node(name);
    if (node === undefined) return;
    const { mac, ...more } = info;
    node.info = { ...node.info, ...more };
    // The broker keeps what boards of two names told of themselves under one prefix.
    const isAnother = retained && mac !== node.mac && ![undefined, name].includes(node.discovered);
    node.discovered = name;
    this.#named.set(name, node);
    if (isAnother) node.mac = undefined;
    if (mac !== undefined) this.#tellsMac(mac, node, isAnother);
    this.#told(node, !retained);
  }

  #node(prefix: string): Node | undefined {
    const known = this.#nodes.get(prefix);
    if (known !== undefined || this.#nodes.size >= maxNodes) return known;
    const node: Node = {
      prefix,
      info: {},
      macs: new Set(),
      mac: undefined,
      discovered: undefined,
      components: new Map(),
    };
    this.#nodes.set(prefix, node);
    return node;
  }

  #told(node: Node, speaks = false): void {
    for (const watcher of this.#watchers) watcher.found(node);
    for (const changed of this.#sessions.get(node.prefix) ?? []) changed(speaks);
  }

  #removeComponent(topic: string): void {
    const node = this.#nodes.get(this.#prefixes.get(topic) ?? '');
    this.#prefixes.delete(topic);
    if (node === undefined) return;
    node.components.delete(topic);
    if (node.components.size > 0 || node.discovered !== undefined) this.#told(node);
    else this.#remove(node);
  }

  #forget(name: string): void {
    const node = this.#named.get(name);
    this.#named.delete(name);
    if (node === undefined) return;
    node.discovered = undefined;
    if (node.components.size === 0) this.#remove(node);
  }

  #remove(node: Node): void {
    this.#nodes.delete(node.prefix);
    for (const mac of node.macs) this.#forgetMac(mac, node);
    for (const watcher of this.#watchers) watcher.gone(node);
  }

  #forgetMac(mac: string, node: Node): void {
    node.macs.delete(mac);
    if (this.#byMac.get(mac) === node) this.#byMac.delete(mac);
  }
}

/** The components of a node, in an order that does not depend on when each was told. */
export function componentsOf(node: Node | undefined): readonly Component[] {
  return [...(node?.components.values() ?? [])].sort((a, b) => (componentKey(a) < componentKey(b) ? -1 : 1));
}

/** The one of a connection. */
export function inventoryOf(shared: Shared): Inventory {
  return shared.get('esphome/inventory', (connection, upkeep) => new Inventory(connection, upkeep));
}
