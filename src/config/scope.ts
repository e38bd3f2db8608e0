import type { AnyDriver } from '../driver/contract.ts';
import type { Model } from '../driver/spec.ts';
import { labelMatches } from '../expression/label.ts';
import type { Finding } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { suggestion } from '../yaml/suggest.ts';
import { driverNamed } from './catalogue.ts';

export interface Known {
  readonly devices: Readonly<Record<string, unknown>>;
  readonly drivers: readonly AnyDriver[];
}

/**
 * A device that a rule is about. Without a model its driver is not known, which is told elsewhere, or it describes
 * itself.
 */
export interface Guarded {
  readonly id: string;
  readonly model: Model | undefined;
  /** What `deny` takes from the model. */
  readonly denied: readonly string[];
  readonly enabled: boolean;
}

/** The devices that `device` or `label` of a rule stands for. */
export function guardedBy(
  path: readonly string[],
  rule: Readonly<Record<string, unknown>>,
  known: Known,
): { readonly guarded: Guarded[]; readonly findings: Finding[] } {
  const { device, label } = rule;
  const nobody = (at: readonly string[], detail: string) => ({ guarded: [], findings: [{ path: at, detail }] });
  if (device !== undefined && label !== undefined) return nobody(path, 'has device and label; it takes one of the two');
  if (device === undefined && label === undefined) return nobody(path, 'needs device or label');
  const ids = Object.keys(known.devices);
  if (typeof device === 'string') {
    if (ids.includes(device)) return { guarded: [guardedAs(device, known)], findings: [] };
    return nobody([...path, 'device'], `names no device${suggestion(device, ids)}`);
  }
  if (typeof label !== 'string') return { guarded: [], findings: [] };
  const found = ids.filter((id) => labelMatches(label, labelsOf(known.devices[id])));
  if (found.length > 0) return { guarded: found.map((id) => guardedAs(id, known)), findings: [] };
  const labels = ids.flatMap((id) => Object.entries(labelsOf(known.devices[id])).map((entry) => entry.join('=')));
  return nobody([...path, 'label'], `is the label of no device${suggestion(label, [...new Set(labels)])}`);
}

export function guardedAs(id: string, known: Known): Guarded {
  const device = known.devices[id];
  const { deny, enabled } = isRecord(device) ? device : {};
  return {
    id,
    model: modelOf(id, known),
    denied: Array.isArray(deny) ? deny.filter((name) => typeof name === 'string') : [],
    enabled: enabled !== false,
  };
}

function modelOf(id: string, { devices, drivers }: Known): Model | undefined {
  const device = Object.hasOwn(devices, id) ? devices[id] : undefined;
  const driver = isRecord(device) ? driverNamed(drivers, device['driver']) : undefined;
  // What a device that describes itself has, only it knows: a condition over what it has not does not hold.
  return driver?.selfDescribing === true ? undefined : driver?.model;
}

function labelsOf(device: unknown): Readonly<Record<string, unknown>> {
  const labels = isRecord(device) ? device['labels'] : undefined;
  return isRecord(labels) ? labels : {};
}

/** Names tell rules of one list apart. */
export function sameNames(list: string, rules: readonly unknown[]): Finding[] {
  const names = rules.map((rule) => (isRecord(rule) ? rule['name'] : undefined));
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    if (typeof name !== 'string' || first === index) return [];
    return [{ path: [list, String(index), 'name'], detail: `is the name of ${list}[${first}] already` }];
  });
}
