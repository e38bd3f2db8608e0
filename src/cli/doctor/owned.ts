import type { Stats } from 'node:fs';
import type { Finding } from './finding.ts';

const groupReads = 0o040;
const groupWrites = 0o020;
const worldReads = 0o004;
const worldWrites = 0o002;

export function modeText({ mode }: Stats): string {
  return `mode ${(mode & 0o777).toString(8).padStart(3, '0')}`;
}

/** What whoever is neither the owner nor, for reading, of the group may do with it; a group may be one of services. */
export function openTo({ mode }: Stats): 'read' | 'change' | undefined {
  if ((mode & (worldWrites | groupWrites)) !== 0) return 'change';
  return (mode & worldReads) === 0 ? undefined : 'read';
}

/** A file that holds a secret. */
export function secretFinding(path: string, stats: Stats): Finding {
  const about = { check: 'secret', of: path } as const;
  const open = openTo(stats);
  if (open !== undefined) {
    const detail = `others may ${open} it (${modeText(stats)})`;
    return { ...about, status: 'fail', detail, advice: `chmod 600 ${path}` };
  }
  const detail = (stats.mode & groupReads) === 0 ? 'for its owner alone' : 'for its owner and its group';
  return { ...about, status: 'ok', detail };
}
