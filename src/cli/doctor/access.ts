import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/index.ts';
import type { Finding } from './finding.ts';

/** Bits of whoever is neither the owner nor root. */
const others = 0o077;

/** Who may read the keys, and whether the service has any that it needs. */
export async function checkKeys({ store, server }: Pick<Config, 'store' | 'server'>, isLoopback: boolean): Promise<Finding> {
  const path = join(store.directory, 'keys.json');
  const about = { check: 'keys', of: path } as const;
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined) {
    if (isLoopback) return { ...about, status: 'ok', detail: 'there are none; everybody on this machine may do everything' };
    const advice = 'make one: bellcrank keys create --config FILE --name me --role admin';
    const detail = `there are none, and the service does not listen on ${server.host} without`;
    return { ...about, status: 'warn', detail, advice };
  }
  if ((stats.mode & others) === 0) return { ...about, status: 'ok', detail: 'for their owner alone' };
  const mode = (stats.mode & 0o777).toString(8);
  return { ...about, status: 'fail', detail: `others may read or change them (mode ${mode})`, advice: `chmod 600 ${path}` };
}
