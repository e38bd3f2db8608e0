import {
  type AnySession,
  BellcrankError,
  type Call,
  type Context,
  type MessageConnection,
  type MessageWire,
  type Model,
  Presence,
  validate,
} from '../../src/driver/index.ts';
import { readBirth } from './birth.ts';
import { encodeCommand } from './command.ts';
import { valueSchema } from './datatypes.ts';
import { type Control, type Described, type DescribeSettings, describe, type MetricShape } from './describe.ts';
import { Expectations, type Heard } from './expectations.ts';
import type { Host } from './host.ts';
import type { EdgeNode, Listener } from './node.ts';
import type { Payload } from './payload.ts';
import { Picture } from './picture.ts';
import { commandTopic } from './topics.ts';
import { sameValue, type Value } from './values.ts';

type DeviceCall = Call<MessageWire>;

export interface SparkplugOptions {
  readonly group: string;
  readonly node: string;
  readonly device?: string;
  readonly writable?: readonly string[];
  readonly stop?: readonly { readonly property: string; readonly value: Value }[];
  readonly rebirth?: boolean;
  readonly commandsByName?: boolean;
  readonly replyTimeoutMs?: number;
}

interface Asked {
  readonly shape: MetricShape;
  readonly value: Value;
}

type Handlers<H> = Record<string, H>;

/** No name that a device may give is one of theirs by birth. */
const handlers = <H>(): Handlers<H> => Object.create(null) as Handlers<H>;

/** One node, or one device of a node, attached. */
export class SparkplugSession implements AnySession, Listener {
  readonly commands: Handlers<(params: Readonly<Record<string, Value>>, call: DeviceCall) => Promise<unknown>> =
    handlers();
  readonly read: Handlers<(call: DeviceCall) => Promise<Value>> = handlers();
  readonly write: Handlers<(value: Value, call: DeviceCall) => Promise<void>> = handlers();
  readonly #host: Host;
  readonly #options: SparkplugOptions;
  readonly #context: Context;
  readonly #presence: Presence;
  readonly #expectations: Expectations;
  readonly #topic: string;
  readonly #firstBirth = Promise.withResolvers<void>();
  #node: EdgeNode | undefined;
  #picture: Picture | undefined;
  #described: Described;
  /** Why what it told may be out of date. */
  #doubted: string | undefined;
  /** Something was written and nothing showed what became of it. */
  #owed = false;

  constructor(host: Host, connection: MessageConnection, options: SparkplugOptions, context: Context) {
    this.#host = host;
    this.#options = options;
    this.#context = context;
    this.#presence = new Presence(context);
    this.#expectations = new Expectations(context.clock, () => host.arrivals, connection);
    this.#topic = commandTopic(options.group, options.node, options.device);
    this.#described = describe([], this.#settings());
  }

  get model(): Model {
    return this.#described.model;
  }

  get asks(): boolean {
    return this.#options.rebirth ?? true;
  }

