import type { Clock } from '../../../src/clock.ts';
import { linearRegExp } from '../../../src/driver/linear-regexp.ts';
import { randomFrom } from '../../behaviour/random.ts';
import type { Fault } from './kinds.ts';
import type { Trigger } from './trigger.ts';
import type { WatchedState } from './watched-state.ts';

export interface LiveFaultParts {
  /** The simulator's own. */
  readonly clock: Clock;
  /** Fixes this fault's choices, and no other's. */
  readonly seed: number;
  readonly state: Pick<WatchedState, 'value'>;
  readonly acted: (fault: string, detail?: string) => void;
}

/** Clocks that go faster or slower than real time count in fractions. */
const toleranceMs = 1e-6;

/** A fault that is set: whether it acts on what passes, and how often it has. It is of the simulator, over all its connections. */
export class LiveFault {
  readonly fault: Fault;
  readonly random: () => number;
  /** Of a state that a frame brought about: whether it has, for every connection. */
  hasBegun = false;
  readonly #parts: LiveFaultParts;
  readonly #pattern: { test(text: string): boolean } | undefined;
  readonly #since: number;
  #acted = 0;
  #over = false;
  #bytes = 0;
  #candidates = 0;

  constructor(fault: Fault, parts: LiveFaultParts) {
    this.fault = fault;
    this.random = randomFrom(parts.seed);
    this.#parts = parts;
    this.#since = parts.clock.monotonic();
    this.#pattern = fault.match === undefined ? undefined : linearRegExp(fault.match, '');
  }

  get acted(): number {
    return this.#acted;
  }

  /** False once it is over. */
  get active(): boolean {
    return !this.isExpired && this.#acted < (this.#trigger.clearAfter ?? Infinity);
  }

  /** Over by its time, or by whoever set others: even what it has done already ends. */
  get isExpired(): boolean {
    return this.#over || this.#hasPassed(this.#trigger.clearAfterMs ?? Infinity);
  }

  /** Whether frames have a say in when it acts. */
  get isOfFrames(): boolean {
    const { probability, skip, every, afterBytes, match } = this.#trigger;
    return [probability, skip, every, afterBytes, match].some((given) => given !== undefined);
  }

  /** Whether it acts as far as time and the device's state have a say. */
  get isDue(): boolean {
    return this.active && this.#hasPassed(this.#trigger.afterMs ?? 0) && this.#isInState();
  }

  /** Whether it acts on this frame. Ask once per frame: it counts, and draws. */
  selects(bytes: number, matches: (pattern: { test(text: string): boolean }) => boolean): boolean {
    const before = this.#bytes;
    this.#bytes += bytes;
    const { afterBytes = 0, skip = 0, every = 1, probability } = this.#trigger;
    if (!this.isDue || (afterBytes > 0 && before + bytes <= afterBytes)) return false;
    if (this.#pattern !== undefined && !matches(this.#pattern)) return false;
    const nth = this.#candidates++ - skip;
    if (nth < 0 || nth % every !== 0) return false;
    return probability === undefined || this.random() < probability;
  }

  /** It acts now. */
  act(detail?: string): void {
    this.#acted++;
    this.#parts.acted(this.fault.kind, detail);
  }

  end(): void {
    this.#over = true;
  }

  get #trigger(): Trigger {
    return this.fault;
  }

  #hasPassed(ms: number): boolean {
    return this.#parts.clock.monotonic() - this.#since + toleranceMs >= ms;
  }

  #isInState(): boolean {
    const { when } = this.#trigger;
    if (when === undefined) return true;
    const value = this.#parts.state.value(when.state);
    if (when.is !== undefined && value !== when.is) return false;
    if (when.above === undefined && when.below === undefined) return true;
    return typeof value === 'number' && value > (when.above ?? -Infinity) && value < (when.below ?? Infinity);
  }
}

/** A seed for each of the faults, which does not depend on the others: only the n-th of several equal ones differs. */
export function seedsOf(faults: readonly Fault[], seed: number): number[] {
  const equals = new Map<string, number>();
  return faults.map((fault) => {
    const text = JSON.stringify(Object.entries(fault).sort(([one], [other]) => (one < other ? -1 : 1)));
    const nth = equals.get(text) ?? 0;
    equals.set(text, nth + 1);
    return hashOf(`${seed} ${nth} ${text}`);
  });
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
