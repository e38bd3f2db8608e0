import type { Model } from '../driver/spec.ts';
import { allOf, type Few, withOne, withoutOne } from '../few.ts';
import type { Device } from './device.ts';
import type { Opener } from './link.ts';

/** The devices of one connection, by the place on it that their options mean. */
interface Occupied {
  readonly all: Set<Device>;
  /** Under undefined: those whose driver has the connection for itself. */
  readonly byPlace: Map<string | undefined, Device | Few<Device>>;
}

/** Which device is where, found without looking at the others: there may be ten thousand on one connection. */
export class Places {
  readonly #connections = new Map<string, Occupied>();
  /** Where each was put: its driver may have become another since. */
  readonly #places = new Map<Device, string | undefined>();

  put(device: Device): void {
    const { driver, options } = device.settings;
    const place = scoped(driver.address?.(options), driver, device.carries);
    const occupied = this.#connections.get(device.connectionName) ?? { all: new Set(), byPlace: new Map() };
    this.#places.set(device, place);
    this.#connections.set(device.connectionName, occupied);
    occupied.all.add(device);
    occupied.byPlace.set(place, withOne(occupied.byPlace.get(place), device));
  }

  take(device: Device): void {
    const occupied = this.#connections.get(device.connectionName);
    const place = this.#places.get(device);
    const left = withoutOne(occupied?.byPlace.get(place), device);
    this.#places.delete(device);
    occupied?.all.delete(device);
    if (left === undefined) occupied?.byPlace.delete(place);
    else occupied?.byPlace.set(place, left);
    if (occupied?.all.size === 0) this.#connections.delete(device.connectionName);
  }

  find(connection: string, place: string | undefined, fits: (device: Device) => boolean): Device | undefined {
    return first(allOf(this.#connections.get(connection)?.byPlace.get(place)), fits);
  }

  /** An enabled device, other than `id`, that a device at this place would get in the way of. */
  taken(connection: string, place: string | undefined, id: string): Device | undefined {
    const occupied = this.#connections.get(connection);
    const stands = (other: Device): boolean => other.id !== id && other.settings.enabled;
    if (place === undefined) return first(occupied?.all, stands);
    return first(allOf(occupied?.byPlace.get(place)), stands) ?? first(allOf(occupied?.byPlace.get(undefined)), stands);
  }
}

/**
 * On a line of bytes an address is one device, whatever its driver. On a broker each dialect has addresses of its own: a
 * topic of one says nothing of another one's names.
 */
export function scoped(
  place: string | undefined,
  { model }: { readonly model: Pick<Model, 'name'> },
  carries: Opener['shape'],
): string | undefined {
  return place === undefined || carries !== 'messages' ? place : `${model.name} ${place}`;
}

function first(devices: Iterable<Device> | undefined, fits: (device: Device) => boolean): Device | undefined {
  for (const device of devices ?? []) if (fits(device)) return device;
  return undefined;
}
