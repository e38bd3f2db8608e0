import { closeSync, existsSync, readdirSync, readlinkSync, write } from 'node:fs';
import type { ReadStream } from 'node:tty';
import { promisify } from 'node:util';
import { PtyKeeper } from './pty-keeper.ts';

/** A kernel PTY, raw, its near side held open. */
export interface Kernel {
  readonly pts: string;
  readonly stream: ReadStream;
  /** The master's own descriptor, non-blocking. */
  readonly fd: number;
  readonly keeper: PtyKeeper;
  readonly write: (bytes: Uint8Array) => Promise<{ readonly bytesWritten: number }>;
}

export async function closeKernel({ stream, keeper }: Kernel): Promise<void> {
  await destroyed(stream);
  keeper.close();
}

export async function openKernel(): Promise<Kernel> {
  const { SerialPort } = await import('serialport');
  const { master, slave, ptsName: pts, fd } = await openBare();
  // Never call destroy() or kill() on what `open` returned: its process id is -1, so it would signal every process.
  // Its own handler of the master's errors calls methods that only spawned terminals have.
  master.removeAllListeners('error');
  // The binding makes the terminal raw, so that nothing is echoed or translated. It stays so when the binding closes it.
  const raw = await SerialPort.binding.open({ path: pts, baudRate: 9600, lock: false, hupcl: false });
  const keeper = new PtyKeeper(pts, fd);
  await raw.close();
  await destroyed(slave);
  closeLeaked(pts, keeper.fd);
  return { pts, stream: master, fd, keeper, write: (bytes) => writeAsync(fd, bytes, 0, bytes.length, null) };
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
function closeLeaked(pts: string, keep: number | undefined): void {
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
