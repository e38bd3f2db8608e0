import type { Device } from '../device/device.ts';
import { maxAgeMs } from '../device/readings.ts';
import type { Verdict } from './condition.ts';
import { type AlarmSettings, referenceOf } from './rule.ts';

/** What a rule sees of a device. */
export interface Look {
  readonly verdict: Verdict;
  /** The last value known; null if there is none. */
  readonly value: unknown;
  /** What a deviation is measured from. */
  readonly reference: number | undefined;
  /** Why the value is not good. */
  readonly problem: string | undefined;
  /** For how long the values are good without news; infinite where age does not matter. */
  readonly goodForMs: number;
}

interface Value {
  readonly value: unknown;
  readonly problem: string | undefined;
  readonly goodForMs: number;
}

/** Looks at a device as a rule does, without asking it. */
export function look(rule: AlarmSettings, device: Device): Look {
  const own = valueOf(device, rule.property, rule.stale?.maxAgeMs);
  if (rule.stale !== undefined)
    return { ...own, reference: undefined, verdict: own.problem === undefined ? 'within' : 'beyond' };
  const other = referenceOf(rule);
  const second = other === undefined ? undefined : valueOf(device, other);
  const reference = second?.value ?? rule.deviation?.from;
  const seen = {
    ...own,
    reference: typeof reference === 'number' ? reference : undefined,
    problem: own.problem ?? second?.problem,
    goodForMs: Math.min(own.goodForMs, second?.goodForMs ?? Infinity),
  };
  return { ...seen, verdict: seen.problem === undefined ? verdictOf(rule, own.value, seen.reference) : 'unknown' };
}

function verdictOf(rule: AlarmSettings, value: unknown, reference: number | undefined): Verdict {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'unknown';
  const excess = excessOf(rule, value, reference);
  if (excess === undefined) return 'unknown';
  if (excess > 0) return 'beyond';
  return excess <= -rule.hysteresis ? 'within' : 'between';
}

/** How far a value is beyond its limit; negative where it is not. */
function excessOf({ high, low, deviation }: AlarmSettings, value: number, reference?: number): number | undefined {
  if (high !== undefined) return value - high;
  if (low !== undefined) return low - value;
  if (deviation === undefined || reference === undefined) return undefined;
  return Math.abs(value - reference) - deviation.by;
}

function valueOf(device: Device, property: string, maxMs = Infinity): Value {
  const { properties } = device.model;
  const spec = Object.hasOwn(properties, property) ? properties[property] : undefined;
  if (spec === undefined)
    return { value: null, problem: `${device.id} has no property ${property}`, goodForMs: Infinity };
  const { value, quality, error } = device.reading(property);
  const ageMs = device.readings.ageMs(property);
  const mostMs = Math.min(maxMs, maxAgeMs(spec));
  const goodForMs = mostMs === Number.MAX_VALUE ? Infinity : mostMs - ageMs;
  return { value, problem: problemOf(device, quality, error, ageMs, maxMs), goodForMs };
}

function problemOf(
  device: Device,
  quality: string,
  error: string | undefined,
  ageMs: number,
  maxMs: number,
): string | undefined {
  if (quality === 'bad') return error ?? 'it could not be read';
  if (!device.laneReady) return `its device is ${device.state}`;
  if (quality !== 'good') return 'it is older than its source allows';
  return ageMs > maxMs ? `it is older than ${maxMs} ms` : undefined;
}
