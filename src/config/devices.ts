import type { AnyDriver } from '../driver/contract.ts';
import { effectiveModel, type Limits } from '../driver/effective.ts';
import { type Catalogue, driverNamed, simulatorOf } from './catalogue.ts';
import { fits, type Stated, statedBy } from './stated.ts';
import { checkHistory } from './history.ts';
import { isShared } from './simulate.ts';
import { inTurn } from '../in-turn.ts';
import { inspect } from '../yaml/inspect.ts';
import type { Finding } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { deviceSchema } from './schema.ts';
import { suggestion } from '../yaml/suggest.ts';

interface Known {
  readonly catalogue: Catalogue;
  readonly connections: Readonly<Record<string, unknown>>;
  /** False: a driver of the user's could not be loaded, and an unknown name may be its. */
  readonly complete: boolean;
}

export async function checkDevices(devices: Readonly<Record<string, unknown>>, known: Known): Promise<Finding[]> {
  const findings: Finding[] = [];
  await inTurn(Object.entries(devices), ([id, device]) => {
    findings.push(...checkDevice(['devices', id], device, known));
  });
  return findings.length > 0 ? findings : await checkPlaces(devices, known);
}

/** One piece of hardware is one device: a second one would get round its limits, its lane and its latch. */
async function checkPlaces(devices: Readonly<Record<string, unknown>>, { catalogue }: Known): Promise<Finding[]> {
  const findings: Finding[] = [];
  /** Who is where, by connection; undefined is all of it. There may be ten thousand on one. */
  const taken = new Map<string, Map<string | undefined, string>>();
  await inTurn(Object.entries(devices), ([id, device]) => {
    if (!isRecord(device) || typeof device['connection'] !== 'string' || device['enabled'] === false) return;
    const driver = driverNamed(catalogue.drivers, String(device['driver']));
    const { connection } = device;
    const place = driver?.address?.(device['options'] ?? {});
    const places = taken.get(connection) ?? new Map<string | undefined, string>();
    taken.set(connection, places);
    // Without an address the connection is one device's alone.
    const [first] = places.values();
    const other = place === undefined ? first : (places.get(undefined) ?? places.get(place));
    if (other === undefined) places.set(place, id);
    else
      findings.push({
        path: ['devices', id, 'connection'],
        detail: `is taken by ${other}, ${placeText(place, places.has(undefined))}`,
      });
  });
  return findings;
}

function placeText(place: string | undefined, isWhole: boolean): string {
  if (place === undefined) return 'and its driver needs the connection for itself';
  return isWhole ? 'which needs the connection for itself' : `and both have the address ${place} there`;
}

function checkDevice(path: string[], device: unknown, known: Known): Finding[] {
  const findings = inspect(deviceSchema, device, path);
  if (!isRecord(device) || typeof device['driver'] !== 'string') return findings;
  const { drivers } = known.catalogue;
  const driver = driverNamed(drivers, device['driver']);
  if (driver === undefined) {
    const names = drivers.map(({ model }) => model.name);
    if (known.complete && !isBroken(findings, [...path, 'driver'])) {
      findings.push({ path: [...path, 'driver'], detail: `names no driver${suggestion(device['driver'], names)}` });
    }
    return [...findings, ...checkConnectionName(path, device['connection'], known)];
  }
  const options = Object.hasOwn(device, 'options') ? device['options'] : {};
  if (isRecord(options)) findings.push(...inspect(driver.options, options, [...path, 'options']));
  if (!isBroken(findings, [...path, 'limits']) && !isBroken(findings, [...path, 'deny'])) {
    findings.push(...checkRestrictions(path, device, driver));
  }
  return [...findings, ...checkHistory(path, device['history'], driver), ...checkLink(path, device, driver, known)];
}

function isBroken(findings: readonly Finding[], path: readonly string[]): boolean {
  return findings.some((finding) => path.every((key, index) => finding.path[index] === key));
}

function checkRestrictions(path: readonly string[], device: Record<string, unknown>, driver: AnyDriver): Finding[] {
  // Checked when such a device has told what it can do.
  if (driver.selfDescribing === true) return [];
  // Both were found valid by their schemas.
  const limits = (device['limits'] ?? {}) as Limits;
  const deny = (device['deny'] ?? []) as string[];
  const { problems } = effectiveModel(driver.model, { limits, deny });
  return problems.map((problem) => ({ ...problem, path: [...path, ...problem.path] }));
}

function checkConnectionName(path: readonly string[], name: unknown, { connections }: Known): Finding[] {
  if (typeof name !== 'string' || Object.hasOwn(connections, name)) return [];
  return [
    { path: [...path, 'connection'], detail: `names no connection${suggestion(name, Object.keys(connections))}` },
  ];
}

function checkLink(path: string[], device: Record<string, unknown>, driver: AnyDriver, known: Known): Finding[] {
  const at = [...path, 'connection'];
  const name = device['connection'];
  const spoken = driver.transports.filter((transport) => transport !== 'none');
  if (!Object.hasOwn(device, 'connection')) {
    if (spoken.length < driver.transports.length) return [];
    return [{ path: at, detail: `is required; ${driver.model.name} speaks ${spoken.join(', ')}` }];
  }
  if (spoken.length === 0) return [{ path: at, detail: `is not used by ${driver.model.name}; remove it`, key: true }];
  if (typeof name !== 'string') return [];
  const stated = Object.hasOwn(known.connections, name)
    ? statedBy(known.connections[name], known.catalogue)
    : undefined;
  if (stated === undefined) return checkConnectionName(path, name, known);
  if (!fits(driver, stated)) {
    const detail = `${name} is ${kindOf(stated)}, and ${driver.model.name} speaks ${spoken.join(', ')}`;
    return [{ path: at, detail }];
  }
  return checkModel(at, name, stated, driver, known);
}

function kindOf(stated: Stated): string {
  return stated.kind === 'transport' ? stated.transport : `a simulator via ${String(stated.simulate['via'])}`;
}

function checkModel(at: string[], name: string, stated: Stated, driver: AnyDriver, known: Known): Finding[] {
  if (stated.kind !== 'simulate' || isShared(stated.simulate)) return [];
  const simulator = simulatorOf(known.catalogue.simulators, stated.simulate['model']);
  if (simulator === undefined || simulator.model === driver.model.name) return [];
  return [{ path: at, detail: `${name} simulates ${simulator.model}, and the driver is ${driver.model.name}` }];
}
