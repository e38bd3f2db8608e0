import { join } from 'node:path';
import { type Holder, holdersOf, type PortRoots, textOf } from '../../transport/ports/index.ts';

const listening = '0A';

/** The processes that listen on a TCP port of this machine, as far as they can be seen. */
export async function listenersOn(port: number, roots: PortRoots): Promise<readonly Holder[]> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => textOf(join(roots.proc, 'net', name))));
  const sockets = tables.flatMap((table) => socketsOn(port, table ?? ''));
  if (sockets.length === 0) return [];
  return [...(await holdersOf(sockets, roots)).values()].flat();
}

/** proc(5), `/proc/net/tcp`: `sl local_address rem_address st … inode`, addresses as `0100007F:1BA8`. */
function socketsOn(port: number, table: string): string[] {
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/));
  return rows.flatMap(([, local = '', , state, , , , , , inode]) => {
    const isIt = state === listening && parseInt(local.split(':')[1] ?? '', 16) === port;
    return isIt && inode !== undefined ? [`socket:[${inode}]`] : [];
  });
}
