import { BellcrankError, type Clock } from '../../../src/driver/index.ts';
import type { Instance } from '../../../drivers/declarative/topics/topic-map.ts';
import { defaultFaults, type DeviceFault } from '../device-errors.ts';
import { isSchema, isValid, rangeOf } from '../first-value.ts';
import { Plant } from '../plant.ts';
import { Noise } from '../../behaviour/noise.ts';
import { refusalOf } from '../refusals.ts';
import { initialState } from './initial.ts';

type Params = Readonly<Record<string, unknown>>;

/** What a message asks for. */
export type Asked =
  | { readonly kind: 'command' | 'write'; readonly name: string }
  | { readonly kind: 'read' | 'stop' | 'other'; readonly name: string };

/** What happens to the device by itself, for whoever carries its words. */
export interface TopicDeviceListener {
  /** Properties were changed by hand. */
  changed?(names: readonly string[]): void;
  happened?(event: string, data: Params): void;
  presence?(online: boolean): void;
}

/** Kept of what a device could not tell. */
const maxNotes = 20;

/** What one simulated device on a broker is and does, whoever asks. */
export class TopicDeviceBehaviour {
  readonly instance: Instance;
  readonly #plant: Plant;
  readonly #noise: Noise;
  readonly #listeners = new Set<TopicDeviceListener>();
  readonly #refusals: DeviceFault[] = [];
  readonly #untold: string[] = [];
  #online = true;

  constructor(instance: Instance, clock: Clock, seed: number) {
    this.instance = instance;
    const { relations, initial } = instance.map.simulator;
    this.#plant = new Plant(clock, initialState(instance.map, clock), relations, initial);
    this.#noise = new Noise(clock, seed);
  }

  get online(): boolean {
    return this.#online;
  }
  /** Why the device stayed silent although it should have said something; the first ones. */
  get untold(): readonly string[] {
    return this.#untold;
  }

  note(why: string): void {
    if (this.#untold.length < maxNotes) this.#untold.push(why);
  }

  listen(listener: TopicDeviceListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  has(name: string): boolean {
    return this.#plant.has(name);
  }

  /** What a property is, whatever its sensor makes of it. */
  value(name: string): unknown {
    return this.#plant.get(name);
  }

  /** What the device says of a property or field now: noise included, within what the property's schema allows. */
  read(name: string): unknown {
    const value = this.#plant.get(name);
    return typeof value === 'number' ? this.#measured(name, value) : value;
  }

  /** Why this is not done, if it is not; it has changed nothing then. */
  refusal(asked: Asked, values: Params): DeviceFault | undefined {
    if (asked.kind === 'read' || asked.kind === 'other') return undefined;
    const next = this.#refusals.shift();
    if (next !== undefined) return next;
    const on = asked.kind === 'write' ? `write:${asked.name}` : asked.name;
    const clause = refusalOf(this.instance.map.simulator.refuse, on, values, (name) => this.read(name));
    if (clause === undefined) return this.isPossible(asked, values) ? undefined : defaultFaults.outOfRange;
    return { code: clause.code ?? defaultFaults.outOfRange.code, text: clause.text ?? 'Refused' };
  }

  /** Whether what is asked for is within its schema. */
  isPossible({ kind, name }: Asked, values: Params): boolean {
    const { model } = this.instance.map;
    // The id of a question is nobody's parameter.
    const { id: _, ...params } = values;
    if (kind === 'command') return isValid(model.commands[name]?.params ?? {}, params);
    const spec = kind === 'write' ? model.properties[name] : undefined;
    if (spec === undefined || spec.access === 'read') return kind !== 'write';
    return isValid(spec.write.schema ?? spec.schema, values['value']);
  }

  /** Sets what is asked for; the properties that it concerns. */
  carryOut(effects: Params): readonly string[] {
    for (const [name, value] of Object.entries(effects)) this.#plant.set(name, value);
    return Object.keys(effects).filter((name) => Object.hasOwn(this.instance.map.properties, name));
  }

  /** What it sets, by name: the simulator's clause, the state that answers, or the property that verifies. */
  effects({ kind, name }: Asked, values: Params): Params {
    if (kind === 'write') return { [name]: values['value'] };
    const { simulator, commands, stop, model } = this.instance.map;
    if (kind === 'stop') return { ...stateOf(stop?.exchanges.at(-1), values), ...simulator.stop };
    if (kind !== 'command') return {};
    const sets = Object.hasOwn(simulator.sets, name) ? simulator.sets[name] : undefined;
    const verify = model.commands[name]?.verify;
    const byVerify = verify === undefined ? {} : { [verify.property]: values[verify.param] };
    if (sets === undefined) return defined({ ...byVerify, ...stateOf(commands[name]?.exchanges.at(-1), values) });
    const entries = Object.entries(sets).map(([target, from]) => [
      target,
      'param' in from ? values[from.param] : from.value,
    ]);
    return defined(Object.fromEntries(entries));
  }

  // What tests steer it by.

  /** Puts a property or further state to a value, as if by hand at the device, which tells it. */
  set(name: string, value: unknown): void {
    if (!this.has(name)) throw new BellcrankError('invalid-request', `the simulated device has no "${name}"`);
    this.#plant.set(name, value);
    for (const listener of this.#listeners) listener.changed?.([name]);
  }

  happen(event: string, data: Params): void {
    for (const listener of this.#listeners) listener.happened?.(event, data);
  }

  /** Refuses the next write, command or stop. */
  refuseNext(code: string, text = 'Refused'): void {
    this.#refusals.push({ code, text });
  }

  goOffline(): void {
    this.#presence(false);
  }

  comeOnline(): void {
    this.#presence(true);
  }

  #presence(online: boolean): void {
    if (this.#online === online) return;
    this.#online = online;
    for (const listener of this.#listeners) listener.presence?.(online);
  }

  /** A sensor reads within its range, and whole numbers where it counts. */
  #measured(name: string, value: number): number {
    const relation = this.instance.map.simulator.relations.find(({ property }) => property === name);
    const schema = this.instance.map.model.properties[name]?.schema;
    if (relation === undefined || schema === undefined || !isSchema(schema)) return value;
    const noisy = value + this.#noise.gaussian(relation.noise, name);
    const { minimum, maximum } = rangeOf(schema);
    const within = Math.min(Math.max(noisy, minimum), maximum);
    return schema['type'] === 'integer' ? Math.round(within) : within;
  }
}

type LastExchange = Instance['map']['init'][number] | undefined;

/** What the answer says that it made of it. */
function stateOf(exchange: LastExchange, values: Params): Params {
  if (exchange?.reply?.kind !== 'state') return {};
  const entries = exchange.reply.wanted.map(({ property, equals }) => {
    const value = equals === undefined ? undefined : 'known' in equals ? values[equals.known] : equals.value;
    return [property, value] as const;
  });
  return defined(Object.fromEntries(entries));
}

function defined(values: Params): Params {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
