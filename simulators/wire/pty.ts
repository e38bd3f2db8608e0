import { closeSync, existsSync, readdirSync, readlinkSync, write } from 'node:fs';
import type { ReadStream } from 'node:tty';
import { promisify } from 'node:util';
import { SerialPort } from 'serialport';
import { PtyFarEnd } from './pty-far-end.ts';
import { putLink, removeLink } from './pty-link.ts';

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
 * whether anyone listens: what the kernel cannot hold (some kB) is lost.
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

/** The part of node-pty's `open` that its type declarations leave out. */
interface OpenPty {
  open(options: { encoding: null }): BarePty;
}

interface BarePty {
  readonly master: ReadStream;
  readonly slave: ReadStream;
  readonly ptsName: string;
  readonly fd: number;
}

/** The kernel gives the number that is free, which may be the old one: another is taken while this one still has it. */
async function exchanged(cable: Cable, link: string | undefined): Promise<Cable> {
  const other = await Cable.plug(link);
  await cable.unplug();
  return other;
}

/** Loaded only when a PTY is wanted: its binary does not exist for every platform that can run the service. */
async function openBare(): Promise<BarePty> {
  // `open` is exported by the module and missing from its declarations.
  const nodePty = (await import('@lydell/node-pty')) as unknown as OpenPty;
  return nodePty.open({ encoding: null });
}

async function destroyed(stream: ReadStream): Promise<void> {
  const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()));
  stream.destroy();
  await closed;
}

/** libuv opens a terminal anew for its stream and leaves the descriptor that it was given open; so does node-pty. */
function closeLeaked(pts: string, keep: number | null): void {
  if (!existsSync('/proc/self/fd')) return;
  for (const name of readdirSync('/proc/self/fd')) {
    if (Number(name) !== keep && targetOf(`/proc/self/fd/${name}`) === pts) closeSync(Number(name));
  }
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    // The descriptor of the listing itself is gone by now.
    return undefined;
  }
}

const writeAsync = promisify(write);

class Cable {
  readonly pts: string;
  readonly far: PtyFarEnd;
  readonly #link: string | undefined;
  readonly #keeper: { close(): Promise<void> };

  constructor(pts: string, far: PtyFarEnd, keeper: { close(): Promise<void> }, link: string | undefined) {
    this.pts = pts;
    this.far = far;
    this.#keeper = keeper;
    this.#link = link;
  }

  static async plug(link: string | undefined): Promise<Cable> {
    const { master, slave, ptsName, fd } = await openBare();
    // Never call destroy() or kill() on what `open` returned: its process id is -1, so it would signal every process.
    // Its own handler of the master's errors calls methods that only spawned terminals have.
    master.removeAllListeners('error');
    // The binding makes the terminal raw, so that nothing is echoed or translated. One slave stays open on this side:
    // without any, the master fails with EIO as soon as the near side closes. It is not locked, the near side's is.
    const keeper = await SerialPort.binding.open({ path: ptsName, baudRate: 9600, lock: false, hupcl: false });
    await destroyed(slave);
    closeLeaked(ptsName, keeper.fd);
    const io = { stream: master, write: (bytes: Uint8Array) => writeAsync(fd, bytes, 0, bytes.length, null) };
    const cable = new Cable(ptsName, new PtyFarEnd(io, `${link ?? ptsName} (far end)`), keeper, link);
    try {
      if (link !== undefined) await putLink(link, ptsName);
    } catch (error) {
      await cable.unplug();
      throw error;
    }
    return cable;
  }

  async unplug(): Promise<void> {
    if (this.#link !== undefined) await removeLink(this.#link, this.pts);
    await this.far.close();
    await this.#keeper.close();
  }
}
