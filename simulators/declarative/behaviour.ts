import { BellcrankError, type Clock, type JsonSchema } from '../../src/driver/index.ts';
import type { Definition, Repeat } from '../../drivers/declarative/definition/definition.ts';
import { ErrorQueue } from '../behaviour/error-queue.ts';
import { defaultFaults, type DeviceFault } from './device-errors.ts';
import type { Meaning } from './hearings.ts';
import { isSchema, isValid, rangeOf } from './first-value.ts';
import { Plant } from './plant.ts';
import { Noise } from '../behaviour/noise.ts';
import { type Refused, refusedBy, refusalOf } from './refusals.ts';
import { ReplyGate } from './reply-gate.ts';

type Params = Readonly<Record<string, unknown>>;

/** Something that is not over yet: a field reads otherwise until then. */
interface Busy {
  readonly during: unknown;
  readonly until: number;
}

/** Kept of what a device could not tell. */
const maxNotes = 20;

/** What one simulated device is and does, whoever asks: the wire face and the driver face alike. */
export class DeviceBehaviour {
  readonly definition: Definition;
  readonly faults: ErrorQueue<DeviceFault>;
  readonly replies = new ReplyGate();
  /** Said in place of the identification, as another device on the same port would. */
  stranger: Uint8Array | undefined;
  readonly #clock: Clock;
  readonly #plant: Plant;
  readonly #noise: Noise;
  readonly #busy = new Map<string, Busy>();
  readonly #listeners = new Set<(property: string, value: unknown) => void>();
  readonly #untold: string[] = [];
  readonly #refusals: DeviceFault[] = [];

  constructor(definition: Definition, initial: ReadonlyMap<string, unknown>, clock: Clock, seed: number) {
    this.definition = definition;
    const { maxEntries = 32, none = 0 } = definition.errorQueue ?? {};
    this.faults = new ErrorQueue<DeviceFault>({
      capacity: maxEntries,
      overflow: defaultFaults.overflow,
      none: { code: String(none), text: 'No error' },
    });
    this.#clock = clock;
    this.#plant = new Plant(clock, initial, definition.simulator.relations, definition.simulator.initial);
    this.#noise = new Noise(clock, seed);
  }

  /** Whether there is a property, a field or a state of this name. */
  has(name: string): boolean {
    return this.#busy.has(name) || this.#plant.has(name);
  }

  /** What the device says of a property or field now: noise included, within what the property's schema allows. */
  read(name: string): unknown {
    const busy = this.#busy.get(name);
    if (busy !== undefined && this.#clock.monotonic() < busy.until) return busy.during;
    const value = this.#plant.get(name);
    return typeof value === 'number' ? this.#measured(name, value) : value;
  }

  /** What the property, field or state is, whatever the device says of it. */
  value(name: string): unknown {
    return this.#plant.get(name);
  }

  /** Why this is not done, if it is not; it has changed nothing then. */
  refusal(meaning: Meaning, values: Params): Refused | undefined {
    const asked = this.#refusals.shift();
    if (asked !== undefined) return { fault: asked };
    const on = meaning.kind === 'write' ? `write:${meaning.property}` : meaning.kind === 'command' ? meaning.name : '';
    const clause = refusalOf(this.definition.simulator.refuse, on, values, (name) => this.read(name));
    if (clause !== undefined) return refusedBy(clause);
    return this.isPossible(meaning, values) ? undefined : { fault: defaultFaults.outOfRange };
  }

  /** What it sets, by name. */
  effects(meaning: Meaning, values: Params): Params {
    if (meaning.kind === 'write') return { [meaning.property]: values['value'] };
    if (meaning.kind === 'stop') return this.definition.simulator.stop;
    return meaning.kind === 'command' ? this.#commandEffects(meaning.name, values) : {};
  }

  carryOut(effects: Params, begins: readonly Repeat[]): void {
    for (const [name, value] of Object.entries(effects)) this.#plant.set(name, value);
    for (const repeat of begins) this.#begin(repeat);
  }

  /** Whether what is asked for is within its schema. */
  isPossible(meaning: Meaning, values: Params): boolean {
    if (meaning.kind === 'write') return this.#isWritable(meaning.property, values['value']);
    return meaning.kind !== 'command' || this.#isAllowed(meaning.name, values);
  }

  #isWritable(property: string, value: unknown): boolean {
    const spec = this.definition.model.properties[property];
    if (spec === undefined || spec.access === 'read') return false;
    return isValid(spec.write.schema ?? spec.schema, value);
  }

