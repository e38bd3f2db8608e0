import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import type { Host } from '../../src/cli/doctor/host.ts';
import { transports } from '../../src/transport/index.ts';
import type { PortTree } from './port-tree.ts';

/** A machine in a folder, asked by ada, whose clock is right. */
export function hostIn(tree: PortTree, others: Partial<Host> = {}): Host {
  return {
    roots: tree.roots,
    uid: 1000,
    gids: [1000],
    ownerOf: () => Promise.resolve(1000),
    clock: new VirtualClock(Date.UTC(2026, 5, 1)),
    synchronised: () => Promise.resolve(true),
    transports,
    signal: new AbortController().signal,
    ...others,
  };
}
