import type { Config } from '../../config/index.ts';
import { mostOpenFiles, raiseIt, sharesOf } from '../../open-files.ts';
import { filesOf } from '../../openers.ts';
import type { Finding } from './finding.ts';
import type { Host } from './host.ts';

type Needed = Pick<Config, 'connections'> & { readonly server: Pick<Config['server'], 'limits'> };

/** Whether devices, and those who ask, can be connected at once: of the service where it runs, whose bound may be another. */
export function checkOpenFiles(
  { connections, server }: Needed,
  service: ReadonlySet<number>,
  { roots }: Pick<Host, 'roots'>,
): Finding {
  const about = { check: 'open files' } as const;
  const [pid] = service;
  const most = mostOpenFiles(pid ?? 'self', roots.proc);
  if (most === undefined) return { ...about, status: 'unchecked', detail: 'nobody tells here how many there may be' };
  const needed = filesOf(connections);
  const { devices, clients } = sharesOf(most, needed);
  const may = `${pid === undefined ? 'a process of this user' : 'the service'} may have ${most}`;
  if (needed > devices) {
    const detail = `${may}, which leaves ${devices} of ${needed} for devices: others stay offline`;
    return { ...about, status: 'fail', detail, advice: raiseIt };
  }
  const others = Math.min(clients, server.limits.connections);
  return { ...about, status: 'ok', detail: `${may}: ${needed} for devices, ${others} for clients at once` };
}
