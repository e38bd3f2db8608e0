import { type ListedPort, listPorts } from './list.ts';
import { ignoringRules, isIgnored, modemManager } from './modem-manager.ts';
import { type Permission, permissionFor } from './permission.ts';
import { type Holder, holdersOf } from './processes.ts';
import { type PortRoots, realPathOf } from './roots.ts';

/** Everything that this machine knows of one of its serial ports. */
export interface PortDescription extends ListedPort, Permission {
  /** The connection of this service that has it open. */
  readonly connection: string | null;
  /** Other processes that have it, as far as can be seen. */
  readonly heldBy: readonly Holder[];
  /** ModemManager runs, and nothing that can be seen keeps it from talking to this port. */
  readonly modemManagerMayProbe: boolean;
}

export interface PortList {
  readonly items: readonly PortDescription[];
  readonly modemManager: { readonly pid: number } | null;
}

/** Lists the ports; `open` names the connections by the paths that they have open. */
export type ListPorts = (open: ReadonlyMap<string, string>) => Promise<PortList>;

type Scan = Promise<{
  readonly items: readonly Omit<PortDescription, 'connection'>[];
  readonly manager: Holder | undefined;
}>;

/** Reading all of `/proc` is work: those who ask at the same time get the same answer. */
export function portLister(roots: PortRoots): ListPorts {
  let running: Scan | undefined;
  return async (open) => {
    running ??= scan(roots).finally(() => (running = undefined));
    const [{ items, manager }, names] = await Promise.all([running, byRealPath(open)]);
    const named = items.map(async (port) => {
      const real = (await realPathOf(port.path)) ?? port.path;
      return { ...port, connection: names.get(real) ?? null };
    });
    return { items: await Promise.all(named), modemManager: manager === undefined ? null : { pid: manager.pid } };
  };
}

async function scan(roots: PortRoots): Scan {
  const ports = await listPorts(roots);
  const paths = ports.map(({ path }) => path);
  const [manager, rules, holders] = await Promise.all([
    modemManager(roots),
    ignoringRules(roots),
    holdersOf(paths, roots),
  ]);
  const items = ports.map(async (port) => ({
    ...port,
    ...(await permissionFor(port.path, roots)),
    heldBy: (holders.get(port.path) ?? []).filter(({ pid }) => pid !== roots.pid),
    modemManagerMayProbe: manager !== undefined && port.usb !== null && !isIgnored(port.usb, rules),
  }));
  return { items: await Promise.all(items), manager };
}

/** Connections are configured by whatever name; two names may be the same port. */
async function byRealPath(open: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  const entries = [...open].map(async ([path, name]) => [(await realPathOf(path)) ?? path, name] as const);
  return new Map(await Promise.all(entries));
}
