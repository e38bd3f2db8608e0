import {
  type AnySession,
  BellcrankError,
  type Call,
  type Context,
  type Fields,
  fieldOf,
  type Message,
  type MessageConnection,
  type MessageWire,
  messageOf,
  Presence,
  type TopicCall,
  TopicExchange,
} from '../../src/driver/index.ts';
import { type Failure, getTopic, onlineOf, setTopic, stateOf } from './codec.ts';
import { type Entity, within } from './entity.ts';
import type { Feature } from './exposes.ts';
import { failureError } from './failure.ts';
import { type Handlers, handlersOf, type Talk } from './handlers.ts';
import { type Inventory, inventoryOf, type Watch, type Watcher } from './inventory.ts';
import { defaultBase, type Zigbee2mqttOptions, zigbee2mqttModel } from './model.ts';
import type { Description } from './specs.ts';
import { standingOf } from './standing.ts';
import { decode } from './values.ts';

type DeviceCall = Call<MessageWire>;

const defaultReplyTimeoutMs = 9000;
/** What a read takes beside the answer. */
const marginMs = 500;

/** A session with one device or group. Its name, its description and its presence may change while it lasts. */
export class Device implements Talk {
  readonly #context: Context;
  readonly #inventory: Inventory;
  readonly #exchange: TopicExchange;
  readonly #presence: Presence;
  readonly #watch: Watch;
  readonly #handlers: Handlers = { commands: {}, read: {}, write: {} };
  /** The last live value of each field. */
  readonly #told = new Map<string, unknown>();
  readonly #replyTimeoutMs: number;
  #entity: Entity | undefined;
  #description: Description | undefined;
  #available: boolean | undefined;
  #wasThere = false;
  #impostor: string | undefined;
  #leave: (() => Promise<void>) | undefined;
  #following: Promise<void> = Promise.resolve();
  #failed: ((failure: Failure) => void) | undefined;
  #attaching = true;

