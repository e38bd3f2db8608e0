import { BellcrankError, messageOf } from '../../errors.ts';
import { listPorts, type ListedPort } from './list.ts';
import { leaveAlone, modemManager, modemManagerName } from './modem-manager.ts';
import { permissionFor } from './permission.ts';
import { commandOf, type Holder, holdersOf } from './processes.ts';
import { type PortRoots, realPathOf } from './roots.ts';

/** Why a port that somebody has cannot be opened, and what to do; `pid` holds its lock, if that is known. */
export async function inUse(
  path: string,
  pid: number | undefined,
  roots: PortRoots,
  cause?: unknown,
): Promise<BellcrankError> {
  const holder = pid === undefined ? await holderOf(path, roots) : { pid, command: await commandOf(pid, roots) };
  const message = `${path} is in use by ${whoText(holder, roots)}; ${await remedy(path, holder, roots)}`;
  return new BellcrankError('device-offline', message, { cause });
}

/** The binding's errors carry no code, only the C library's text, which is English whatever the locale. */
export async function openFailure(path: string, error: unknown, roots: PortRoots): Promise<BellcrankError> {
  const text = messageOf(error);
  // EBUSY: somebody has it for himself (`TIOCEXCL`), as ModemManager does. The other is our own lock that failed.
  if (/resource busy|cannot lock port/i.test(text)) return await inUse(path, undefined, roots, error);
  const offline = (message: string): BellcrankError => new BellcrankError('device-offline', message, { cause: error });
  if (text.includes('No such file')) return offline(`there is no serial port at ${path}; is the device plugged in?`);
  if (text.includes('Permission denied')) return offline(await permissionText(path, roots));
  if (text.includes('Inappropriate ioctl')) return offline(`${path} is not a serial port`);
  return offline(`${path} cannot be opened: ${text}`);
}

async function permissionText(path: string, roots: PortRoots): Promise<string> {
  // The kernel has said no already; what it would say to another question does not matter.
  const { obstacle } = await permissionFor(path, { ...roots, mayOpen: () => Promise.resolve(false) });
  return obstacle ?? `no permission to open ${path}; add the user to the group that owns it and log in again`;
}

async function holderOf(path: string, roots: PortRoots): Promise<Holder | undefined> {
  const real = (await realPathOf(path)) ?? path;
  return (await holdersOf([real], roots)).get(real)?.[0];
}

function whoText(holder: Holder | undefined, { pid }: PortRoots): string {
  if (holder === undefined) return 'another program';
  if (holder.pid === pid) return `process ${pid}, which is this service`;
  return `process ${holder.pid}${holder.command === null ? '' : ` (${holder.command})`}`;
}

async function remedy(path: string, holder: Holder | undefined, roots: PortRoots): Promise<string> {
  if (holder?.pid === roots.pid) return 'devices on one line share one connection';
  const usual = 'stop it, or give this device another port';
  const unseen = holder === undefined ? await modemManager(roots) : undefined;
  const manager = holder?.command === modemManagerName || unseen !== undefined;
  const usb = manager ? (await listedAt(path, roots))?.usb : undefined;
  if (usb === undefined || usb === null) return usual;
  if (holder !== undefined) return `it looks for modems there: ${leaveAlone(usb)}`;
  return `${usual}. If it is ${modemManagerName} (process ${unseen?.pid}), which looks for modems on USB ports: ${leaveAlone(usb)}`;
}

async function listedAt(path: string, roots: PortRoots): Promise<ListedPort | undefined> {
  const real = (await realPathOf(path)) ?? path;
  const ports = await listPorts(roots);
  return ports.find((port) => port.path === real);
}
