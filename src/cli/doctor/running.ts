import { join } from 'node:path';
import { entriesOf, holdersOf, type PortRoots, realPathOf } from '../../transport/ports/index.ts';

/** Names in the folder of a store; its files are open as long as the service runs. */
const maxFiles = 256;

/** The processes that have the store open, which is the service; none that is seen of another user's. */
export async function serviceOf(directory: string, roots: PortRoots): Promise<ReadonlySet<number>> {
  const real = (await realPathOf(directory)) ?? directory;
  const paths = (await entriesOf(real)).slice(0, maxFiles).map((name) => join(real, name));
  const holders = paths.length === 0 ? new Map<string, never>() : await holdersOf(paths, roots);
  return new Set([...holders.values()].flat().map(({ pid }) => pid));
}
