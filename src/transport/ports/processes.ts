import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { holderIn } from '../serial-lock.ts';
import { entriesOf, type PortRoots, targetOf, textOf } from './roots.ts';

/** A process that has a port. */
export interface Holder {
  readonly pid: number;
  /** Its name, as the kernel keeps it (15 characters); null where it has gone meanwhile. */
  readonly command: string | null;
}

const maxProcesses = 10_000;
const maxDescriptors = 1024;

async function processesOf({ proc }: PortRoots): Promise<number[]> {
  const names = (await entriesOf(proc)).filter((name) => /^\d+$/.test(name));
  return names.slice(0, maxProcesses).map(Number);
}

/** proc(5), `/proc/<pid>/comm`. */
export async function commandOf(pid: number, { proc }: PortRoots): Promise<string | null> {
  return (await textOf(join(proc, String(pid), 'comm')))?.replaceAll(/\p{Cc}/gu, '\ufffd').slice(0, 64) ?? null;
}

/**
 * The processes that have each of these ports open or locked. Descriptors of another user's processes cannot be
 * seen without his rights: what is not listed may be held all the same.
 */
export async function holdersOf(paths: readonly string[], roots: PortRoots): Promise<Map<string, Holder[]>> {
  const found = new Map<string, Set<number>>(paths.map((path) => [path, new Set<number>()]));
  for (const pid of await processesOf(roots)) {
    for (const path of await openedBy(pid, roots)) found.get(path)?.add(pid);
  }
  const locks = await textOf(join(roots.proc, 'locks'));
  for (const [path, pids] of found) {
    const file = await stat(path).catch(() => undefined);
    const pid = locks === undefined || file === undefined ? undefined : holderIn(locks, file.dev, file.ino);
    if (pid !== undefined && pid > 0) pids.add(pid);
  }
  const entries = [...found].map(async ([path, pids]) => [path, await named(pids, roots)] as const);
  return new Map(await Promise.all(entries));
}

async function openedBy(pid: number, { proc }: PortRoots): Promise<string[]> {
  const folder = join(proc, String(pid), 'fd');
  const descriptors = (await entriesOf(folder)).slice(0, maxDescriptors);
  const targets = await Promise.all(descriptors.map((name) => targetOf(join(folder, name))));
  return targets.filter((target) => target !== undefined);
}

async function named(pids: ReadonlySet<number>, roots: PortRoots): Promise<Holder[]> {
  return await Promise.all(Array.from(pids, async (pid) => ({ pid, command: await commandOf(pid, roots) })));
}

/** The first process of this name. */
export async function processNamed(command: string, roots: PortRoots): Promise<Holder | undefined> {
  for (const pid of await processesOf(roots)) {
    if ((await commandOf(pid, roots)) === command) return { pid, command };
  }
  return undefined;
}
