import {
  type AnySession,
  BellcrankError,
  type Call,
  type Clock,
  type Confirmation,
  type Context,
  delay,
  type Evidence,
  type Message,
  type MessageConnection,
  type MessageWire,
  payloadText,
  printable,
  together,
  TopicExchange,
  validate,
} from '../../src/driver/index.ts';
import { type Component, componentKey, merged } from './component.ts';
import { Hearing } from './hearing.ts';
import { componentsOf, type Inventory, inventoryOf, type Shape } from './inventory.ts';
import { esphomeModel } from './model.ts';
import type { EsphomeOptions } from './options.ts';
import type { Order, Part } from './part.ts';

type DeviceCall = Call<MessageWire>;
type Handler = (input: unknown, call: DeviceCall) => Promise<unknown>;

/** A broker sends what it retained right after it granted the subscription; this bounds the wait for it. */
const statusWaitMs = 300;
/** A device that starts tells of its components one after the other. */
const describeAfterMs = 100;
/** Nothing new for that long: what there was has come. */
const quietMs = 50;
const maxComponents = 200;

/** Nothing of `Object`'s own is a command. */
const record = (): Record<string, Handler> => Object.create(null) as Record<string, Handler>;

/** One device: what is known of it, what it says, and what it is told. */
export class EsphomeDevice {
  readonly #connection: MessageConnection;
  readonly #options: EsphomeOptions;
  readonly #context: Context;
  readonly #inventory: Inventory;
  readonly #exchange: TopicExchange;
  readonly #hearing: Hearing;
  readonly #commands = record();
  readonly #write = record();
  /** As its state topics tell them. */
  readonly #learned = new Map<string, Component>();
  #shape: Shape | undefined;
  #identity: string | undefined;
  #describing: ReturnType<Clock['timer']> | undefined;
  #attached = false;

