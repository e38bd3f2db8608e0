import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { readFailure } from '../../config/index.ts';
import { entriesOf, realPathOf } from '../../transport/ports/index.ts';
import { nearest } from './disk.ts';
import type { Finding } from './finding.ts';
import type { Host } from './host.ts';
import { userName } from './names.ts';
import { modeText, openTo } from './owned.ts';

/** Files of a store that are looked at; segments of logs are in folders below. */
const maxFiles = 256;

type About = Pick<Finding, 'check' | 'of'>;

/** The folder of the store: whose it is, and that nobody else reads it. Nothing is written. */
export async function checkStore(named: string, host: Host): Promise<Finding[]> {
  const about = { check: 'store', of: named } as const;
  // systemd makes a link of root's that leads to the folder of the service's user.
  const directory = (await realPathOf(named)) ?? named;
  const stats = await lstat(directory).catch((error: unknown) => readFailure(error));
  if (typeof stats === 'string') {
    const found = await toBeMade(about, directory, host);
    return [found.status === 'ok' ? found : { ...found, detail: `${stats}, and ${found.detail}` }];
  }
  if (!stats.isDirectory()) {
    return [{ ...about, status: 'fail', detail: 'is no folder', advice: 'name another one in store.directory' }];
  }
  const troubles = [...(await ownership(about, directory, host)), ...privacy(about, directory, stats)];
  return troubles.length > 0 ? troubles : [{ ...about, status: 'ok', detail: 'can be written, and only by its owner' }];
}

async function toBeMade(about: About, directory: string, { roots }: Host): Promise<Finding> {
  const above = await nearest(directory);
  if (await roots.mayOpen(above)) return { ...about, status: 'ok', detail: `will be made in ${above}` };
  const detail = `${roots.user} may not make it in ${above}`;
  return { ...about, status: 'fail', detail, advice: `make it and give it to the user of the service (chown)` };
}

async function ownership(about: About, directory: string, host: Host): Promise<Finding[]> {
  const { roots } = host;
  const uid = (await host.ownerOf(directory)) ?? host.uid;
  const owner = await userName(uid, roots);
  if (!(await roots.mayOpen(directory)) || (host.uid !== 0 && host.uid !== uid)) {
    const detail = `belongs to ${owner}, and this is ${roots.user}`;
    const advice = `if ${roots.user} is the user of the service: chown -R ${roots.user} ${directory}; else run doctor as ${owner}`;
    return [{ ...about, status: 'fail', detail, advice }];
  }
  const stranger = await strangerIn(directory, uid, host);
  if (stranger === undefined) return [];
  const detail = `belongs to ${owner}, and ${stranger.path} in it to ${await userName(stranger.uid, roots)}`;
  const advice = `give all of it to the user of the service: chown -R ${owner} ${directory}`;
  return [{ ...about, status: 'fail', detail, advice }];
}

/** As a start with `sudo` leaves them. */
async function strangerIn(
  directory: string,
  owner: number,
  { ownerOf }: Host,
): Promise<{ readonly path: string; readonly uid: number } | undefined> {
  for (const name of (await entriesOf(directory)).slice(0, maxFiles)) {
    const path = join(directory, name);
    const uid = await ownerOf(path);
    if (uid !== undefined && uid !== owner) return { path, uid };
  }
  return undefined;
}

function privacy(about: About, directory: string, stats: Stats): Finding[] {
  const open = openTo(stats);
  if (open === undefined) return [];
  const detail = `others may ${open} what is in it (${modeText(stats)})`;
  return [{ ...about, status: open === 'change' ? 'fail' : 'warn', detail, advice: `chmod 700 ${directory}` }];
}
