import { join } from 'node:path';
import { type Holder, processNamed } from './processes.ts';
import { entriesOf, type PortRoots, textOf } from './roots.ts';
import type { UsbIdentity } from './usb.ts';

export const modemManagerName = 'ModemManager';

/** The daemon that talks AT commands to USB ports to see whether they are modems; undefined: it does not run. */
export function modemManager(roots: PortRoots): Promise<Holder | undefined> {
  return processNamed(modemManagerName, roots);
}

/** Sets what ModemManager heeds: `ID_MM_DEVICE_IGNORE`, `ID_MM_PORT_IGNORE` (its "udev tags"). */
const ignoring = /ENV\{ID_MM_(?:DEVICE|PORT)_IGNORE\}="1"/;

/** Files of rules that are looked at. */
const maxRules = 256;

/** The udev rules of this machine that tell ModemManager to leave something alone. */
export async function ignoringRules({ etc }: PortRoots): Promise<string[]> {
  const folder = join(etc, 'udev/rules.d');
  const files = (await entriesOf(folder)).filter((name) => name.endsWith('.rules')).slice(0, maxRules);
  const texts = await Promise.all(files.map((name) => textOf(join(folder, name))));
  const lines = texts.flatMap((text) => (text ?? '').split('\n')).map((line) => line.trim());
  return lines.filter((line) => !line.startsWith('#') && ignoring.test(line));
}

/** Whether one of these rules means this device, going by the ids that it names; one that names none means all. */
export function isIgnored({ vendorId, productId }: UsbIdentity, rules: readonly string[]): boolean {
  return rules.some((rule) => {
    const means = (attribute: string, value: string): boolean => {
      const [, named] = new RegExp(`ATTRS?\\{${attribute}\\}=="([^"]*)"`).exec(rule) ?? [];
      return named === undefined || named.toLowerCase() === value;
    };
    return means('idVendor', vendorId) && means('idProduct', productId);
  });
}

/** What to do so that it leaves a device alone. */
export function leaveAlone({ vendorId, productId }: Pick<UsbIdentity, 'vendorId' | 'productId'>): string {
  const rule = `SUBSYSTEMS=="usb", ATTRS{idVendor}=="${vendorId}", ATTRS{idProduct}=="${productId}", ENV{ID_MM_DEVICE_IGNORE}="1"`;
  return (
    `put the line ${rule} into /etc/udev/rules.d/99-bellcrank.rules, ` +
    'run udevadm control --reload, and plug the device in again'
  );
}
