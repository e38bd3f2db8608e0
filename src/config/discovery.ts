import type { AnyDriver } from '../driver/contract.ts';
import { inspect } from '../yaml/inspect.ts';
import type { Finding } from '../yaml/place.ts';
import { isRecord, withDefaults } from '../yaml/schema-walk.ts';
import { suggestion } from '../yaml/suggest.ts';
import { type Catalogue, driverNamed } from './catalogue.ts';
import type { DiscoveryConfig } from './config.ts';
import { fits, type Stated, statedBy } from './stated.ts';
import { adoptionRulesSchema, connectionDiscoverySchema } from './discovery-schema.ts';

interface Known {
  readonly catalogue: Catalogue;
  readonly connections: Readonly<Record<string, unknown>>;
  /** False: a driver of the user's could not be loaded, and an unknown name may be its. */
  readonly complete: boolean;
}

/** What drivers are told, where they know nothing that could be told. */
export const noOptions = { type: 'object', additionalProperties: false };

export function checkDiscovery(discovery: Readonly<Record<string, unknown>>, known: Known): Finding[] {
  return Object.entries(discovery).flatMap(([name, value]) => checkConnection(name, value, known));
}

/** Valid by `checkDiscovery`. */
export function buildDiscovery(value: unknown, { drivers }: Catalogue): DiscoveryConfig {
  const { options, autoAdopt, ...rest } = withDefaults(connectionDiscoverySchema, value) as Omit<
    DiscoveryConfig,
    'autoAdopt'
  > & { autoAdopt: unknown };
  const its = Object.entries(options).map(([dialect, given]) => {
    return [dialect, withDefaults(driverNamed(drivers, dialect)?.discoveryOptions ?? noOptions, given)] as const;
  });
  const silent = drivers.flatMap(({ model, discoveryOptions }) => {
    if (discoveryOptions === undefined || Object.hasOwn(options, model.name)) return [];
    return [[model.name, withDefaults(discoveryOptions, {})] as const];
  });
  const rules = autoAdopt === true ? [{}] : autoAdopt === false ? [] : autoAdopt;
  return {
    ...rest,
    options: Object.fromEntries([...its, ...silent]),
    autoAdopt: withDefaults(adoptionRulesSchema, rules) as DiscoveryConfig['autoAdopt'],
  };
}

function checkConnection(name: string, value: unknown, known: Known): Finding[] {
  const path = ['discovery', name];
  const findings = inspect(connectionDiscoverySchema, value, path);
  const names = Object.keys(known.connections);
  if (!names.includes(name)) {
    return [...findings, { path, detail: `names no connection${suggestion(name, names)}`, key: true }];
  }
  const stated = statedBy(known.connections[name], known.catalogue);
  if (!isRecord(value) || stated === undefined) return findings;
  const { drivers } = known.catalogue;
  const able = drivers.filter((driver) => driver.discover !== undefined && carries(driver, stated));
  if (able.length === 0) {
    findings.push({ path, detail: 'is a connection on which no driver can discover anything', key: true });
    return findings;
  }
  return [
    ...findings,
    ...checkDialects([...path, 'dialects'], value['dialects'], able, known),
    ...checkOptions([...path, 'options'], value['options'], able, known),
    ...checkRules([...path, 'autoAdopt'], value['autoAdopt']),
  ];
}

/** What listens without taking turns needs a connection that carries messages. */
function carries(driver: AnyDriver, stated: Stated): boolean {
  return driver.transports.includes('mqtt') && fits(driver, stated);
}

function checkDialects(at: string[], dialects: unknown, able: readonly AnyDriver[], known: Known): Finding[] {
  if (!Array.isArray(dialects)) return [];
  return dialects.flatMap((dialect: unknown, index) => unable([...at, String(index)], dialect, able, known));
}

function unable(
  at: string[],
  dialect: unknown,
  able: readonly AnyDriver[],
  { catalogue, complete }: Known,
  key = false,
): Finding[] {
  if (typeof dialect !== 'string' || driverNamed(able, dialect) !== undefined) return [];
  const names = able.map(({ model }) => model.name);
  const found = driverNamed(catalogue.drivers, dialect);
  if (found === undefined && !complete) return [];
  const detail = found === undefined ? 'names no driver' : 'cannot discover on this connection';
  const finding = { path: at, detail: `${detail}${suggestion(dialect, names)}` };
  return [key ? { ...finding, key } : finding];
}

function checkOptions(at: string[], options: unknown, able: readonly AnyDriver[], known: Known): Finding[] {
  return Object.entries(isRecord(options) ? options : {}).flatMap(([dialect, given]) => {
    const driver = driverNamed(able, dialect);
    if (driver === undefined) return unable([...at, dialect], dialect, able, known, true);
    return inspect(driver.discoveryOptions ?? noOptions, given, [...at, dialect]);
  });
}

function checkRules(at: string[], autoAdopt: unknown): Finding[] {
  if (autoAdopt === undefined || typeof autoAdopt === 'boolean') return [];
  if (Array.isArray(autoAdopt)) return inspect(adoptionRulesSchema, autoAdopt, at);
  return [{ path: at, detail: 'must be true, for everything, or a list of rules' }];
}