  /** Needs the broker alone: what is not announced is away, and is there as soon as its birth certificate comes. */
  async attach(waitMs: number): Promise<void> {
    const { group, node, device } = this.#options;
    const { clock, signal } = this.#context;
    const joined = await this.#host.join(group, node, device, this);
    this.#node = joined.node;
    signal.addEventListener('abort', joined.leave, { once: true });
    if (signal.aborted) joined.leave();
    const giveUp = (): void => this.#firstBirth.resolve();
    const timer = clock.timer(waitMs, giveUp);
    signal.addEventListener('abort', giveUp, { once: true });
    await this.#firstBirth.promise;
    timer.cancel();
    signal.removeEventListener('abort', giveUp);
    if (this.#presence.here === undefined) this.#presence.away(`${this.#name()} is not announced on this broker`);
  }

  born(payload: Payload, arrival: number, restarted: boolean): void {
    const birth = readBirth(payload);
    const described = this.#host.shapes.of(birth.announced, this.#settings(birth.make));
    const picture = new Picture(birth, described);
    this.#picture = picture;
    this.#doubted = undefined;
    this.#owed = false;
    this.#describe(described);
    this.#take(picture, payload, 'birth', arrival);
    if (restarted && this.#presence.here === true) this.#presence.restarted(`${this.#name()} has restarted`);
    else this.#presence.back(`${this.#name()} told its birth certificate`);
    this.#firstBirth.resolve();
  }

  told(payload: Payload, arrival: number): void {
    if (this.#picture === undefined) throw new Error('its birth certificate was not seen');
    this.#take(this.#picture, payload, 'data', arrival);
  }

  get knows(): boolean {
    return this.#picture !== undefined;
  }

  doubt(why: string): void {
    if (this.#picture === undefined || this.#doubted !== undefined) return;
    this.#doubted = why;
    for (const property of this.#described.byProperty.keys()) this.#context.lost(property, why);
  }

  away(why: string): void {
    this.#presence.away(why);
    this.#expectations.fail(new BellcrankError('device-offline', why));
  }

  oddity(what: string): void {
    this.#context.unmatched(what);
  }

  /** It goes to what is said to be away, too: it may be on its way back. By name, since aliases may have changed. */
  async stop(call: DeviceCall): Promise<void> {
    const { stop = [] } = this.#options;
    const asked: Asked[] = [];
    const wrong: string[] = [];
    for (const { property, value } of stop) {
      const shape = this.#described.byProperty.get(property);
      if (shape === undefined || !fits(shape, value)) wrong.push(property);
      else asked.push({ shape, value });
    }
    if (this.#picture === undefined) throw this.#notYet();
    if (asked.length > 0) await this.#set(call, this.#picture, asked);
    if (wrong.length === 0) return;
    throw new BellcrankError('device-failed', `its stop option names what it cannot be told: ${wrong.join(', ')}`);
  }

  async readMany(names: readonly string[], call: DeviceCall): Promise<Readonly<Record<string, unknown>>> {
    const { values } = await this.#reborn(call);
    const entries = names.map((name): [string, unknown] => {
      const shape = this.#described.byProperty.get(name);
      const value = shape === undefined ? undefined : values.get(shape.metric);
      return [name, value ?? new BellcrankError('device-failed', `its birth certificate tells no value of ${name}`)];
    });
    return Object.fromEntries(entries);
  }

  /** Its birth certificate shows what became of everything. */
  async resync(call: DeviceCall): Promise<void> {
    if (!this.#owed || !this.asks) return;
    try {
      await this.#reborn(call);
    } catch (error) {
      if (error instanceof BellcrankError && error.code === 'device-timeout') {
        this.#node?.distrust(`${this.#name()} did not answer`);
        this.#presence.away(`${this.#name()} does not answer the request for its birth certificate`);
      }
      throw error;
    }
  }

  #settings(make?: string): DescribeSettings {
    const { device, writable, stop } = this.#options;
    return {
      kind: device === undefined ? 'node' : 'device',
      hasStop: stop !== undefined,
      rebirth: this.asks,
      ...(writable !== undefined && { writable }),
      ...(make !== undefined && { make }),
    };
  }

  /** The handlers are looked up at each call, so they change together with the model. */
  #describe(described: Described): void {
    if (described === this.#described) return;
    this.#described = described;
    for (const record of [this.commands, this.read, this.write])
      for (const name of Object.keys(record)) delete record[name];
    for (const shape of described.byProperty.values()) {
      const { property } = shape;
      if (this.asks) this.read[property] = (call) => this.#readOne(property, call);
      if (shape.writable)
        this.write[property] = async (value, call) => void (await this.#command(call, [{ shape, value }]));
    }
    for (const [control, metric] of described.controls)
      this.commands[control] = (_, call) => this.#control(call, control, metric);
    if (described.model.commands['set'] !== undefined)
      this.commands['set'] = (params, call) => this.#setMany(params, call);
    this.#context.remodel(this.#context.intern(described.model));
  }

  #take(picture: Picture, payload: Payload, kind: Heard['kind'], arrival: number): void {
    const values = new Map<string, Value | undefined>();
    for (const { shape, reading, doubt } of picture.take(payload)) {
      if ('value' in reading) this.#context.report(shape.property, reading.value);
      const why = 'value' in reading ? doubt : reading.unknown;
      if (why !== undefined) this.#context.lost(shape.property, why);
      values.set(shape.metric, 'value' in reading && why === undefined ? reading.value : undefined);
    }
    this.#expectations.hear({ kind, arrival, values });
  }

  async #setMany(params: Readonly<Record<string, Value>>, call: DeviceCall): Promise<Readonly<Record<string, Value>>> {
    const asked = Object.entries(params).flatMap(([property, value]): Asked[] => {
      const shape = this.#described.byProperty.get(property);
      return shape === undefined ? [] : [{ shape, value }];
    });
    const told = await this.#command(call, asked);
    return Object.fromEntries(asked.map(({ shape, value }) => [shape.property, told.get(shape.metric) ?? value]));
  }

  async #command(call: DeviceCall, asked: readonly Asked[]): Promise<ReadonlyMap<string, Value>> {
    this.#presence.refuseIfAway();
    const picture = this.#picture;
    if (picture === undefined || this.#doubted !== undefined || this.#node?.inStep !== true) throw this.#notYet();
    return await this.#set(call, picture, asked);
  }

  /**
   * Writes, and waits until the last value told of each metric is the one asked for. Devices report by exception: what has
   * its value already is told nothing of, so its birth certificate is asked for.
   */
  async #set(call: DeviceCall, picture: Picture, asked: readonly Asked[]): Promise<ReadonlyMap<string, Value>> {
    const uncertain = this.#node?.inStep !== true;
    const byName = uncertain || this.#options.commandsByName === true;
    const metrics = asked.map(({ shape, value }) => picture.command(shape, value, byName));
    const silent = uncertain || asked.some(({ shape, value }) => has(picture, shape, value));
    const payload = encodeCommand(this.#context.clock.now(), metrics);
    const shown = new Map<string, Value>();
    const told = await this.#owing(call, () =>
      this.#expectations.until(call, {
        timeoutMs: this.#timeoutMs,
        late: `${this.#name()} told nothing of what was written`,
        complete: !silent,
        publish: async (begun) => {
          await call.wire.publish(this.#topic, payload, { qos: 0, onBegin: begun });
          if (silent && this.asks && !call.dryRun) await this.#node?.ask(call);
        },
        match: (heard) => shows(asked, heard, shown),
      }),
    );
    call.confirm('confirmed', { topic: this.#topic, told: JSON.stringify(Object.fromEntries(told)).slice(0, 300) });
    return told;
  }

  async #control(call: DeviceCall, control: Control, metric: string): Promise<Record<string, never>> {
    this.#presence.refuseIfAway();
    if (control === 'rebirth') {
      await this.#reborn(call, true);
      call.confirm('confirmed', { told: 'a birth certificate' });
    } else {
      const payload = encodeCommand(this.#context.clock.now(), [
        { id: { name: metric }, type: 'Boolean', value: true },
      ]);
      await call.wire.publish(this.#topic, payload, { qos: 0 });
    }
    return {};
  }

  async #readOne(property: string, call: DeviceCall): Promise<Value> {
    const value = (await this.readMany([property], call))[property];
    if (value instanceof BellcrankError) throw value;
    // What `readMany` tells is a value or the reason why there is none.
    return value as Value;
  }

  async #reborn(call: DeviceCall, alone = false): Promise<Heard> {
    if (!this.#owed) this.#presence.refuseIfAway();
    const node = this.#node;
    if (node === undefined) throw this.#notYet();
    return await this.#expectations.until(call, {
      timeoutMs: this.#timeoutMs,
      late: `${this.#name()} did not tell its birth certificate`,
      publish: (onBegin) => node.ask(call, { alone, onBegin }),
      match: (heard) => (heard.kind === 'birth' ? heard : undefined),
    });
  }

  /** Until what was written has been shown, or else a birth certificate comes. */
  async #owing<T>({ dryRun }: DeviceCall, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (!dryRun) this.#owed = true;
      throw error;
    }
  }

  #notYet(): BellcrankError {
    const why = this.#doubted ?? 'its birth certificate has not come';
    return new BellcrankError(
      'device-offline',
      `${this.#name()} cannot be told anything now: ${why}; nothing was sent`,
      {
        retryAfterMs: 1000,
      },
    );
  }

  #name(): string {
    const { group, node, device } = this.#options;
    return device === undefined ? `the edge node ${group}/${node}` : `the device ${group}/${node}/${device}`;
  }

  get #timeoutMs(): number {
    return this.#options.replyTimeoutMs ?? 3000;
  }
}

/** Whether a configured value is one of its metric's type. */
function fits({ type }: MetricShape, value: Value): boolean {
  return validate(valueSchema(type), value).length === 0;
}

function has(picture: Picture, { metric, type }: MetricShape, value: Value): boolean {
  const known = picture.value(metric);
  return known !== undefined && sameValue(type, value, known);
}

/** All of what was asked for, as of the last that was told of each. */
function shows(asked: readonly Asked[], { values }: Heard, shown: Map<string, Value>): Map<string, Value> | undefined {
  for (const { shape } of asked) {
    const told = values.get(shape.metric);
    if (told !== undefined) shown.set(shape.metric, told);
    else if (values.has(shape.metric)) shown.delete(shape.metric);
  }
  const all = asked.every(({ shape, value }) => {
    const told = shown.get(shape.metric);
    return told !== undefined && sameValue(shape.type, value, told);
  });
  return all ? shown : undefined;
}
