import { rawCommand } from '../driver/built-in.ts';
import type { AnyDriver } from '../driver/contract.ts';
import type { Model } from '../driver/spec.ts';
import { labelMatches } from '../expression/label.ts';
import { driverNamed } from './catalogue.ts';
import { checkCondition, type Guarded } from './interlock-condition.ts';
import type { Finding } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { suggestion } from '../yaml/suggest.ts';

interface Known {
  readonly devices: Readonly<Record<string, unknown>>;
  readonly drivers: readonly AnyDriver[];
}

interface Rule {
  readonly path: readonly string[];
  readonly rule: Readonly<Record<string, unknown>>;
  readonly guarded: readonly Guarded[];
}

/** What the devices have to say about the interlocks; their shape has been checked, and may be wrong all the same. */
export function checkInterlocks(list: unknown, known: Known): Finding[] {
  if (!Array.isArray(list)) return [];
  const rules: unknown[] = list;
  return [
    ...rules.flatMap((rule, index) => checkRule(['interlocks', String(index)], rule, known)),
    ...sameNames(rules),
  ];
}

function sameNames(rules: readonly unknown[]): Finding[] {
  const names = rules.map((rule) => (isRecord(rule) ? rule['name'] : undefined));
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    if (typeof name !== 'string' || first === index) return [];
    return [{ path: ['interlocks', String(index), 'name'], detail: `is the name of interlocks[${first}] already` }];
  });
}

function checkRule(path: readonly string[], rule: unknown, known: Known): Finding[] {
  if (!isRecord(rule)) return [];
  const scope = guardedBy(path, rule, known);
  const checked: Rule = { path, rule, guarded: scope.guarded };
  const find = (id: string): Guarded | undefined =>
    Object.hasOwn(known.devices, id) ? guardedAs(id, known) : undefined;
  const ids = Object.keys(known.devices);
  return [
    ...scope.findings,
    ...checkForbidden(checked),
    ...checkStop(checked),
    ...checkCondition(path, rule, { guarded: scope.guarded, find, ids }),
  ];
}

function guardedBy(
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

function guardedAs(id: string, known: Known): Guarded {
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

/** A label may bring different devices together: one of them that has the command is enough. */
function checkForbidden({ path, rule, guarded }: Rule): Finding[] {
  const models = guarded.flatMap(({ model }) => model ?? []);
  const forbid: unknown = rule['forbid'];
  if (!Array.isArray(forbid) || models.length === 0 || models.length < guarded.length) return [];
  const known = new Set(models.flatMap(forbiddable));
  const offered = new Set(guarded.flatMap(offeredBy));
  return forbid.flatMap((name: unknown, index) => {
    if (typeof name !== 'string' || name === '*' || name === rawCommand || offered.has(name)) return [];
    const at = [...path, 'forbid', String(index)];
    if (known.has(name)) {
      return [{ path: at, detail: `is denied to ${guarded.map(({ id }) => id).join(', ')} altogether; remove it` }];
    }
    if (models.some(({ commands }) => Object.hasOwn(commands, name))) {
      return [{ path: at, detail: 'only reads, and reads are never forbidden; remove it' }];
    }
    return [{ path: at, detail: `names nothing that can be forbidden${suggestion(name, [...offered])}` }];
  });
}

function forbiddable({ commands, properties }: Model): string[] {
  return [
    ...Object.keys(commands).filter((name) => commands[name]?.effect !== 'read'),
    ...Object.keys(properties)
      .filter((name) => properties[name]?.access !== 'read')
      .map((name) => `write:${name}`),
  ];
}

function offeredBy({ model, denied }: Guarded): string[] {
  return model === undefined ? [] : forbiddable(model).filter((name) => !denied.includes(name));
}

function checkStop({ path, rule, guarded }: Rule): Finding[] {
  if (rule['onViolation'] !== 'stop') return [];
  const without = guarded.find(({ model }) => model !== undefined && model.stop === undefined);
  if (without === undefined) return [];
  const detail = `${without.id} cannot be stopped: ${without.model?.name ?? 'its model'} declares no stop`;
  return [{ path: [...path, 'onViolation'], detail }];
}