  constructor(connection: MessageConnection, options: Zigbee2mqttOptions, context: Context) {
    const { device, group, base = defaultBase, replyTimeoutMs = defaultReplyTimeoutMs } = options;
    this.#context = context;
    this.#replyTimeoutMs = replyTimeoutMs;
    this.#inventory = inventoryOf(context.shared, base);
    this.#presence = new Presence(context);
    this.#exchange = new TopicExchange(connection, context, { timeoutMs: replyTimeoutMs, presence: this.#presence });
    const watcher: Watcher = {
      changed: () => this.#changed(),
      failed: (failure) => this.#failed?.(failure),
      retainedCommand: (topic) => this.#keeps(topic),
    };
    this.#watch = this.#inventory.watch(device ?? `group-${group}`, watcher, context.identified);
    context.signal.addEventListener('abort', () => this.#watch.end(), { once: true });
  }

  /** Needs the broker alone. A device that is not there yet shows as absent, and comes by itself. */
  async attach(connection: MessageConnection): Promise<AnySession> {
    await this.#inventory.listening();
    this.#changed();
    await this.#following;
    this.#attaching = false;
    await this.#askState(connection);
    const { commands, read, write } = this.#handlers;
    const stop = (call: DeviceCall): Promise<void> => this.#stop(call);
    const resync = async (call: DeviceCall): Promise<void> => {
      this.#presence.refuseIfAway();
      // No message carries anything to tell an old one by; what comes from here on answers what is asked from here on.
      this.#exchange.forget();
      await this.#askState(call.wire);
    };
    const model = this.#description?.model ?? zigbee2mqttModel;
    const ask = (call: DeviceCall): Promise<void> => this.#inventory.ask(call.wire);
    const readWithinMs = (): number => this.#replyTimeoutMs + marginMs;
    return { commands, read, write, stop, resync, ask, model, readWithinMs };
  }

  get description(): Description | undefined {
    return this.#description;
  }

  told(key: string): unknown {
    return this.#told.get(key);
  }

  /** Publishes what is to be set, and waits until a live state fits. */
  async set<T>(call: DeviceCall, fields: Fields, fits: (state: Fields) => T | undefined, ms?: number): Promise<T> {
    const topic = setTopic(this.#inventory.base, this.#reachable());
    return await this.#ask(call, 'set', topic, fields, fits, ms);
  }

  /** Asks for the values of fields, and waits for a live state that fits. */
  async get<T>(call: DeviceCall, keys: readonly string[], fits: (state: Fields) => T | undefined): Promise<T> {
    const topic = getTopic(this.#inventory.base, this.#reachable());
    return await this.#ask(call, 'get', topic, Object.fromEntries(keys.map((key) => [key, ''])), fits);
  }

  /** Publishes and waits for nothing. */
  async send(call: DeviceCall, fields: Fields): Promise<void> {
    await call.wire.publish(setTopic(this.#inventory.base, this.#reachable()), JSON.stringify(fields));
  }

  #reachable(): string {
    this.#presence.refuseIfAway();
    if (this.#entity !== undefined) return this.#entity.name;
    throw new BellcrankError('device-offline', 'zigbee2mqtt does not know it; nothing was sent');
  }

  async #ask<T>(
    call: DeviceCall,
    type: Failure['type'],
    topic: string,
    fields: Fields,
    fits: (state: Fields) => T | undefined,
    timeoutMs = this.#replyTimeoutMs,
  ): Promise<T> {
    const name = this.#entity?.name;
    const stateTopic = `${this.#inventory.base}/${name}`;
    const match = (message: Message): T | undefined => {
      const state = this.#isCalled(name) && message.topic === stateTopic ? stateOf(message.payload) : undefined;
      return state === undefined ? undefined : fits(state);
    };
    const failure = new AbortController();
    const keys = Object.keys(fields);
    this.#failed = (told) => {
      if (told.type === type && concerns(told, keys)) failure.abort(failureError(told, keys.length));
    };
    // Getters of the call do not survive a spread.
    const signal = AbortSignal.any([call.signal, failure.signal]);
    const watched: TopicCall = { signal, dryRun: call.dryRun, wire: call.wire, late: (result) => call.late(result) };
    try {
      const payload = JSON.stringify(fields);
      return await this.#exchange.request(watched, { topic, payload }, { match, final: true, timeoutMs });
    } finally {
      this.#failed = undefined;
    }
  }

  /** One that is said to be offline may be on its way back, so it is told all the same. */
  async #stop(call: DeviceCall): Promise<void> {
    const { stop, stopTells } = this.#description ?? {};
    const entity = this.#entity;
    if (stop === undefined || entity === undefined) {
      throw new BellcrankError('device-offline', 'zigbee2mqtt does not tell this device; nothing was sent');
    }
    const topic = setTopic(this.#inventory.base, entity.name);
    if (stopTells === undefined) return await call.wire.publish(topic, JSON.stringify(stop));
    const off = (state: Fields): Fields | undefined =>
      stopTells.every(({ key, value }) => decode(value, fieldOf(state, key)) === false) ? state : undefined;
    await this.#ask(call, 'set', topic, stop, off);
    call.confirm('acknowledged', { topic: `${this.#inventory.base}/${entity.name}`, payload: JSON.stringify(stop) });
  }

  /** zigbee2mqtt retains no states as it comes: what the device mainly is, is asked for once. */
  async #askState(wire: Pick<MessageWire, 'publish'>): Promise<void> {
    const state = [...(this.#description?.features.values() ?? [])].filter(
      ({ name, gettable }) => gettable && name === 'state',
    );
    if (state.length === 0 || this.#presence.here !== true || this.#entity === undefined) return;
    const fields = Object.fromEntries(state.map(({ key }) => [key, '']));
    await wire.publish(getTopic(this.#inventory.base, this.#entity.name), JSON.stringify(fields));
  }

  #changed(): void {
    const entity = this.#watch.entity();
    if (entity !== undefined) this.#take(entity);
    this.#wasThere ||= entity !== undefined;
    const moved = entity?.name !== this.#entity?.name;
    this.#entity = entity;
    if (!moved) return this.#judge();
    this.#available = undefined;
    const { base } = this.#inventory;
    if (entity !== undefined && this.#inventory.keepsCommand(entity.name)) this.#keeps(setTopic(base, entity.name));
    this.#following = this.#following.then(() => this.#follow(entity?.name)).then(() => this.#judge());
  }

  #keeps(topic: string): void {
    this.#context.unmatched(`retained command on ${topic}`);
  }

  #take({ identity, description }: Entity): void {
    this.#identify(identity);
    if (description === undefined || description === this.#description) return;
    this.#description = description;
    const { commands, read, write } = handlersOf(description, this);
    replace(this.#handlers.commands, commands);
    replace(this.#handlers.read, read);
    replace(this.#handlers.write, write);
    // Before anything is told: values of what the model does not have yet would be lost.
    this.#context.remodel(this.#context.intern(description.model));
  }

  /** Another device under the same friendly name is not the one that was meant. */
  #identify(identity: string): void {
    try {
      this.#context.identify(within(this.#inventory.base, identity));
      this.#impostor = undefined;
    } catch (error) {
      if (this.#attaching) throw error;
      this.#impostor = messageOf(error);
    }
  }

  /** Listens where the device is now; a rename moves all of its topics. */
  async #follow(name: string | undefined): Promise<void> {
    await this.#leave?.().catch(() => {});
    this.#leave = undefined;
    if (name === undefined) return;
    const { base } = this.#inventory;
    try {
      const leave = await this.#listen([
        [`${base}/${name}`, (message) => this.#isCalled(name) && this.#hearState(message)],
        [`${base}/${name}/availability`, (message) => this.#isCalled(name) && this.#hearAvailability(message)],
      ]);
      this.#leave = leave;
    } catch (error) {
      if (this.#attaching) throw error;
      this.#context.log.error({ error: messageOf(error) }, 'the topics of the device could not be subscribed to');
    }
  }

  /** Once it has another name, what is told under the former one may be another device's. */
  #isCalled(name: string | undefined): boolean {
    return this.#entity?.name === name;
  }

  async #listen(topics: readonly (readonly [string, (message: Message) => unknown])[]): Promise<() => Promise<void>> {
    const ends: (() => unknown)[] = [];
    for (const [topic, listener] of topics) {
      ends.push(this.#exchange.on(topic, listener), await this.#exchange.subscribe(topic));
    }
    return async () => void (await Promise.all(ends.map(async (end) => await end())));
  }

  #judge(): void {
    // Present is only who can be heard; this is called again once its topics are subscribed to.
    if (this.#entity !== undefined && this.#leave === undefined) return;
    if (this.#impostor !== undefined) return this.#presence.away(this.#impostor);
    if (this.#watch.isAnothers())
      return this.#presence.away('another device here is the same one, by its friendly name');
    const { here, detail } = standingOf(this.#inventory, this.#entity, this.#wasThere, this.#available);
    if (here) this.#presence.back(detail);
    else this.#presence.away(detail);
  }

  #hearAvailability({ topic, payload }: Message): void {
    if (payload.length === 0) this.#available = undefined;
    else {
      const online = onlineOf(payload);
      if (online === undefined) return this.#context.unmatched(`unreadable payload on ${topic}`);
      this.#available = online;
    }
    this.#judge();
  }

  #hearState({ topic, payload, retained }: Message): void {
    // What a broker kept is of the past, and a device that has gone does not correct it.
    if (retained || payload.length === 0) return;
    const state = stateOf(payload);
    if (state === undefined) return this.#context.unmatched(`unreadable payload on ${topic}`);
    const { features = [], actions = [] } = this.#description ?? {};
    for (const [name, feature] of features) this.#report(name, feature, state);
    for (const [name, { key, value }] of actions) {
      const action = decode(value, fieldOf(state, key));
      if (action !== undefined && action !== '') this.#context.emit(name, { action });
    }
  }

  #report(name: string, { key, value }: Feature, state: Fields): void {
    if (!Object.hasOwn(state, key)) return;
    const told = fieldOf(state, key);
    const decoded = decode(value, told);
    if (decoded !== undefined) {
      this.#told.set(key, told);
      return this.#context.report(name, decoded);
    }
    const wasKnown = this.#told.delete(key);
    // Until a device has told a value its field is null.
    if (told !== null) this.#context.lost(name, `zigbee2mqtt tells ${JSON.stringify(told).slice(0, 60)}`);
    else if (wasKnown) this.#context.lost(name, 'zigbee2mqtt tells no value');
  }
}

/** A converter may take several keys; the log names the one that it began with, without its endpoint. */
function concerns({ key }: Failure, keys: readonly string[]): boolean {
  return keys.some((asked) => asked === key || asked.startsWith(`${key}_`));
}

/** The records stay, since the runtime holds on to them; what is in them changes. */
function replace(target: Record<string, unknown>, entries: Readonly<Record<string, unknown>>): void {
  for (const key of Object.keys(target)) delete target[key];
  Object.assign(target, entries);
}
