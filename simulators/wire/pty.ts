import { Cable } from './pty-cable.ts';
import type { PtyFarEnd } from './pty-far-end.ts';

/** A simulated serial cable: a kernel PTY whose slave the service opens as its port. */
export interface Pty {
  /** What the near side opens: the link if there is one, else `/dev/pts/…`, which changes when it is plugged in anew. While it is unplugged, nothing is there. */
  readonly path: string;
  /** The device's end of the cable that is plugged in now, or was last. */
  readonly far: PtyFarEnd;
  /** Pulls the plug: the near side's port goes away, and so does its path. */
  unplug(): Promise<void>;
  /** Plugs in again: a new PTY under the same link, or under another one (`…-2`). Resolves with its far end. */
  replug(otherPath?: boolean): Promise<PtyFarEnd>;
  /** Unplugs for good and releases everything. */
  close(): Promise<void>;
}

/** Not the number that it had: the kernel gives that to the next PTY, which is somebody else's. */
const unplugged = '/dev/pts/unplugged';

/**
 * Opens a PTY that is raw from the start, and whose far end outlives the near side's closing and opening. `link` is a
 * stable name for it; it replaces an older link to a PTY, never anything else. Like a UART, the far end does not know
 * whether anyone listens: what the kernel cannot hold (some kB) is lost. With a link it is more of a UART: what is said while
 * nobody has the port open is lost, and a program that took the port for itself alone keeps nobody out once it is gone.
 */
export async function openPty(link?: string): Promise<Pty> {
  let cable: Cable | undefined = await Cable.plug(link);
  let { far, pts } = cable;
  let name = link;
  const unplug = async (): Promise<void> => {
    const pulled = cable;
    cable = undefined;
    await pulled?.unplug();
  };
  return {
    get path() {
      return name ?? (cable === undefined ? unplugged : pts);
    },
    get far() {
      return far;
    },
    unplug,
    async replug(otherPath = false) {
      await unplug();
      name = link === undefined || !otherPath ? link : `${link}-2`;
      cable = await Cable.plug(name);
      if (otherPath && cable.pts === pts) cable = await exchanged(cable, name);
      ({ far, pts } = cable);
      return far;
    },
    close: unplug,
  };
}

/** The kernel gives the number that is free, which may be the old one: another is taken while this one still has it. */
async function exchanged(cable: Cable, link: string | undefined): Promise<Cable> {
  const other = await Cable.plug(link);
  await cable.unplug();
  return other;
}
