import type { Clock, Timer } from '../src/clock.ts';
import { BellcrankError, type JsonSchema, validate } from '../src/driver/index.ts';
import type { SimulatedPart, StateEntry } from './state.ts';

/** Something that a simulated device models. */
export interface WireEnd {
  readonly connection: string;
  /** The device, where there are several; the first that has such a state if absent. */
  readonly part?: string;
  readonly state: string;
}

/** What one simulated device has becomes what another one meets: `to` is `from` × `factor` + `offset`. */
export interface WireSpec {
  readonly from: WireEnd;
  readonly to: WireEnd;
  /** 1 if absent. */
  readonly factor?: number;
  /** 0 if absent. */
  readonly offset?: number;
  /** By the clock of the simulator that it leads to; 500 if absent. */
  readonly everyMs?: number;
}

/** One simulator of a connection. */
export interface WiredSimulator {
  readonly simulator: { readonly parts?: readonly SimulatedPart[] };
  /** Its own. */
  readonly clock: Clock;
}

interface Terminal {
  readonly entry: StateEntry;
  readonly clock: Clock;
}

/**
 * The wires between simulated devices: the oven heats what the thermometer reads. They sample, so devices that are wired in
 * a ring follow one another from sample to sample, and nothing goes round without time.
 */
export class Wiring {
  readonly #specs: readonly WireSpec[];
  readonly #running = new Map<string, readonly WiredSimulator[]>();
  readonly #stops = new Map<WireSpec, () => void>();

  constructor(specs: readonly WireSpec[]) {
    this.#specs = specs;
  }

  /**
   * The simulators of a connection run, in the place of those that did; wires whose both ends do begin. Throws `invalid-request` for an end that there is
   * not, or that cannot be what the other one is.
   */
  add(connection: string, simulators: readonly WiredSimulator[]): void {
    const before = this.#running.get(connection);
    if (before !== undefined) this.remove(connection, before);
    this.#running.set(connection, simulators);
    try {
      this.#beginAll(connection);
    } catch (error) {
      this.remove(connection, simulators);
      if (before !== undefined) this.add(connection, before);
      throw error;
    }
  }

  #beginAll(connection: string): void {
    for (const spec of this.#of(connection)) {
      const isComplete = this.#running.has(spec.from.connection) && this.#running.has(spec.to.connection);
      if (isComplete && !this.#stops.has(spec)) this.#stops.set(spec, this.#begin(spec));
    }
  }

  /** They end; so do the wires from and to them. Others have taken their place: nothing is to be done. */
  remove(connection: string, simulators = this.#running.get(connection)): void {
    if (this.#running.get(connection) !== simulators) return;
    this.#running.delete(connection);
    for (const spec of this.#of(connection)) {
      this.#stops.get(spec)?.();
      this.#stops.delete(spec);
    }
  }

  #of(connection: string): readonly WireSpec[] {
    return this.#specs.filter(({ from, to }) => from.connection === connection || to.connection === connection);
  }

  #begin(spec: WireSpec): () => void {
    const where = `simulation.wiring/${this.#specs.indexOf(spec)}`;
    const from = this.#terminal(spec.from, `${where}/from`);
    const to = this.#terminal(spec.to, `${where}/to`);
    if (to.entry.set === undefined) {
      throw unwirable(`${where}/to`, `${spec.to.state} follows from the rest of its device and cannot be set`);
    }
    return new Wire(from.entry, to, spec).begin(where);
  }

  #terminal({ connection, part, state }: WireEnd, where: string): Terminal {
    const simulators = this.#running.get(connection) ?? [];
    const all = simulators.flatMap(({ simulator, clock }) => (simulator.parts ?? []).map((its) => ({ its, clock })));
    const named = part === undefined ? all : all.filter(({ its }) => its.name === part);
    if (named.length === 0) {
      const known = all.map(({ its }) => its.name).join(', ') || 'none';
      throw unwirable(where, `${connection} has no part ${part ?? 'at all'}; it has: ${known}`);
    }
    const found = named.find(({ its }) => Object.hasOwn(its.state, state));
    const entry = found?.its.state[state];
    if (found !== undefined && entry !== undefined) return { entry, clock: found.clock };
    const known = named.flatMap(({ its }) => Object.keys(its.state)).join(', ');
    throw unwirable(where, `there is no state ${state} on ${connection}; there is: ${known}`);
  }
}

/** Longest list of what there is in a message. */
const maxDetail = 1000;

function unwirable(where: string, detail: string): BellcrankError {
  const text = detail.length > maxDetail ? `${detail.slice(0, maxDetail)} …` : detail;
  return new BellcrankError('invalid-request', `${where}: ${text}`);
}

/** One wire, which carries a sample every so often. */
class Wire {
  readonly #from: StateEntry;
  readonly #to: Terminal;
  readonly #spec: WireSpec;
  #timer: Timer | undefined;
  #sent: unknown;
  /** What the target made of what was sent. */
  #held: unknown;

  constructor(from: StateEntry, to: Terminal, spec: WireSpec) {
    this.#from = from;
    this.#to = to;
    this.#spec = spec;
  }

  /** Returns the way to end it. Throws `invalid-request` if the target cannot be what the source is at all. */
  begin(where: string): () => void {
    const value = this.#sample();
    const { type } = this.#to.entry.schema;
    const [misfit] = value === undefined ? [] : validate(type === undefined ? {} : { type }, value);
    if (misfit !== undefined) throw unwirable(where, `${this.#spec.to.state} ${misfit.detail}, as its source is not`);
    this.#carry();
    return () => this.#timer?.cancel();
  }

  #carry(): void {
    this.#timer = this.#to.clock.timer(this.#spec.everyMs ?? 500, () => this.#carry());
    const { entry } = this.#to;
    const value = this.#sample();
    const isThere = Object.is(value, this.#sent) && Object.is(entry.get(), this.#held);
    if (value === undefined || isThere || validate(entry.schema, value).length > 0) return;
    this.#put(value);
  }

  /** What the target cannot be just now it is not: a machine that is driven is not pushed. */
  #put(value: unknown): void {
    const { entry } = this.#to;
    try {
      entry.set?.(value as never);
    } catch (error) {
      if (!(error instanceof BellcrankError)) throw error;
      return;
    }
    this.#sent = value;
    this.#held = entry.get();
  }

  /** What the target is to be; undefined if the source has no value. Numbers are kept within the target's bounds. */
  #sample(): unknown {
    const value = this.#from.get();
    const { schema } = this.#to.entry;
    const isNumeric = schema['type'] === 'number' || schema['type'] === 'integer';
    const isCounted = isNumeric && typeof value === 'boolean';
    if (typeof value !== 'number' && !isCounted) return value;
    const { factor = 1, offset = 0 } = this.#spec;
    const scaled = Number(value) * factor + offset;
    if (!Number.isFinite(scaled)) return undefined;
    const whole = schema['type'] === 'integer' ? Math.round(scaled) : scaled;
    return Math.min(Math.max(whole, boundOf(schema, 'minimum', -Infinity)), boundOf(schema, 'maximum', Infinity));
  }
}

function boundOf(schema: JsonSchema, key: 'minimum' | 'maximum', otherwise: number): number {
  const bound = schema[key];
  return typeof bound === 'number' ? bound : otherwise;
}
