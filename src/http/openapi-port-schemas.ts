import type { PortDescription, PortList } from '../transport/ports/index.ts';
import { arrayOf, closedObject, count, type Described, flag, type Json, nullable, ref, text } from './openapi-json.ts';

const hex = (description: string): Json => ({ type: 'string', pattern: '^[0-9a-f]{4}$', description });

const usb: Described<NonNullable<PortDescription['usb']>> = {
  vendorId: hex('Its vendor, in hexadecimal.'),
  productId: hex('Its product, in hexadecimal.'),
  serialNumber: nullable(text('As it tells it; null if it has none, and then another one may look the same.')),
  manufacturer: nullable(text('In its own words.')),
  product: nullable(text('In its own words.')),
  interface: nullable(count('Which of its interfaces the port is.')),
};

const holder: Described<PortDescription['heldBy'][number]> = {
  pid: count('The process.'),
  command: nullable(text('Its name; null if it has gone meanwhile.')),
};

const port: Described<PortDescription> = {
  path: text('Its name now: after the next plugging it may be another port’s.'),
  byId: nullable(text('A name that stays with the device, for `path`.')),
  byPath: nullable(text('A name that stays with where it is plugged in, for `path`.')),
  usb: nullable(ref('UsbIdentity')),
  driver: nullable(text('The kernel’s driver.')),
  connection: nullable(text('The connection of this service that has it open.')),
  heldBy: {
    ...arrayOf(ref('PortHolder')),
    description: 'Other processes that have it. Those of other users are seen only if they have locked it.',
  },
  mayOpen: flag('Whether this service has the permission to open it.'),
  missingGroup: nullable(text('The group that may open it, and that this service is not in.')),
  obstacle: nullable(text('Why it may not be opened, and what to do.')),
  modemManagerMayProbe: flag('ModemManager runs, and no udev rule that was found keeps it from talking to this port.'),
};

const list: Described<PortList> = {
  items: arrayOf(ref('Port')),
  modemManager: nullable(closedObject({ pid: count('Its process.') })),
};

export const portSchemas = {
  Port: { title: 'Port', description: 'A serial port of the machine.', ...closedObject(port) },
  PortHolder: closedObject(holder),
  UsbIdentity: {
    description: 'What a USB device says of itself; `usb` of a connection takes the first three and the last.',
    ...closedObject(usb),
  },
  PortList: closedObject(list),
} satisfies Record<string, Json>;
