import { createHash } from 'node:crypto';
import {
  BellcrankError,
  fieldOf,
  type Fields,
  isFields,
  type Clock,
  type Log,
  type Message,
  type MessageConnection,
  type MessageWire,
  messageOf,
  payloadFields,
  payloadJson,
  type Shared,
  type SharedUpkeep,
} from '../../src/driver/index.ts';
import { type Failure, failureOf, onlineOf } from './codec.ts';
import { type Definitions, deviceOf, type Entity, groupOf, within } from './entity.ts';

const maxInventoryBytes = 8 * 1024 * 1024;
const maxDevices = 2000;
/** Devices that are read in one turn of the event loop: some milliseconds of work. */
const atOnce = 50;
const maxGroups = 500;
/** Retained commands that are warned of. */
const maxRetained = 100;
/** Whoever waits for the bridge asks for it: they are answered together. */
const askAgainMs = 5000;

/** Who follows one device or group, or the bridge alone. */
export interface Watcher {
  /** The entity, or the bridge's state, is not what it was. */
  changed(): void;
  /** zigbee2mqtt says that something asked of this entity went wrong. */
  failed?(failure: Failure): void;
  /** A retained command lies on the broker for it. */
  retainedCommand?(topic: string): void;
}

export interface Watch {
  entity(): Entity | undefined;
  /**
   * One piece of hardware is one device here. Candidates go by their addresses, so who follows it by its name was put
   * there by hand, and is the one.
   */
  isAnothers(): boolean;
  end(): void;
}

/** A topic below the base, and what is done with what comes there. */
type Heard = readonly [string, (message: Message) => void];

interface Watching {
  readonly watcher: Watcher;
  /** Where it is known: a rename changes the name and not this. */
  identity: string | undefined;
  readonly ref: string | undefined;
  readonly before: string | undefined;
  seen: Entity | undefined;
}

/** What one zigbee2mqtt tells of itself and of its devices. One for each connection and base topic. */
export class Inventory {
  readonly base: string;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #definitions: Definitions = new Map();
  readonly #byIdentity = new Map<string, Entity>();
  readonly #byName = new Map<string, Entity>();
  readonly #watching = new Set<Watching>();
  /** Who follows by its name what others may follow by its address. */
  readonly #byItsName = new Map<string, Watching>();
  readonly #listeners = new Set<() => void>();
  readonly #listening: Promise<void>;
  readonly #retainedCommands = new Set<string>();
  #devices: readonly Entity[] = [];
  #groups: readonly unknown[] = [];
  #online: boolean | undefined;
  #askedAt = -Infinity;
  #info: Fields | undefined;
  #known = false;
  #digest = '';
  /** The last list of devices that has come while another one was read. */
  #newest: Uint8Array | undefined;
  #reading = false;

  constructor(connection: MessageConnection, base: string, { log, clock }: SharedUpkeep) {
    this.base = base;
    this.#log = log;
    this.#clock = clock;
    this.#listening = this.#listen(connection);
    // Whoever needs it awaits it; nobody else is to fall over it.
    this.#listening.catch(() => {});
  }

  /** Whether the bridge says that it runs; undefined until it says anything. */
  get online(): boolean | undefined {
    return this.#online;
  }
  /** Whether the bridge has told its devices. */
  get known(): boolean {
    return this.#known;
  }
  /** `bridge/info`. */
  get info(): Fields | undefined {
    return this.#info;
  }

  /** Whether the broker keeps a command for whom has this name. */
  keepsCommand(name: string): boolean {
    return this.#retainedCommands.has(name);
  }

  /** Resolves once the broker has granted everything. Rejects if it does not. */
  listening(): Promise<void> {
    return this.#listening;
  }

  /** Asks a bridge that is not known to run; its answer is heard by all. */
  async ask(wire: MessageWire): Promise<void> {
    const now = this.#clock.monotonic();
    if (this.#online === true || now - this.#askedAt < askAgainMs) return;
    this.#askedAt = now;
    await wire.publish(`${this.base}/bridge/request/health_check`, '{}');
  }

  entities(): Iterable<Entity> {
    return this.#byIdentity.values();
  }

  /** Tells of every change in what there is. Returns the way to stop. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Follows whom `ref` names: an IEEE address, `group-3` or a friendly name. Once found it is followed by its identity.
   * Without a `ref` the bridge alone is followed. `before`: whom it was before, whatever that is called now.
   */
  watch(ref: string | undefined, watcher: Watcher, before?: string): Watch {
    const watching: Watching = { watcher, ref, before, identity: undefined, seen: undefined };
    this.#watching.add(watching);
    watching.seen = this.#find(watching);
    return {
      entity: () => watching.seen,
      isAnothers: () => {
        const first = this.#byItsName.get(watching.identity ?? '');
        return first !== undefined && first !== watching;
      },
      end: () => this.#end(watching),
    };
  }

  #end(watching: Watching): void {
    const { identity = '' } = watching;
    this.#watching.delete(watching);
    if (this.#byItsName.get(identity) !== watching) return;
    this.#byItsName.delete(identity);
    this.#tellOthers(identity, watching);
  }

  #tellOthers(identity: string, than: Watching): void {
    for (const other of this.#watching) {
      if (other !== than && other.identity === identity) this.#tell(() => other.watcher.changed());
    }
  }

