import type { Clock } from '../../src/driver/index.ts';
import type { Relation } from '../../drivers/declarative/definition/definition.ts';
import { approach } from '../behaviour/approach.ts';
import { inOrder, sourcesOf } from './relations.ts';

/** Steps into which a span of time is cut where something that lags follows something else that moves. */
const maxSteps = 500;
const stepsPerTimeConstant = 50;

/**
 * The state of a device: what was set, and what follows it in time. Nothing ticks: whoever asks moves it to the clock's
 * instant first. What follows a setting is exact at any instant; what follows something that itself moves is computed in
 * small steps, since its target changes meanwhile.
 */
export class Plant {
  readonly #clock: Clock;
  readonly #settings: Map<string, unknown>;
  readonly #relations: readonly Relation[];
  readonly #moving = new Map<string, unknown>();
  readonly #stepMs: number;
  #since: number;

  /** `starts` are first values that somebody chose; all else has settled, as if it had been running for long. */
  constructor(
    clock: Clock,
    initial: ReadonlyMap<string, unknown>,
    relations: readonly Relation[],
    starts: Readonly<Record<string, unknown>>,
  ) {
    this.#clock = clock;
    this.#settings = new Map(initial);
    this.#relations = inOrder(relations);
    this.#stepMs = stepOf(this.#relations);
    this.#since = clock.monotonic();
    for (const relation of this.#relations) {
      const { property, follows } = relation;
      const start = follows === undefined ? undefined : starts[property];
      this.#moving.set(property, start ?? this.#target(relation));
    }
  }

  has(name: string): boolean {
    return this.#settings.has(name);
  }

  /** Without noise. */
  get(name: string): unknown {
    this.#advance();
    return this.#now(name);
  }

  /** What follows a setting begins to move now; what follows something else is moved, and comes back. */
  set(name: string, value: unknown): void {
    this.#advance();
    this.#settings.set(name, value);
    const relation = this.#relations.find(({ property }) => property === name);
    if (relation?.follows !== undefined) this.#moving.set(name, value);
  }

  #now(name: string): unknown {
    return this.#moving.has(name) ? this.#moving.get(name) : this.#settings.get(name);
  }

  #advance(): void {
    const now = this.#clock.monotonic();
    const ms = now - this.#since;
    this.#since = now;
    const steps = Math.max(1, Math.min(maxSteps, Math.ceil(ms / this.#stepMs)));
    for (let step = 0; step < steps; step++) this.#step(ms / steps);
  }

  #step(ms: number): void {
    for (const relation of this.#relations) {
      const target = this.#target(relation);
      const value = this.#moving.get(relation.property);
      const isNumeric = typeof target === 'number' && typeof value === 'number';
      this.#moving.set(relation.property, isNumeric ? approach(value, target, ms, relation) : target);
    }
  }

  #target(relation: Relation): unknown {
    const { property, follows, gain, offset, when, otherwise } = relation;
    const isOn = when === undefined || this.#now(when) === true;
    const source = follows === undefined || follows === property ? this.#settings.get(property) : this.#now(follows);
    const own = this.#settings.get(property);
    if (!isOn) return typeof own === 'boolean' ? otherwise !== 0 : otherwise;
    if (typeof own === 'number' && typeof source === 'boolean') return Number(source) * gain + offset;
    return typeof source === 'number' ? source * gain + offset : source;
  }
}

/** Infinite unless something that takes time follows something else that does. Relations stand in order. */
function stepOf(relations: readonly Relation[]): number {
  const moving = new Set<string>();
  let shortest = Infinity;
  for (const relation of relations) {
    const isChained = sourcesOf(relation).some((source) => moving.has(source));
    if (isSlow(relation) && isChained) shortest = Math.min(shortest, Math.max(1, relation.timeConstantMs));
    if (isSlow(relation) || isChained) moving.add(relation.property);
  }
  return shortest / stepsPerTimeConstant;
}

function isSlow({ timeConstantMs, ratePerSecond }: Relation): boolean {
  return timeConstantMs > 0 || ratePerSecond !== undefined;
}
