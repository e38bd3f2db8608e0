import { BellcrankError } from '../../src/errors.ts';
import type { ByteConnection, Connection } from '../../src/transport/connection.ts';
import type { WireFace } from '../simulator.ts';
import type { FaultInjector } from './faults/injector.ts';
import type { Line } from './faults/stage.ts';
import { memoryPair } from './memory.ts';
import { NearSide } from './near-side.ts';
import { openPty } from './pty.ts';
import { seesOpenings } from './pty-cable.ts';
import type { PtyFarEnd } from './pty-far-end.ts';
import type { RunSettings } from './run-settings.ts';
import { listenTcp } from './tcp.ts';
import { watchedBytes } from './watch.ts';

type Face = Extract<WireFace, { shape: 'bytes' }>;

/** The far end without its simulator, which is served on it. */
export interface OverKernel<T extends 'serial' | 'tcp'> {
  readonly transport: T;
  /** Where it can be reached now: read them anew at each opening, as one does who knows the device by its identity. */
  readonly settings: unknown;
  close(): Promise<void>;
}

export interface OverMemory {
  readonly transport: 'memory';
  readonly shape: Connection['shape'];
  open(signal: AbortSignal): Promise<Connection>;
  close(): Promise<void>;
}

export async function overPty(
  face: Face,
  injector: FaultInjector,
  { link, watch }: Pick<RunSettings, 'link' | 'watch'>,
): Promise<OverKernel<'serial'>> {
  const pty = await openPty(link);
  const serve = (far: PtyFarEnd): void => face.serve(injector.bytes(watchedBytes(far, watch), ptyLine(far)));
  const plug = async (otherPath?: boolean): Promise<void> => serve(await pty.replug(otherPath));
  injector.plugInto({
    get address() {
      return pty.path;
    },
    unplug: () => pty.unplug(),
    plug,
    fail: () => plug(),
  });
  if (injector.isPlugged) serve(pty.far);
  const settings = {
    get path() {
      return pty.path;
    },
  };
  return { transport: 'serial', settings, close: () => pty.close() };
}

export async function overTcp(
  face: Face,
  injector: FaultInjector,
  { port, watch }: Pick<RunSettings, 'port' | 'watch'>,
): Promise<OverKernel<'tcp'>> {
  const listener = await listenTcp(port);
  const { host } = listener;
  injector.plugInto({
    get address() {
      return `${host}:${listener.port}`;
    },
    unplug: () => listener.unplug(),
    plug: (otherPort) => listener.plug(otherPort),
    async fail(how) {
      listener.cut(how === 'io-error' ? 'reset' : 'end');
    },
  });
  listener.onConnection((far) => face.serve(injector.bytes(watchedBytes(far, watch), kernelLine(far))));
  const settings = {
    host,
    get port() {
      return listener.port;
    },
  };
  return { transport: 'tcp', settings, close: () => listener.close() };
}

/** A line on which the kernel decides how much backs up. */
function kernelLine(far: Pick<PtyFarEnd, 'pause' | 'resume'>): Line {
  const pauses = new Set<object>();
  return {
    pause() {
      const pause = {};
      pauses.add(pause);
      far.pause();
      return () => {
        if (pauses.delete(pause) && pauses.size === 0) far.resume();
      };
    },
  };
}

/** The device's end of a cable that is there before anybody opens the port, and after. */
function ptyLine(far: PtyFarEnd): Line {
  const line = kernelLine(far);
  return seesOpenings ? { ...line, onOpened: (listener) => far.onOpened(listener) } : line;
}

interface Pair {
  readonly near: NearSide;
  readonly far: ByteConnection;
}

export function overMemory(
  face: Face,
  injector: FaultInjector,
  { chunking, watch }: Pick<RunSettings, 'chunking' | 'watch'>,
): OverMemory {
  const open = new Set<Pair>();
  let isPlugged = true;
  const fail = (how: 'io-error' | 'zero-read'): void => {
    for (const { near, far } of open) {
      if (how === 'io-error') near.fail(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }));
      else void far.close();
    }
  };
  injector.plugInto({
    async unplug() {
      isPlugged = false;
      fail('io-error');
    },
    async plug() {
      isPlugged = true;
    },
    fail: async (how) => fail(how),
  });
  return {
    transport: 'memory',
    shape: 'bytes',
    async open(signal) {
      signal.throwIfAborted();
      if (!isPlugged) throw new BellcrankError('device-offline', 'the simulated device is unplugged');
      const ends = memoryPair('memory', chunking);
      const pair: Pair = { near: new NearSide(ends.near), far: ends.far };
      open.add(pair);
      void pair.far.closed.then(() => open.delete(pair));
      face.serve(injector.bytes(watchedBytes(pair.far, watch), pair.near));
      return pair.near;
    },
    async close() {
      await Promise.all(Array.from(open, ({ far }) => far.close()));
    },
  };
}
