import { stat } from 'node:fs/promises';
import { KeyFile } from '../../access/keys/file.ts';
import { stateOf } from '../../access/keys/key.ts';
import { type Config, isLoopback } from '../../config/index.ts';
import type { Finding } from './finding.ts';
import type { Host } from './host.ts';
import { secretFinding } from './owned.ts';

type Needed = Pick<Config, 'access' | 'server' | 'store'>;

/** Who is let in, and whether that is nobody or everybody. */
export async function checkCredentials(config: Needed, { clock }: Pick<Host, 'clock'>): Promise<Finding[]> {
  const file = new KeyFile(config.store.directory, clock);
  const { records, damage } = file.read();
  const stats = await stat(file.path).catch(() => undefined);
  const secret = stats === undefined ? [] : [secretFinding(file.path, stats)];
  if (damage !== undefined) {
    const advice =
      'until it is right no key lets anybody in: give it to the user of the service (chown), or, if what it holds is broken, ' +
      'remove it and make keys anew';
    return [...secret, { check: 'credentials', status: 'fail', detail: damage, advice }];
  }
  const active = records.filter((record) => stateOf(record, clock.now()) === 'active').length;
  return [...secret, judged(config, { active, ended: records.length - active })];
}

function judged({ access, server }: Needed, { active, ended }: { active: number; ended: number }): Finding {
  const about = { check: 'credentials' } as const;
  const others = access.jwt.length + access.certificates.length;
  const make = 'make a key: bellcrank keys create --config FILE --name me --role admin';
  if (active + others > 0) {
    const each = [
      count(active, 'key', 'keys'),
      count(access.jwt.length, 'issuer of tokens', 'issuers of tokens'),
      count(access.certificates.length, 'entry for certificates', 'entries for certificates'),
    ];
    return { ...about, status: 'ok', detail: each.join(', ') };
  }
  if (ended > 0) {
    return { ...about, status: 'warn', detail: 'every key there is has ended: nobody is let in', advice: make };
  }
  if (isLoopback(server.host)) {
    return { ...about, status: 'ok', detail: 'none; whoever is on this machine may do everything' };
  }
  const detail = `none, and the service does not listen on ${server.host} without, unless it is told to (--insecure)`;
  return { ...about, status: 'fail', detail, advice: `${make}; or listen on 127.0.0.1` };
}

function count(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`;
}
