import {
  type AnySession,
  BellcrankError,
  type Call,
  type Context,
  type Message,
  type MessageConnection,
  type MessageWire,
  messageOf,
  Presence,
  tellsAll,
  TopicExchange,
} from '../../src/driver/index.ts';
import type { HomieProperty } from './description.ts';
import { Hearing, type Place } from './hearing.ts';
import { type Inventory, inventoryOf } from './inventory.ts';
import { homieModel, type HomieOptions, defaultDomain } from './model.ts';
import type { Description } from './specs.ts';
import { standingOf } from './standing.ts';
import { stopOf, type StopWrite } from './stop.ts';
import { decode, encode } from './values.ts';
import type { Watch } from './watch.ts';

type DeviceCall = Call<MessageWire>;
type Level = 'acknowledged' | 'confirmed';
type Handler = (value: never, call: DeviceCall) => Promise<unknown>;

/** A session with one device, of whichever version it turns out to be. */
export class Device {
  readonly #context: Context;
  readonly #options: HomieOptions;
  readonly #domain: string;
  readonly #inventories: readonly Inventory[];
  readonly #exchange: TopicExchange;
  readonly #presence: Presence;
  readonly #hearing: Hearing;
  readonly #commands: Record<string, Handler> = {};
  readonly #write: Record<string, Handler> = {};
  #inventory: Inventory | undefined;
  #description: Description | undefined;
  #stop: readonly StopWrite[] | undefined;
  #attaching = true;
  #isHeard = false;
  #following: Promise<void> = Promise.resolve();

  constructor(connection: MessageConnection, options: HomieOptions, context: Context) {
    const { device, domain = defaultDomain, version, replyTimeoutMs = 4000 } = options;
    this.#context = context;
    this.#options = options;
    this.#domain = domain;
    const versions = version === undefined ? ([5, 4] as const) : [version];
    this.#inventories = versions.map((number) => inventoryOf(context.shared, number));
    this.#presence = new Presence(context);
    this.#exchange = new TopicExchange(connection, context, { timeoutMs: replyTimeoutMs, presence: this.#presence });
    this.#hearing = new Hearing(context, { described: () => this.#changed() });
    const ends = this.#inventories.map((inventory) => inventory.watch(domain, device, () => this.#changed()));
    context.signal.addEventListener('abort', () => this.#end(ends), { once: true });
  }

  /** Needs the broker alone: a device that is not announced shows as absent, and comes by itself. */
  async attach(): Promise<AnySession> {
    for (const inventory of this.#inventories) await inventory.listening();
    this.#changed();
    await this.#following;
    this.#attaching = false;
    const session = { commands: this.#commands, read: {}, write: this.#write };
    const stop = (call: DeviceCall): Promise<void> => this.#makeSafe(call);
    const resync = async (): Promise<void> => {
      this.#presence.refuseIfAway();
      // Nothing can be asked: what comes from here on answers what is written from here on.
      this.#exchange.forget();
    };
    return { ...session, stop, resync, model: this.#model() };
  }

  #end(ends: readonly (() => void)[]): void {
    for (const end of ends) end();
    this.#hearing.end();
  }

  #model() {
    const { model = homieModel } = this.#description ?? {};
    const stop = {
      summary: 'Writes what its configuration says',
      confirmation: 'acknowledged',
      timeoutMs: 5000,
    } as const;
    return this.#stop === undefined ? model : this.#context.intern({ ...model, stop });
  }

  /** The version under which it is announced; the first one that is stays. */
  #find(): Inventory | undefined {
    const { device } = this.#options;
    this.#inventory ??= this.#inventories.find((inventory) => {
      const entry = inventory.get(this.#domain, device);
      return entry?.state !== undefined && (inventory.version === 5 || entry.version !== undefined);
    });
    return this.#inventory;
  }

  #changed(): void {
    const inventory = this.#find();
    if (inventory === undefined) return this.#presence.away('no such device announces itself on this broker');
    if (!this.#isHeard) {
      this.#isHeard = true;
      const place = { base: this.#base(inventory), version: inventory.version };
      this.#following = this.#follow(place).then(() => this.#judge(inventory));
    } else this.#judge(inventory);
  }

