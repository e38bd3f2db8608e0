import { lstat } from 'node:fs/promises';
import type { Clock } from '../../clock.ts';
import { machine, type PortRoots } from '../../transport/ports/index.ts';
import type { Transport } from '../../transport/transport.ts';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Whether somebody keeps the clock right; undefined where nobody can say. */
export type Synchronised = () => Promise<boolean | undefined>;

/** systemd knows what the kernel thinks of it, whichever program sets it. */
export async function askSystem(): Promise<boolean | undefined> {
  const args = ['show', '--property=NTPSynchronized', '--value'];
  const asked = promisify(execFile)('timedatectl', args, { timeout: 3000 });
  const said = await asked.then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
  return said === 'yes' ? true : said === 'no' ? false : undefined;
}

/** The machine that is examined, and who asks. Another one for tests. */
export interface Host {
  readonly roots: PortRoots;
  /** Who asks, as numbers; -1 where the system has none. */
  readonly uid: number;
  readonly gids: readonly number[];
  /** Who owns a file; undefined where there is none. */
  readonly ownerOf: (path: string) => Promise<number | undefined>;
  readonly clock: Clock;
  readonly synchronised: Synchronised;
  readonly transports: readonly Transport[];
  /** Ends what is waited for. */
  readonly signal: AbortSignal;
}

export function thisHost(own: Pick<Host, 'clock' | 'transports' | 'signal'>): Host {
  const uid = process.getuid?.() ?? -1;
  return { ...own, roots: machine, uid, gids: process.getgroups?.() ?? [], ownerOf, synchronised: askSystem };
}

function ownerOf(path: string): Promise<number | undefined> {
  return lstat(path).then(
    ({ uid }) => uid,
    () => undefined,
  );
}
