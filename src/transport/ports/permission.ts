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

/** What keeps this process from opening a port. */
export interface Obstacle {
  readonly detail: string;
  /** What to do. */
  readonly remedy: string;
  readonly missingGroup: string | null;
}

export async function permissionFor(path: string, roots: PortRoots): Promise<Permission> {
  const obstacle = await obstacleTo(path, roots);
  if (obstacle === undefined) return { mayOpen: true, missingGroup: null, obstacle: null };
  const { detail, remedy, missingGroup } = obstacle;
  return { mayOpen: false, missingGroup, obstacle: `${detail}; ${remedy}` };
}

/** Undefined: it may be opened. */
export async function obstacleTo(path: string, roots: PortRoots): Promise<Obstacle | undefined> {
  const file = await stat(path).catch(() => undefined);
  if (file === undefined) {
    const detail = `there is no ${path} here, though the kernel has the port`;
    return { detail, remedy: 'a container must be given it', missingGroup: null };
  }
  if (await roots.mayOpen(path)) return undefined;
  const group = (file.mode & groupMayUse) === groupMayUse ? await groupOf(file.gid, roots) : undefined;
  const own = group?.name === 'root' ? undefined : group;
  const detail = `no permission to open ${path}`;
  return { detail, remedy: remedyFor(own, roots), missingGroup: own?.name ?? null };
}

interface Group {
  readonly name: string;
  readonly members: readonly string[];
}

function remedyFor(group: Group | undefined, { user }: PortRoots): string {
  if (group === undefined) return 'only its owner may use it; a udev rule can give it to a group';
  const { name, members } = group;
  const belongs = `it belongs to the group ${name}`;
  // Groups count from the login on.
  if (members.includes(user)) return `${belongs}, which ${user} is in since this session began: log in again`;
  return `${belongs}: run usermod -aG ${name} ${user} and log in again`;
}

/** group(5): `name:password:gid:members`. */
async function groupOf(gid: number, { etc }: PortRoots): Promise<Group> {
  const lines = ((await textOf(join(etc, 'group'))) ?? '').split('\n').map((line) => line.split(':'));
  const [name, , , members = ''] = lines.find((fields) => fields[2] === String(gid)) ?? [];
  const isName = name !== undefined && /^[\w.-]{1,64}$/.test(name);
  return { name: isName ? name : String(gid), members: members.split(',') };
}