  constructor(connection: MessageConnection, options: EsphomeOptions, context: Context) {
    this.#connection = connection;
    this.#options = options;
    this.#context = context;
    this.#inventory = inventoryOf(context.shared);
    this.#hearing = new Hearing({
      context,
      prefix: options.prefix,
      shape: () => this.#shape,
      learn: (component) => this.#learn(component),
    });
    const { presence } = this.#hearing;
    const timeoutMs = options.replyTimeoutMs ?? 2000;
    this.#exchange = new TopicExchange(connection, context, { timeoutMs, presence });
  }

  /** Needs the broker alone, and sends nothing. */
  async attach(): Promise<AnySession> {
    await this.#inventory.listening;
    const { prefix } = this.#options;
    const { signal } = this.#context;
    const stop = this.#inventory.follow(prefix, (speaks) => {
      if (speaks && this.#hearing.presence.here === false) this.#hearing.presence.back('the device told of itself');
      this.#describeSoon();
      this.#compareIdentity();
    });
    const end = (): void => {
      stop();
      this.#describing?.cancel();
    };
    signal.addEventListener('abort', end, { once: true });
    for (const filter of [`${prefix}/+/+/state`, `${prefix}/+/+/+/state`, `${prefix}/status`]) {
      this.#exchange.on(filter, (message) => this.#hearing.hear(message));
      await this.#exchange.subscribe(filter);
    }
    await this.#hearing.untilStatus(statusWaitMs, this.#connection.closed);
    await this.#untilQuiet();
    this.#identify();
    this.#attached = true;
    this.#describe();
    this.#settlePresence();
    return this.#session();
  }

  #identify(): void {
    const mac = this.#inventory.find(this.#options.prefix)?.info.mac;
    if (mac === undefined || mac === this.#identity) return;
    this.#context.identify(mac);
    this.#identity = mac;
  }

  /** Another board that took its prefix has begun anew, and is identified as part of bringing it back into step. */
  #compareIdentity(): void {
    const { presence } = this.#hearing;
    const mac = this.#inventory.find(this.#options.prefix)?.info.mac;
    if (!this.#attached || mac === undefined || presence.here !== true) return;
    const before = this.#identity ?? this.#context.identified;
    if (before === undefined || before === mac) return this.#identify();
    presence.restarted('its discovery messages tell another MAC address');
  }

  /** What the broker had kept comes at once, but not in a certain order. */
  async #untilQuiet(): Promise<void> {
    const { clock, signal } = this.#context;
    const giveUpAt = clock.monotonic() + statusWaitMs;
    for (let before = -1; ;) {
      const known = this.#components().length;
      const late = clock.monotonic() >= giveUpAt;
      if (known === before && (known > 0 || late)) return;
      before = known;
      await delay(clock, quietMs, signal);
    }
  }

  /** Without a status topic (`birth_message` and `will_message` can be left out) its states tell that it is there. */
  #settlePresence(): void {
    const { presence, knowsStates } = this.#hearing;
    if (presence.here === undefined) {
      if (knowsStates) presence.back('its states are on this broker');
      else presence.away(`nothing is known of ${this.#options.prefix} on this broker`);
    }
    this.#hearing.reportAll();
  }

  #session(): AnySession {
    const { stop } = this.#options;
    return {
      model: this.#shape?.model ?? esphomeModel,
      commands: this.#commands,
      write: this.#write,
      ...(stop && { stop: (call: DeviceCall) => this.#stop(call, stop) }),
      // Each state stands for itself, and none can be asked for: there is no step to be out of.
      resync: async () => {
        this.#hearing.presence.refuseIfAway();
        this.#identify();
        this.#exchange.forget();
        this.#hearing.reportAll();
      },
      ask: (call: DeviceCall) => this.#askPresence(call),
    };
  }

  /** It answers under `esphome/discover`, unless `discover_ip` is off (docs, "MQTT device discovery"). */
  async #askPresence(call: DeviceCall): Promise<void> {
    const name = this.#inventory.find(this.#options.prefix)?.discovered;
    if (name !== undefined) await call.wire.publish(`esphome/ping/${name}`, '');
  }

  #learn(component: Component): void {
    const key = componentKey(component);
    const known = this.#learned.get(key);
    if (known === undefined && this.#learned.size >= maxComponents) return;
    const now = merged(known, component, false);
    if (known !== undefined && now.has.length === known.has.length) return;
    this.#learned.set(key, now);
    this.#describeSoon();
  }

  #describeSoon(): void {
    if (!this.#attached) return;
    this.#describing ??= this.#context.clock.timer(describeAfterMs, () => {
      this.#describing = undefined;
      this.#describe();
      this.#hearing.reportAll();
    });
  }

  /** Its topics tell what there is, its discovery messages more about it, and what is declared holds. */
  #components(): readonly Component[] {
    const all = new Map(this.#learned);
    for (const told of componentsOf(this.#inventory.find(this.#options.prefix))) {
      const key = componentKey(told);
      all.set(key, merged(all.get(key), told, true));
    }
    for (const { has = [], ...told } of this.#options.components ?? []) {
      const key = componentKey(told);
      all.set(key, merged(all.get(key), { ...told, has }, true));
    }
    return [...all.values()].sort((a, b) => (componentKey(a) < componentKey(b) ? -1 : 1));
  }

  #describe(): void {
    const components = this.#components();
    if (components.length === 0 && this.#options.stop === undefined) return;
    const make = this.#inventory.find(this.#options.prefix)?.info.board ?? 'device';
    const shape = this.#inventory.shape(make, components, this.#options.stop);
    if (shape === this.#shape) return;
    this.#shape = shape;
    this.#offer(shape);
    this.#context.remodel(this.#context.intern(shape.model));
  }

  #offer({ properties, commands }: Shape): void {
    for (const all of [this.#commands, this.#write]) for (const name of Object.keys(all)) delete all[name];
    for (const { name, spec, order } of commands) {
      this.#commands[name] = async (params, call) => {
        this.#hearing.presence.refuseIfAway();
        await this.#give(call, order(params), spec.confirmation);
        return {};
      };
    }
    for (const part of properties) {
      const { name, set, spec } = part;
      if (set === undefined || spec.access === 'read') continue;
      this.#write[name] = async (value, call) => {
        this.#hearing.presence.refuseIfAway();
        await this.#give(call, set(value), spec.write.confirmation);
      };
    }
  }

  async #give(call: DeviceCall, order: Order, level: Confirmation): Promise<void> {
    const evidence = await this.#ask(call, order);
    if (evidence !== undefined) call.confirm(level, evidence);
  }

  /** Resolves with the message that tells that it is so; with nothing where nothing ever tells. */
  async #ask(call: DeviceCall, { topic, payload, answer }: Order): Promise<Evidence | undefined> {
    const publication = { topic: `${this.#options.prefix}/${topic}`, payload };
    if (answer === undefined) {
      await call.wire.publish(publication.topic, payload, { qos: 0 });
      return undefined;
    }
    const match = (message: Message): Evidence | undefined => {
      const below = this.#hearing.below(message.topic) ?? '';
      const text = answer.topics.includes(below) ? payloadText(message.payload) : undefined;
      if (text === undefined || !answer.fits(below, text, (topic) => this.#hearing.last(topic))) return undefined;
      return { topic: message.topic, payload: printable(text.slice(0, 200)) };
    };
    return await this.#exchange.request(call, publication, { match, final: true });
  }

  /** All at once; it is confirmed when each is. A device that is said to be away is told, too. */
  async #stop(call: DeviceCall, settings: NonNullable<EsphomeOptions['stop']>): Promise<void> {
    const levels = await together(settings.map((setting) => this.#stopPart(call, setting)));
    call.confirm(levels.every((level) => level === 'confirmed') ? 'confirmed' : 'acknowledged', {
      settings: levels.length,
    });
  }

  async #stopPart(call: DeviceCall, { property, value }: { property: string; value: unknown }): Promise<Confirmation> {
    const part: Part | undefined = this.#shape?.properties.find(({ name }) => name === property);
    if (part?.set === undefined || part.spec.access === 'read') {
      throw new BellcrankError('device-failed', `the device has no ${property} that could be set for its stop`);
    }
    if (validate(part.spec.schema, value).length > 0) {
      throw new BellcrankError('device-failed', `${property} does not take the value that its stop sets`);
    }
    await this.#ask(call, part.set(value));
    return part.spec.write.confirmation;
  }
}
