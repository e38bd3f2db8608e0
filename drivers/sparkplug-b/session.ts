import {
  type AnySession,
  BellcrankError,
  type Context,
  type MessageConnection,
  type Model,
} from '../../src/driver/index.ts';
import type { Described } from './describe.ts';
import type { Host } from './host.ts';
import type { SparkplugOptions } from './options.ts';
import { Station } from './station.ts';
import { type Asked, type DeviceCall, Talk } from './talk.ts';
import type { Value } from './values.ts';

type Params = Readonly<Record<string, Value>>;

/** What a read takes beside the answer. */
const marginMs = 500;

/** No name that a device may give is there by birth. */
const record = <H>(): Record<string, H> => Object.create(null) as Record<string, H>;

/** One node, or one device of a node, attached. Its handlers are looked up at each call, so they change with its model. */
export class SparkplugSession implements AnySession {
  readonly commands = record<(params: Params, call: DeviceCall) => Promise<unknown>>();
  readonly read = record<(call: DeviceCall) => Promise<Value>>();
  readonly write = record<(value: Value, call: DeviceCall) => Promise<void>>();
  readonly #station: Station;
  readonly #talk: Talk;

  constructor(host: Host, connection: MessageConnection, options: SparkplugOptions, context: Context) {
    const changed = (described: Described): void => this.#handle(described);
    this.#station = new Station({ host, connection, options, context, changed });
    this.#talk = new Talk(this.#station, options);
  }

  get model(): Model {
    return this.#station.described.model;
  }

  /** Resolves with its birth certificate, or without one after `waitMs`. */
  attach(waitMs: number): Promise<void> {
    return this.#station.join(waitMs);
  }

  stop(call: DeviceCall): Promise<void> {
    return this.#talk.stop(call);
  }

  readMany(names: readonly string[], call: DeviceCall): Promise<Readonly<Record<string, unknown>>> {
    return this.#talk.read(names, call);
  }

  readWithinMs(): number {
    return this.#talk.timeoutMs + marginMs;
  }

  resync(call: DeviceCall): Promise<void> {
    return this.#talk.resync(call);
  }

  #handle({ byProperty, controls, model }: Described): void {
    for (const handlers of [this.commands, this.read, this.write]) {
      for (const name of Object.keys(handlers)) delete handlers[name];
    }
    for (const shape of byProperty.values()) {
      const { property, writable } = shape;
      if (this.#station.asks) this.read[property] = (call) => this.#readOne(property, call);
      if (!writable) continue;
      this.write[property] = async (value, call) => void (await this.#talk.write(call, [{ shape, value }]));
    }
    for (const [control, metric] of controls) {
      this.commands[control] = (_params, call) => this.#talk.control(call, control, metric);
    }
    if (model.commands['set'] !== undefined) this.commands['set'] = (params, call) => this.#set(params, call);
  }

  async #set(params: Params, call: DeviceCall): Promise<Params> {
    const { byProperty } = this.#station.described;
    const asked = Object.entries(params).map(([property, value]): Asked => {
      const shape = byProperty.get(property);
      if (shape !== undefined) return { shape, value };
      throw new BellcrankError('driver-fault', `there is no metric behind ${property}; nothing was sent`);
    });
    const told = await this.#talk.write(call, asked);
    return Object.fromEntries(asked.map(({ shape, value }) => [shape.property, told.get(shape.metric) ?? value]));
  }

  async #readOne(property: string, call: DeviceCall): Promise<Value> {
    const value = (await this.#talk.read([property], call))[property];
    if (value instanceof BellcrankError) throw value;
    // What is not the reason why there is none is a value.
    return value as Value;
  }
}
