import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import { type Taken, taken } from '../driver/bounds.ts';
import { validate } from '../driver/schema.ts';
import type { PropertySpec } from '../driver/spec.ts';
import { type InputError, printable } from '../errors.ts';
import { external, type ValueCause } from './cause.ts';

/** `good`: fresh. `stale`: the device is away, or the value is older than its source allows. `bad`: the last one failed. */
export type Quality = 'good' | 'stale' | 'bad';

export interface Reading {
  readonly value: unknown;
  /** Wall clock, ms. Undefined: never read. */
  readonly at: number | undefined;
  readonly quality: Quality;
  /** Why it is bad. */
  readonly error?: string;
}

interface Kept {
  readonly value: unknown;
  /** What its property was then. */
  readonly spec: PropertySpec | undefined;
  readonly at: number;
  readonly monotonicAt: number;
  readonly cause: ValueCause;
  /** Of the session it was read in: after a reconnect the state is unknown until it is read again. */
  readonly epoch: number;
  /** Monotonic: when it was last told as news. */
  readonly toldAt: number;
}

/** Why a property is bad, and when that was last told as news. */
interface Failed {
  readonly error: string;
  readonly toldAt: number;
}

/** What is read again and is as it was is news once in so long, so that everybody knows that it is fresh. */
const repeatMs = 10_000;

/** A polled value is stale after this many missed periods. */
const missedPeriods = 3;

/** Who hears of values, and of what keeps them from being known. `repeats`: it is as it was, which was told just now. */
export interface ReadingsListener {
  changed(name: string, value: unknown, cause: ValueCause, repeats: boolean): void;
  failed(name: string, error: string, cause: ValueCause, repeats: boolean): void;
}

/** The last known values of one device's properties. */
export class Readings {
  readonly #clock: Clock;
  readonly #listener: ReadingsListener;
  /** Made with the first value: many devices of thousands have told none yet. */
  #kept: Map<string, Kept> | undefined;
  /** Made when something goes wrong. */
  #errors: Map<string, Failed> | undefined;
  #epoch = 0;

  constructor(clock: Clock, listener: ReadingsListener) {
    this.#clock = clock;
    this.#listener = listener;
  }

  /** Begins a session: what was known before is stale from now on. */
  restart(): void {
    this.#epoch++;
    this.#errors = undefined;
  }

  /**
   * Keeps what the device told, if it is what its property may be. `asked`: somebody waits for it, so that it is news even
   * if it is as it was.
   */
  put(name: string, spec: PropertySpec | undefined, value: unknown, cause: ValueCause, asked = false): void {
    const its = takenAs(spec, value);
    if (its.error !== undefined) return this.fail(name, invalid(name, value, its.error), cause);
    this.#keep(name, spec, its.value, cause, asked);
  }
  #keep(name: string, spec: PropertySpec | undefined, value: unknown, cause: ValueCause, asked: boolean): void {
    const clock = this.#clock;
    const monotonicAt = clock.monotonic();
    const repeated = asked || cause.kind === 'command' ? undefined : this.#same(name, value);
    const repeats = repeated !== undefined && monotonicAt - repeated.toldAt < repeatMs;
    const toldAt = repeats ? repeated.toldAt : monotonicAt;
    this.#errors?.delete(name);
    const kept = { value, spec, at: clock.now(), monotonicAt, cause, epoch: this.#epoch, toldAt };
    (this.#kept ??= new Map()).set(name, kept);
    this.#listener.changed(name, value, cause, repeats);
  }

  fail(name: string, error: string, cause: ValueCause): void {
    this.#errors ??= new Map();
    const now = this.#clock.monotonic();
    const before = this.#errors.get(name);
    const repeats = before?.error === error && now - before.toldAt < repeatMs;
    this.#errors.set(name, { error, toldAt: repeats ? before.toldAt : now });
    this.#listener.failed(name, error, cause, repeats);
  }

  /** The device has described itself anew: what is no value of its property any more, or of another unit, is not known. */
  remodelled(specOf: (name: string) => PropertySpec | undefined): void {
    for (const [name, { value, spec: before }] of this.#kept ?? []) {
      const spec = specOf(name);
      if (spec === before || (spec !== undefined && isStillOne(value, spec, before))) continue;
      this.#kept?.delete(name);
      if (spec !== undefined) this.fail(name, 'not told since the device described itself anew', external);
    }
  }

  /** Those whose value is of this session. */
  fresh(): readonly string[] {
    return [...(this.#kept ?? [])].filter(([, { epoch }]) => epoch === this.#epoch).map(([name]) => name);
  }

  /** Why the value that is known was told. */
  causeOf(name: string): ValueCause {
    return this.#kept?.get(name)?.cause ?? external;
  }

  /** Milliseconds since the value was read in this session; infinite if it was not. */
  ageMs(name: string): number {
    const kept = this.#kept?.get(name);
    if (kept === undefined || kept.epoch !== this.#epoch) return Number.POSITIVE_INFINITY;
    return this.#clock.monotonic() - kept.monotonicAt;
  }

  /** What is known already, if a value says the same. */
  #same(name: string, value: unknown): Kept | undefined {
    const kept = this.#kept?.get(name);
    if (kept?.epoch !== this.#epoch || this.#errors?.has(name) === true) return undefined;
    return isDeepStrictEqual(kept.value, value) ? kept : undefined;
  }

  /** The reading as it stands; `present` says whether the device is there to contradict it. */
  get(name: string, spec: PropertySpec | undefined, present: boolean): Reading {
    const kept = this.#kept?.get(name);
    const error = this.#errors?.get(name)?.error;
    const value = kept?.value ?? null;
    const at = kept?.at;
    if (error !== undefined) return { value, at, quality: 'bad', error };
    if (kept === undefined) return { value, at, quality: 'bad', error: 'not read yet' };
    return { value, at, quality: present && this.ageMs(name) <= maxAgeMs(spec) ? 'good' : 'stale' };
  }
}

function takenAs(spec: PropertySpec | undefined, value: unknown): Taken {
  if (value === undefined) return { error: { pointer: '', detail: 'is no value' } };
  return taken(spec?.schema ?? {}, value);
}

/** To make a validator takes a while: mostly it is another property that has changed. */
function isStillOne(value: unknown, { schema }: PropertySpec, before: PropertySpec | undefined): boolean {
  if (isDeepStrictEqual(schema, before?.schema)) return true;
  return schema['unit'] === before?.schema['unit'] && validate(schema, value).length === 0;
}

/** How old a value may be to be `good`, as its source goes. */
export function maxAgeMs(spec: PropertySpec | undefined): number {
  if (spec === undefined || spec.access === 'write' || spec.source === 'pushed') return Number.MAX_VALUE;
  return spec.source.pollMs * missedPeriods + 1000;
}

/** `the device told temperature=2001, which must be <= 2000`. What has parts is not shown: it may be of any size and depth. */
function invalid(name: string, value: unknown, { pointer, detail }: InputError): string {
  const shown = typeof value === 'string' ? `"${value.slice(0, 100)}"` : String(value);
  const told = typeof value === 'object' && value !== null ? name : `${name}=${shown}`;
  const part = pointer === '' ? 'which' : `whose ${pointer}`;
  return printable(`the device told ${told}, ${part} ${detail}`.slice(0, 500));
}
