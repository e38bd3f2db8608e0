import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type PortRoots, textOf } from './roots.ts';

/** Whether a port may be opened, and if not, why and what to do. */
export interface Permission {
  readonly mayOpen: boolean;
  /** The group that may, and that this process is not in. */
  readonly missingGroup: string | null;
  readonly obstacle: string | null;
}

const groupMayUse = 0o060;

export async function permissionFor(path: string, roots: PortRoots): Promise<Permission> {
  const file = await stat(path).catch(() => undefined);
  if (file === undefined) {
    const obstacle = `there is no ${path} here, though the kernel has the port; a container must be given it`;
    return { mayOpen: false, missingGroup: null, obstacle };
  }
  if (await roots.mayOpen(path)) return { mayOpen: true, missingGroup: null, obstacle: null };
  const name = (file.mode & groupMayUse) === groupMayUse ? await groupName(file.gid, roots) : undefined;
  const group = name === 'root' ? undefined : name;
  return {
    mayOpen: false,
    missingGroup: group ?? null,
    obstacle: `no permission to open ${path}; ${remedy(group, roots)}`,
  };
}

function remedy(group: string | undefined, { user }: PortRoots): string {
  if (group === undefined) return 'only its owner may use it; a udev rule can give it to a group';
  return `it belongs to the group ${group}: run usermod -aG ${group} ${user} and log in again`;
}

/** group(5): `name:password:gid:members`. */
async function groupName(gid: number, { etc }: PortRoots): Promise<string | undefined> {
  const lines = ((await textOf(join(etc, 'group'))) ?? '').split('\n');
  const line = lines.find((each) => each.split(':')[2] === String(gid));
  const [name] = line?.split(':') ?? [];
  return name !== undefined && /^[\w.-]{1,64}$/.test(name) ? name : String(gid);
}