  /** Looks at the parameters that are given: not every message holds all of them. */
  #isAllowed(command: string, params: Params): boolean {
    const schemas = this.definition.model.commands[command]?.params['properties'];
    if (!isSchema(schemas)) return true;
    return Object.entries(schemas).every(
      ([name, schema]) => params[name] === undefined || !isSchema(schema) || isValid(schema, params[name]),
    );
  }

  /** How long a repeat of this action goes on saying "not yet". */
  static busyMs({ everyMs, withinMs }: Repeat): number {
    return Math.min(2 * everyMs, withinMs / 2);
  }

  isBusy(repeat: Repeat): boolean {
    const busy = this.#busy.get(busyKey(repeat));
    return busy !== undefined && this.#clock.monotonic() < busy.until;
  }

  /** Why the device stayed silent although it should have said something; the first ones. */
  get untold(): readonly string[] {
    return this.#untold;
  }

  note(why: string): void {
    if (this.#untold.length < maxNotes) this.#untold.push(why);
  }

  /** Hears of each value that the device has just told unasked, until the signal aborts. */
  onTold(listener: (property: string, value: unknown) => void, signal: AbortSignal): void {
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true });
  }

  told(property: string): void {
    for (const listener of this.#listeners) listener(property, this.read(property));
  }

  // What tests steer it by.

  /** Puts a property, field or extra state to a value, as if by hand at the device. */
  set(name: string, value: unknown): void {
    if (!this.has(name)) throw new BellcrankError('invalid-request', `the simulated device has no "${name}"`);
    this.#plant.set(name, value);
  }

  /** Refuses the next write, command or stop. */
  refuseNext(code: string, text = 'Refused'): void {
    this.#refusals.push({ code, text });
  }

  /** What the simulator's clause says, or the property that the command is verified by. */
  #commandEffects(name: string, params: Params): Params {
    const verify = this.definition.model.commands[name]?.verify;
    const byVerify = verify === undefined ? {} : { [verify.property]: { param: verify.param } };
    const sets = this.definition.simulator.sets[name] ?? byVerify;
    const entries = Object.entries(sets).map(([target, from]) => [
      target,
      'param' in from ? params[from.param] : from.value,
    ]);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }

  #begin(repeat: Repeat): void {
    const until = this.#clock.monotonic() + DeviceBehaviour.busyMs(repeat);
    this.#busy.set(busyKey(repeat), { during: true, until });
    for (const [name, end] of Object.entries(repeat.until)) {
      this.#plant.set(name, end);
      const during = this.#otherThan(end, this.definition.model.properties[name]?.schema);
      if (during !== undefined) this.#busy.set(name, { during, until });
    }
  }

  #otherThan(end: number | string | boolean, schema: JsonSchema | undefined): unknown {
    const choices: readonly unknown[] = Array.isArray(schema?.['enum']) ? schema['enum'] : [];
    const candidates = [
      ...choices,
      ...(typeof end === 'boolean' ? [!end] : typeof end === 'number' ? [1, 0] : ['BUSY']),
    ];
    return candidates.find((one) => one !== end && (schema === undefined || isValid(schema, one)));
  }

  /** A sensor reads within its range, and whole numbers where it counts. */
  #measured(name: string, value: number): number {
    const relation = this.definition.simulator.relations.find(({ property }) => property === name);
    const schema = this.definition.model.properties[name]?.schema;
    if (relation === undefined || schema === undefined) return value;
    const noisy = value + this.#noise.gaussian(relation.noise, name);
    const { minimum, maximum } = rangeOf(schema);
    const within = Math.min(Math.max(noisy, minimum), maximum);
    return schema['type'] === 'integer' ? Math.round(within) : within;
  }
}

/** Fields and repeats stand in one map; no field's name has a slash. */
function busyKey(repeat: Repeat): string {
  return `/${repeat.path.join('/')}`;
}
