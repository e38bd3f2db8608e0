import { join } from 'node:path';
import { type PortRoots, textOf } from '../../transport/ports/index.ts';

/** passwd(5). The number where it has no name. */
export function userName(uid: number, roots: PortRoots): Promise<string> {
  return nameIn('passwd', uid, roots);
}

/** group(5). */
export function groupName(gid: number, roots: PortRoots): Promise<string> {
  return nameIn('group', gid, roots);
}

/** Both begin with `name:password:number`. */
async function nameIn(file: 'passwd' | 'group', id: number, { etc }: PortRoots): Promise<string> {
  const lines = ((await textOf(join(etc, file))) ?? '').split('\n');
  return lines.map((line) => line.split(':')).find(([, , number]) => number === String(id))?.[0] ?? String(id);
}
