import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Config } from '../../config/index.ts';
import type { Holder } from '../../transport/ports/index.ts';
import type { Finding } from './finding.ts';
import type { Host } from './host.ts';
import { listenersOn } from './listeners.ts';

/** Whether the service can listen where it is to; `service`: the processes that are the service itself. */
export async function checkListening(
  { host, port }: Pick<Config['server'], 'host' | 'port'>,
  service: ReadonlySet<number>,
  { roots }: Pick<Host, 'roots'>,
): Promise<Finding> {
  const about = { check: 'listen', of: `${host} port ${port}` } as const;
  const code = await failureOf(host, port);
  if (code === undefined) return { ...about, status: 'ok', detail: 'is free' };
  if (code === 'EADDRINUSE') return { ...about, ...taken(await listenersOn(port, roots), service) };
  const choose = 'choose another server.port or server.host';
  if (code === 'EACCES') {
    const detail = 'may not be listened on by this user';
    return { ...about, status: 'fail', detail, advice: `ports below 1024 are for root; ${choose}` };
  }
  return { ...about, status: 'fail', detail: `cannot be listened on (${code})`, advice: choose };
}

/** Listens for a moment, for nobody. */
async function failureOf(host: string, port: number): Promise<string | undefined> {
  const server = createServer((socket) => socket.destroy());
  try {
    server.listen({ host, port });
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  }
}

function taken(holders: readonly Holder[], service: ReadonlySet<number>): Omit<Finding, 'check' | 'of'> {
  const own = holders.find(({ pid }) => service.has(pid));
  if (own !== undefined) return { status: 'ok', detail: `the service listens there (process ${own.pid})` };
  const [other] = holders;
  if (other === undefined) {
    const detail = 'is in use; by whom this user cannot see';
    return { status: 'warn', detail, advice: 'if it is not the service itself, choose another server.port' };
  }
  const advice = 'end it, or choose another server.port';
  return { status: 'fail', detail: `is in use by ${whoText(other)}, which does not have the store open`, advice };
}

export function whoText({ pid, command }: Holder): string {
  return `process ${pid}${command === null ? '' : ` (${command})`}`;
}
