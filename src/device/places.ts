import type { Model } from '../driver/spec.ts';
import { allOf, type Few, withOne, withoutOne } from '../few.ts';
import type { Device } from './device.ts';
import type { Opener } from './link.ts';

/** The devices of one connection, by the place on it that their options mean; under undefined those whose driver has it for itself. */
type Occupied = Map<string | undefined, Device | Few<Device>>;

/** Which device is where, found without looking at the others: there may be ten thousand on one connection. */
export class Places {
  readonly #connections = new Map<string, Occupied>();

  put(device: Device): void {
    const { driver, options } = device.settings;
    const place = scoped(driver.address?.(options), driver, device.carries);
    const occupied: Occupied = this.#connections.get(device.connectionName) ?? new Map();
    device.place = place;
    this.#connections.set(device.connectionName, occupied);
    occupied.set(place, withOne(occupied.get(place), device));
  }

  take(device: Device): void {
    const occupied = this.#connections.get(device.connectionName);
    const left = withoutOne(occupied?.get(device.place), device);
    if (left === undefined) occupied?.delete(device.place);
    else occupied?.set(device.place, left);
    if (occupied?.size === 0) this.#connections.delete(device.connectionName);
  }

  find(connection: string, place: string | undefined, fits: (device: Device) => boolean): Device | undefined {
    return allOf(this.#connections.get(connection)?.get(place)).find(fits);
  }

  /** An enabled device, other than `id`, that a device at this place would get in the way of. */
  taken(connection: string, place: string | undefined, id: string): Device | undefined {
    const occupied = this.#connections.get(connection);
    const stands = (other: Device): boolean => other.id !== id && other.settings.enabled;
    const at = (its: string | undefined): Device | undefined => allOf(occupied?.get(its)).find(stands);
    const places = place === undefined ? [...(occupied?.keys() ?? [])] : [place, undefined];
    for (const its of places) {
      const device = at(its);
      if (device !== undefined) return device;
    }
    return undefined;
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
