import type { Device } from '../../device/device.ts';
import { maxAgeMs } from '../../device/readings.ts';
import { kindOf } from '../../expression/kind.ts';
import type { Read } from '../../expression/reads.ts';
import type { Interlock } from './rule.ts';

/** One value that an interlock looked at. */
export interface SeenValue {
  readonly device: string;
  readonly property: string;
  /** The last one known; null if there is none. */
  readonly value: unknown;
  /** Since it was read, monotonic; undefined if it never was, or not in this session. */
  readonly ageMs: number | undefined;
  /** Why it cannot be relied on; undefined if it can. */
  readonly problem: string | undefined;
  /** How much longer it can be relied on. */
  readonly goodForMs: number;
  readonly simulated: boolean;
}

export interface Judgement {
  readonly satisfied: boolean;
  /** Every value could be relied on, so that the verdict is about them and not about their absence. */
  readonly informed: boolean;
  readonly seen: readonly SeenValue[];
  /** Why the values, all of them usable, could not be judged. */
  readonly problem: string | undefined;
}

export type FindDevice = (id: string) => Device | undefined;

/**
 * Whether an interlock holds for a device now. Fails safe: it holds only if every value that it reads can be relied on
 * and the expression comes out as `true`; a value that the expression would not need counts as well.
 */
export function judge(rule: Interlock, device: Device, find: FindDevice): Judgement {
  const seen = rule.expression.reads.map((read) => look(read, device, rule, find));
  if (seen.some(({ problem }) => problem !== undefined)) {
    return { satisfied: false, informed: false, seen, problem: undefined };
  }
  const result = rule.expression.evaluate(seen.map(({ value }) => value));
  const problem = typeof result === 'boolean' ? undefined : result.detail;
  return { satisfied: result === true, informed: true, seen, problem };
}

function look(read: Read, own: Device, rule: Interlock, find: FindDevice): SeenValue {
  const { property } = read;
  const device = read.device === undefined ? own : find(read.device);
  if (device === undefined) return unknown(read.device ?? own.id, property, 'there is no such device', false);
  const { properties } = device.model;
  const spec = Object.hasOwn(properties, property) ? properties[property] : undefined;
  if (spec === undefined) return unknown(device.id, property, 'the device has no such property', device.simulated);
  const { value } = device.reading(property);
  const ageMs = device.readings.ageMs(property);
  return {
    device: device.id,
    property,
    value,
    ageMs: Number.isFinite(ageMs) ? ageMs : undefined,
    problem: problemWith(device, property, ageMs, rule),
    goodForMs: Math.min(rule.maxAgeMs, maxAgeMs(spec)) - ageMs,
    simulated: device.simulated,
  };
}

function unknown(device: string, property: string, problem: string, simulated: boolean): SeenValue {
  return { device, property, value: null, ageMs: undefined, problem, goodForMs: 0, simulated };
}

function problemWith(device: Device, property: string, ageMs: number, rule: Interlock): string | undefined {
  const { value, at, quality, error } = device.reading(property);
  if (quality === 'bad') return error ?? 'it could not be read';
  if (at === undefined) return 'it was not read yet';
  if (kindOf(value) === undefined) return 'it has no value';
  if (!device.laneReady) return `its device is ${device.state}`;
  if (!Number.isFinite(ageMs)) return 'it was not read since its device came back';
  if (!(ageMs <= rule.maxAgeMs)) return `it is older than ${rule.maxAgeMs} ms`;
  return quality === 'good' ? undefined : 'it is older than its source allows';
}
