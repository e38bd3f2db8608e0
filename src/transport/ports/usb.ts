import { basename, dirname, join } from 'node:path';
import { targetOf, textOf } from './roots.ts';

/** What a USB device says of itself. */
export interface UsbIdentity {
  /** Four hexadecimal digits, lower case. */
  readonly vendorId: string;
  readonly productId: string;
  readonly serialNumber: string | null;
  readonly manufacturer: string | null;
  readonly product: string | null;
  /** Which of its interfaces the port is: adapters with several ports have several. */
  readonly interface: number | null;
}

/** Levels between a port and its USB device; hubs are beyond it. */
const maxLevels = 8;

/** Linux 6.5 put these between a port and its hardware. */
const between = ['port', 'ctrl'];

/** The folders of sysfs from a device up, itself first. */
export function upwards(device: string, top: string): string[] {
  const folders: string[] = [];
  for (let folder = device; folder.startsWith(`${top}/`) && folders.length < maxLevels; folder = dirname(folder)) {
    folders.push(folder);
  }
  return folders;
}

/** The USB device that a port belongs to (sysfs-bus-usb: `idVendor`, `bInterfaceNumber`); null: another bus. */
export async function usbOf(folders: readonly string[]): Promise<UsbIdentity | null> {
  let number: number | null = null;
  for (const folder of folders) {
    const text = await textOf(join(folder, 'bInterfaceNumber'));
    if (text !== undefined && /^[\da-f]{2}$/i.test(text)) number ??= parseInt(text, 16);
    const [vendorId, productId] = [await hexOf(folder, 'idVendor'), await hexOf(folder, 'idProduct')];
    if (vendorId === undefined || productId === undefined) continue;
    const [serialNumber, manufacturer, product] = await Promise.all(
      ['serial', 'manufacturer', 'product'].map((name) => wordsOf(folder, name)),
    );
    return {
      vendorId,
      productId,
      serialNumber: serialNumber ?? null,
      manufacturer: manufacturer ?? null,
      product: product ?? null,
      interface: number,
    };
  }
  return null;
}

export async function driverOf(folders: readonly string[]): Promise<string | null> {
  for (const folder of folders) {
    const driver = await targetOf(join(folder, 'driver'));
    if (driver !== undefined && !between.includes(basename(driver))) return basename(driver);
  }
  return null;
}

async function hexOf(folder: string, name: string): Promise<string | undefined> {
  const text = await textOf(join(folder, name));
  return text !== undefined && /^[\da-f]{4}$/i.test(text) ? text.toLowerCase() : undefined;
}

/** A device may say anything: no control characters, and bounded. */
async function wordsOf(folder: string, name: string): Promise<string | undefined> {
  const text = await textOf(join(folder, name));
  return text?.replaceAll(/\p{Cc}/gu, '\ufffd').slice(0, 126);
}
