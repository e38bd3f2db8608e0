import type { SerialDefaults } from '../driver/contract.ts';
import type { Finding } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';
import { type Catalogue, driverNamed } from './catalogue.ts';
import { statedBy } from './stated.ts';

const keys = ['baudRate', 'dataBits', 'stopBits', 'parity'] as const;

type Key = (typeof keys)[number];

/** One device of a connection, and how its driver wants the port. */
interface Wish {
  readonly id: string;
  readonly serial: SerialDefaults;
}

/** What a connection leaves open, as the drivers of its devices know it; they are known to agree. */
export function serialDefaults(name: string, devices: Readonly<Record<string, unknown>>, catalogue: Catalogue): object {
  return Object.assign({}, ...wishesFor(name, devices, catalogue).map(({ serial }) => serial)) as object;
}

/** Two devices that want the port set in two ways, on a connection that does not say how. */
export function checkSerialDefaults(
  connections: Readonly<Record<string, unknown>>,
  devices: Readonly<Record<string, unknown>>,
  catalogue: Catalogue,
): Finding[] {
  return Object.entries(connections).flatMap(([name, connection]) => {
    const open = openKeys(connection, catalogue);
    if (open === undefined) return [];
    const wishes = wishesFor(name, devices, catalogue);
    return open.keys.flatMap((key) => disagreement(wishes, key, ['connections', name, open.transport]));
  });
}

/** The keys that a connection could set and does not. */
export function openKeys(
  connection: unknown,
  catalogue: Catalogue,
): { readonly transport: string; readonly keys: readonly Key[] } | undefined {
  const stated = statedBy(connection, catalogue);
  if (stated?.kind !== 'transport' || !isRecord(stated.settings)) return undefined;
  const { transport, settings } = stated;
  const schema = catalogue.transports.find((candidate) => candidate.name === transport)?.settings['properties'];
  if (!isRecord(schema)) return undefined;
  return { transport, keys: keys.filter((key) => Object.hasOwn(schema, key) && !Object.hasOwn(settings, key)) };
}

function wishesFor(name: string, devices: Readonly<Record<string, unknown>>, { drivers }: Catalogue): Wish[] {
  return Object.entries(devices).flatMap(([id, device]) => {
    if (!isRecord(device) || device['connection'] !== name) return [];
    const serial = driverNamed(drivers, device['driver'])?.serial;
    return serial === undefined ? [] : [{ id, serial }];
  });
}

function disagreement(wishes: readonly Wish[], key: Key, path: string[]): Finding[] {
  const first = wishes.find(({ serial }) => serial[key] !== undefined);
  const other = wishes.find(({ serial }) => serial[key] !== undefined && serial[key] !== first?.serial[key]);
  if (first === undefined || other === undefined) return [];
  const [one, two] = [first.serial[key], other.serial[key]];
  const detail =
    `does not say ${key}, and its devices disagree: ${first.id} has ${one}, ${other.id} has ${two}; ` +
    `set all to one of them and write \`${key}: ${one}\` or \`${key}: ${two}\``;
  return [{ path, detail }];
}