  #base({ version }: Inventory): string {
    const { device } = this.#options;
    return version === 5 ? `${this.#domain}/5/${device}` : `${this.#domain}/${device}`;
  }

  async #follow(place: Place): Promise<void> {
    const { base, version } = place;
    const filters = version === 5 ? [`${base}/+/+`, `${base}/+/+/$target`] : [`${base}/#`];
    this.#hearing.place = place;
    try {
      for (const filter of filters) {
        this.#exchange.on(filter, (message) => this.#hearing.hear(message));
        await this.#exchange.subscribe(filter);
      }
    } catch (error) {
      if (this.#attaching) throw error;
      this.#context.log.error({ error: messageOf(error) }, 'the topics of the device could not be subscribed to');
    }
  }

  #judge(inventory: Inventory): void {
    const entry = inventory.get(this.#domain, this.#options.device);
    const announced = inventory.version === 5 ? entry?.announced : this.#hearing.announced();
    if (announced !== undefined) this.#take(inventory.describe(announced));
    const { here, detail } = standingOf(inventory, entry, announced !== undefined);
    // Values that a ready device had the broker keep are what it has now.
    this.#hearing.isReady = here;
    if (here) this.#presence.back(detail);
    else this.#presence.away(detail);
    if (here) this.#hearing.tellKept();
  }

  #take(description: Description): void {
    if (description === this.#description) return;
    this.#description = description;
    this.#hearing.description = description;
    for (const record of [this.#commands, this.#write]) for (const key of Object.keys(record)) delete record[key];
    for (const [name, property] of description.states) {
      if (property.settable) this.#write[name] = (value, call) => this.#set(call, name, property, value);
    }
    for (const [name, property] of description.orders) {
      this.#commands[name] = (params: { readonly value: unknown }, call) => this.#order(call, property, params.value);
    }
    this.#stop = stopOf(description, this.#options.stop, this.#context.log);
    // Before anything is told: values of what the model does not have yet would be lost.
    this.#context.remodel(this.#context.intern(this.#model()));
  }

  #topic({ node, id }: HomieProperty): string {
    if (this.#inventory === undefined)
      throw new BellcrankError('device-offline', 'nobody announces it; nothing was sent');
    return `${this.#base(this.#inventory)}/${node}/${id}`;
  }

  async #set(call: DeviceCall, name: string, property: HomieProperty, value: unknown): Promise<void> {
    this.#presence.refuseIfAway();
    await this.#send(call, name, property, value);
  }

  /**
   * The value itself, live and after the publish, confirms; `$target` says that the device has accepted it, byte for byte
   * (Homie 5, "Target"), and then the value is waited for a little while longer.
   */
  async #send(call: DeviceCall, name: string, property: HomieProperty, value: unknown): Promise<void> {
    const topic = this.#topic(property);
    const payload = encode(property.type, value);
    const { starts } = this.#presence;
    const isThere = (message: Message): boolean =>
      message.topic === topic &&
      this.#presence.starts === starts &&
      tellsAll(decode(property.type, bytesOf(payload)), decode(property.type, message.payload));
    let watch: Watch | undefined;
    const match = (message: Message): Level | undefined => {
      if (isThere(message)) return 'confirmed';
      const isTarget = message.topic === `${topic}/$target` && Buffer.from(message.payload).equals(bytesOf(payload));
      if (!isTarget) return undefined;
      // The value may be the very next message, before anybody hears of this one.
      watch ??= this.#hearing.watch(isThere);
      return 'acknowledged';
    };
    try {
      const level = await this.#exchange.request(call, { topic: `${topic}/set`, payload }, { match, final: true });
      const evidence = { property: name, topic, payload: payload.slice(0, 200) };
      call.confirm(level, evidence);
      if (await watch?.within(this.#options.settleMs ?? 300, call.signal)) call.confirm('confirmed', evidence);
    } finally {
      if (watch !== undefined) this.#hearing.ignore(watch);
    }
  }

  /** What is momentary has no state to wait for. Homie 4 wants it exactly once, Homie 5 now or never ("Properties"). */
  async #order(call: DeviceCall, property: HomieProperty, value: unknown): Promise<Record<string, never>> {
    this.#presence.refuseIfAway();
    const qos = this.#inventory?.version === 4 ? 2 : 0;
    await call.wire.publish(`${this.#topic(property)}/set`, encode(property.type, value), { qos });
    return {};
  }

  /** It goes to a device that is said to be away as well: it may be on its way back. */
  async #makeSafe(call: DeviceCall): Promise<void> {
    const writes = this.#stop ?? [];
    if (writes.length === 0)
      throw new BellcrankError('device-offline', 'the device is not described; nothing was sent');
    const outcomes = await Promise.allSettled(
      writes.map(({ name, property, value }) => this.#send(quiet(call), name, property, value)),
    );
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    call.confirm('acknowledged', {
      properties: writes
        .map(({ name }) => name)
        .join(', ')
        .slice(0, 200),
    });
  }
}

function bytesOf(payload: string): Uint8Array {
  return Buffer.from(payload);
}

/** Of several writes only all together confirm anything. */
function quiet(call: DeviceCall): DeviceCall {
  const { signal, dryRun, wire } = call;
  // Everything that a write of a stop uses.
  return { signal, dryRun, wire, confirm: () => {}, late: () => {} } as unknown as DeviceCall;
}