  #find(watching: Watching): Entity | undefined {
    const { ref, before } = watching;
    if (ref === undefined) return undefined;
    const entity =
      this.#byIdentity.get(watching.identity ?? ref.toLowerCase()) ??
      (watching.identity === undefined ? (this.#formerly(before) ?? this.#byName.get(ref)) : undefined);
    if (watching.identity !== undefined || entity === undefined) return entity;
    watching.identity = entity.identity;
    const isByName = ref.toLowerCase() !== entity.identity;
    if (isByName && !this.#byItsName.has(entity.identity)) {
      this.#byItsName.set(entity.identity, watching);
      this.#tellOthers(entity.identity, watching);
    }
    return entity;
  }

  #formerly(before: string | undefined): Entity | undefined {
    const entity = this.#byIdentity.get(before?.slice(before.lastIndexOf('/') + 1) ?? '');
    return entity !== undefined && within(this.base, entity.identity) === before ? entity : undefined;
  }

  async #listen(connection: MessageConnection): Promise<void> {
    const needed: readonly Heard[] = [
      ['bridge/state', ({ payload }) => this.#hearState(payload)],
      ['bridge/devices', ({ payload }) => this.#hearDevices(payload)],
    ];
    const welcome: readonly Heard[] = [
      ['bridge/response/health_check', (message) => this.#hearHealth(message)],
      ['bridge/groups', ({ payload }) => this.#hearGroups(payload)],
      ['bridge/info', ({ payload }) => this.#hearInfo(payload)],
      ['bridge/logging', (message) => this.#hearLog(message)],
      ['+/set', (message) => this.#hearCommand(message)],
    ];
    for (const [topic, listener] of needed) await connection.subscribe(`${this.base}/${topic}`, listener);
    for (const [topic, listener] of welcome) await this.#hearIfAllowed(connection, `${this.base}/${topic}`, listener);
  }

  /** Access rules that let a device be told what to do need not let all of this be heard. */
  async #hearIfAllowed(connection: MessageConnection, filter: string, listener: Heard[1]): Promise<void> {
    try {
      await connection.subscribe(filter, listener);
    } catch (error) {
      if (!(error instanceof BellcrankError) || error.code !== 'device-refused') throw error;
      this.#log.warn({ filter, error: error.message }, 'what zigbee2mqtt tells there is not known');
    }
  }

  #hearState(payload: Uint8Array): void {
    const online = onlineOf(payload);
    if (online !== undefined) this.#is(online);
  }

  #hearHealth({ payload, retained }: Message): void {
    if (!retained && payloadFields(payload) !== undefined) this.#is(true);
  }

  #is(online: boolean): void {
    if (online === this.#online) return;
    this.#online = online;
    for (const { watcher } of this.#watching) this.#tell(() => watcher.changed());
  }

  #hearDevices(payload: Uint8Array): void {
    this.#newest = payload;
    if (!this.#reading) void this.#readDevices();
  }

  /** However often the whole list comes, it is read one after the other, and what has been overtaken is not read at all. */
  async #readDevices(): Promise<void> {
    this.#reading = true;
    while (this.#newest !== undefined) {
      const payload = this.#newest;
      this.#newest = undefined;
      // The bridge tells all of it again whenever it connects, and it can be megabytes.
      const digest = createHash('sha256').update(payload).digest('base64');
      const list = digest === this.#digest ? undefined : this.#listOf(payload, 'bridge/devices');
      if (list === undefined) continue;
      this.#digest = digest;
      await this.#take(list);
    }
    this.#reading = false;
  }

  /** Others have their turn in between; a short list is taken at once. */
  async #take(list: readonly unknown[]): Promise<void> {
    const devices = new Map<string, Entity>();
    for (const [at, entry] of list.entries()) {
      if (devices.size >= maxDevices) break;
      if (at > 0 && at % atOnce === 0) await this.#clock.ioTurn();
      const device = deviceOf(entry, this.#definitions);
      if (device !== undefined) devices.set(device.identity, device);
    }
    if (list.length > maxDevices + 1) this.#log.warn({ count: list.length }, `only ${maxDevices} devices are taken`);
    this.#devices = [...devices.values()];
    this.#known = true;
    this.#rebuild();
    this.#forgetUnused();
  }

  /** Definitions of devices that have gone are not kept for ever. */
  #forgetUnused(): void {
    const used: Definitions = new Map();
    const models = new Set([...this.#byIdentity.values()].map(({ description }) => description));
    for (const [text, definition] of this.#definitions) {
      if (models.has(definition.description)) used.set(text, definition);
    }
    this.#definitions.clear();
    for (const [text, definition] of used) this.#definitions.set(text, definition);
  }

  #hearGroups(payload: Uint8Array): void {
    const list = this.#listOf(payload, 'bridge/groups');
    if (list === undefined) return;
    this.#groups = list.slice(0, maxGroups);
    this.#rebuild();
    // While devices are read, theirs are not in use yet.
    if (!this.#reading) this.#forgetUnused();
  }

  #hearInfo(payload: Uint8Array): void {
    this.#info = payloadFields(payload, maxInventoryBytes) ?? this.#info;
    for (const { watcher, ref } of this.#watching) if (ref === undefined) this.#tell(() => watcher.changed());
  }

  /** What the bridge retained of its log belongs to the past. */
  #hearLog({ payload, retained }: Message): void {
    const failure = retained ? undefined : failureOf(payload);
    const identity = failure === undefined ? undefined : this.#byName.get(failure.name)?.identity;
    if (failure === undefined || identity === undefined) return;
    for (const { watcher, seen } of this.#watching) {
      if (seen?.identity === identity) this.#tell(() => watcher.failed?.(failure));
    }
  }

  #hearCommand({ topic, retained, payload }: Message): void {
    const name = topic.slice(this.base.length + 1, -'/set'.length);
    if (!retained || payload.length === 0 || this.#retainedCommands.size >= maxRetained) return;
    this.#retainedCommands.add(name);
    this.#log.warn({ topic }, 'a retained command lies on the broker; zigbee2mqtt obeys it at every start: clear it');
    for (const { watcher, seen } of this.#watching) {
      if (seen?.name === name) this.#tell(() => watcher.retainedCommand?.(topic));
    }
  }

  #listOf(payload: Uint8Array, topic: string): readonly unknown[] | undefined {
    const json = payloadJson(payload, maxInventoryBytes);
    if (json !== undefined && Array.isArray(json.value)) return json.value;
    this.#log.warn({ topic: `${this.base}/${topic}`, bytes: payload.length }, 'this is no list of what there is');
    return undefined;
  }

  #rebuild(): void {
    const before = new Map(this.#byIdentity);
    this.#byIdentity.clear();
    this.#byName.clear();
    for (const device of this.#devices) this.#byIdentity.set(device.identity, kept(before, device));
    for (const entry of this.#groups) {
      const group = groupOf(entry, (identity) => this.#byIdentity.get(identity), this.#definitions);
      if (group !== undefined) this.#byIdentity.set(group.identity, kept(before, group));
    }
    for (const entity of this.#byIdentity.values()) this.#byName.set(entity.name, entity);
    this.#tellChanges();
    for (const listener of this.#listeners) this.#tell(listener);
  }

  #tellChanges(): void {
    for (const watching of this.#watching) {
      const entity = this.#find(watching);
      if (watching.ref !== undefined && entity === watching.seen && entity !== undefined) continue;
      watching.seen = entity;
      this.#tell(() => watching.watcher.changed());
    }
  }

  #tell(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#log.error({ error: messageOf(error) }, 'a change in the inventory could not be told');
    }
  }
}

/** The entity that was there before, if nothing about it has changed. */
function kept(before: ReadonlyMap<string, Entity>, entity: Entity): Entity {
  const old = before.get(entity.identity);
  const isSame =
    old !== undefined &&
    old.description === entity.description &&
    old.name === entity.name &&
    JSON.stringify(old.candidate) === JSON.stringify(entity.candidate);
  return isSame ? old : entity;
}

/** The inventory of this base topic on the connection, made when it is first asked for. */
export function inventoryOf(shared: Shared, base: string): Inventory {
  return shared.get(`zigbee2mqtt/${base}`, (connection, upkeep) => new Inventory(connection, base, upkeep));
}

/** A field of `bridge/info`, however deep. */
export function infoField(info: Fields | undefined, ...path: readonly string[]): unknown {
  let value: unknown = info;
  for (const key of path) value = isFields(value) ? fieldOf(value, key) : undefined;
  return value;
}
