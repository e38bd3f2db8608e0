import type { Device } from '../device/device.ts';
import { labelMatches } from '../expression/label.ts';

export type AlarmKind = 'high' | 'low' | 'deviation' | 'stale';
export type Severity = 'warning' | 'critical';

/** A property of the same device, or a fixed number, that another property shall stay near. */
export interface Deviation {
  readonly from: string | number;
  /** Largest distance that is normal, in the property's unit. */
  readonly by: number;
}

/** An alarm as it is configured: exactly one of `device` and `label`, and one of the four conditions. */
export interface AlarmSettings {
  readonly name: string;
  readonly device?: string;
  /** `KEY` or `KEY=VALUE`. */
  readonly label?: string;
  readonly property: string;
  /** A value above it is an alarm, in the property's unit. */
  readonly high?: number;
  /** A value below it is an alarm, in the property's unit. */
  readonly low?: number;
  readonly deviation?: Deviation;
  /** A value that is not good is an alarm; one older than `maxAgeMs` as well. */
  readonly stale?: { readonly maxAgeMs?: number };
  /** How far a value must have come back to be normal again, in the property's unit (ISA-18.2 deadband). */
  readonly hysteresis: number;
  /** How long the condition must hold before the alarm is raised, monotonic (ISA-18.2 on-delay). */
  readonly delayMs: number;
  readonly severity: Severity;
  /** For whoever sees the alarm. */
  readonly message?: string;
}

/** `key` tells a rule of one device from all others. */
export function keyOf(rule: Pick<AlarmSettings, 'name'>, device: string): string {
  return `${rule.name} ${device}`;
}

export function kindOf({ high, low, deviation }: AlarmSettings): AlarmKind {
  if (high !== undefined) return 'high';
  if (low !== undefined) return 'low';
  return deviation === undefined ? 'stale' : 'deviation';
}

/** What a deviation is measured from, where that is a property. */
export function referenceOf({ deviation }: AlarmSettings): string | undefined {
  return typeof deviation?.from === 'string' ? deviation.from : undefined;
}

/** A label may bring different devices together: those without the property are not meant. */
export function appliesTo(
  rule: AlarmSettings,
  { id, labels, model }: Pick<Device, 'id' | 'labels' | 'model'>,
): boolean {
  if (rule.label === undefined) return rule.device === id;
  return labelMatches(rule.label, labels) && Object.hasOwn(model.properties, rule.property);
}
