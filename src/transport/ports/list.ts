import { basename, join } from 'node:path';
import { entriesOf, type PortRoots, realPathOf, targetOf, textOf } from './roots.ts';
import { driverOf, upwards, type UsbIdentity, usbOf } from './usb.ts';

/** A serial port of this machine, by what sysfs says of it. */
export interface ListedPort {
  /** `/dev/ttyUSB0`: may be another one's after the next plugging. */
  readonly path: string;
  /** Names that udev made: by who it is, and by where it is plugged in. */
  readonly byId: string | null;
  readonly byPath: string | null;
  readonly usb: UsbIdentity | null;
  /** The kernel's driver. */
  readonly driver: string | null;
}

/** Ports that are listed; a machine has a few, and 32 placeholders of a PC's UARTs. */
const maxPorts = 256;

/**
 * The serial ports that hardware stands behind, from `/sys/class/tty`. Consoles and pseudo-terminals have no device;
 * a UART of type 0 is a placeholder (`PORT_UNKNOWN` of the kernel's serial core).
 */
export async function listPorts(roots: PortRoots): Promise<ListedPort[]> {
  const folder = join(roots.sys, 'class/tty');
  const [names, byId, byPath] = await Promise.all([
    entriesOf(folder),
    linksIn(join(roots.dev, 'serial/by-id')),
    linksIn(join(roots.dev, 'serial/by-path')),
  ]);
  const top = join((await realPathOf(roots.sys)) ?? roots.sys, 'devices');
  const ports: ListedPort[] = [];
  for (const name of names) {
    if (ports.length === maxPorts) break;
    const device = await realPathOf(join(folder, name, 'device'));
    if (device === undefined || (await textOf(join(folder, name, 'type'))) === '0') continue;
    const folders = upwards(device, top);
    const [usb, driver] = await Promise.all([usbOf(folders), driverOf(folders)]);
    const path = join(roots.dev, name);
    ports.push({ path, byId: byId.get(name) ?? null, byPath: byPath.get(name) ?? null, usb, driver });
  }
  return ports;
}

/** udev's links by the name of the port that they lead to; of several the first, which is the one of older versions. */
async function linksIn(folder: string): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  for (const name of await entriesOf(folder)) {
    const link = join(folder, name);
    const target = await targetOf(link);
    if (target !== undefined && !links.has(basename(target))) links.set(basename(target), link);
  }
  return links;
}

/** A port with who it is, for a list that a person reads. */
export function portText({ path, usb }: ListedPort): string {
  return usb === null ? path : `${path} (${usbText(usb)})`;
}

export function usbText({ vendorId, productId, serialNumber, interface: number }: UsbIdentity): string {
  const serial = serialNumber === null ? 'no serial number' : `serial number ${serialNumber}`;
  return `USB ${vendorId}:${productId}, ${serial}${number === null ? '' : `, interface ${number}`}`;
}
