import { type Static, Type } from '@sinclair/typebox';
import { BellcrankError } from '../../errors.ts';
import { type ListedPort, listPorts, portText } from './list.ts';
import { type PortRoots } from './roots.ts';
import type { UsbIdentity } from './usb.ts';

const hex = (description: string) =>
  Type.String({ pattern: '^[0-9A-Fa-f]{4}$', description: `${description}: four hexadecimal digits, in quotes.` });

/** A port by what its USB device says of itself: it is found again whatever name it gets. */
export const usbSettings = Type.Object(
  {
    vendorId: hex('The USB vendor id'),
    productId: hex('The USB product id'),
    serialNumber: Type.Optional(
      Type.String({ minLength: 1, maxLength: 126, description: 'Its serial number; any if absent.' }),
    ),
    interface: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 255, description: 'Which port of an adapter with several; any if absent.' }),
    ),
  },
  {
    additionalProperties: false,
    description:
      'In place of `path`: the port of this USB device, looked for at every open. `bellcrank ports` lists them.',
  },
);

export type UsbSettings = Static<typeof usbSettings>;

/** Either name of a port, never both. */
export interface PortSettings {
  readonly path?: string;
  readonly usb?: UsbSettings;
}

/** Rules for a schema that has both keys. */
export const pathOrUsb = {
  if: { required: ['usb'] },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema, and nobody awaits a schema
  then: {
    properties: { path: { not: {}, description: 'names the port a second time, beside usb; remove one of them' } },
  },
  else: { required: ['path'] },
};

/** For log lines. */
export function portLabel({ path, usb }: PortSettings): string {
  if (usb === undefined) return path ?? '';
  const { vendorId, productId, serialNumber, interface: number } = usb;
  const serial = serialNumber === undefined ? '' : `, serial number ${serialNumber}`;
  return `USB ${vendorId}:${productId}${serial}${number === undefined ? '' : `, interface ${number}`}`;
}

/**
 * Where the port is now. Throws `device-offline` where none is, saying what there is; and where several are, since one of
 * them at random could be the wrong device.
 */
export async function portPath({ path, usb }: PortSettings, roots: PortRoots): Promise<string> {
  if (usb === undefined) return path ?? '';
  const ports = await listPorts(roots);
  const found = ports.filter((port) => port.usb !== null && matches(port.usb, usb));
  const [only, ...others] = found;
  if (only === undefined) throw absent(usb, ports);
  if (others.length > 0) throw ambiguous(usb, found);
  return only.path;
}

function matches(device: UsbIdentity, { vendorId, productId, serialNumber, interface: number }: UsbSettings): boolean {
  return (
    device.vendorId === vendorId.toLowerCase() &&
    device.productId === productId.toLowerCase() &&
    (serialNumber === undefined || device.serialNumber === serialNumber) &&
    (number === undefined || device.interface === number)
  );
}

/** Ports that an error lists. */
const mostListed = 8;

function listed(texts: readonly string[]): string {
  const rest = texts.length - mostListed;
  return `${texts.slice(0, mostListed).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
}

function absent(usb: UsbSettings, ports: readonly ListedPort[]): BellcrankError {
  const there = ports.filter((port) => port.usb !== null).map(portText);
  const what = there.length === 0 ? 'there are no USB serial ports at all' : `there are ${listed(there)}`;
  return new BellcrankError('device-offline', `no serial port is ${portLabel({ usb })}; ${what}`);
}

function ambiguous(usb: UsbSettings, found: readonly ListedPort[]): BellcrankError {
  const there = found.map((port) => `${portText(port)}${port.byPath === null ? '' : ` at ${port.byPath}`}`);
  const message = `${found.length} serial ports are ${portLabel({ usb })}: ${listed(there)}. ${remedy(usb, found)}`;
  return new BellcrankError('device-offline', message);
}

/** What tells them apart. */
function remedy(usb: UsbSettings, found: readonly ListedPort[]): string {
  const distinct = (values: readonly unknown[]): boolean =>
    values.every((value) => value !== null && value !== undefined) && new Set(values).size === values.length;
  if (usb.serialNumber === undefined && distinct(found.map((port) => port.usb?.serialNumber)))
    return 'Give its serialNumber';
  if (usb.interface === undefined && distinct(found.map((port) => port.usb?.interface))) return 'Give its interface';
  return 'Nothing that they say tells them apart: in place of usb give the path by where it is plugged in, /dev/serial/by-path/…';
}
