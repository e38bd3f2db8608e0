import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { ProgramParts, Surroundings } from '../../src/cli/context.ts';
import { runCommandLine } from '../../src/cli/program.ts';
import { systemClock } from '../../src/clock.ts';
import { httpOver } from '../support/http.ts';
import { createRig, MemoryLine, type RigSettings } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/** A running service with one device, psu-1, in this process; its time moves when it is told to. */
export async function toyService(settings: RigSettings = {}) {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const devices = [{ id: 'psu-1', connection: 'line', labels: { bench: 'left' } }];
  const rig = createRig(toyDriver(), { line }, devices, settings);
  await rig.until(() => rig.device('psu-1').state === 'ready');
  const http = await httpOver(rig);
  await http.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => http.close());
  const { port } = http.server.address() as AddressInfo; // it listens on a port
  return { toy, line, rig, http, url: `http://127.0.0.1:${port}` };
}

export interface Said {
  stdout: string;
  stderr: string;
}

export interface Called {
  readonly code: Promise<number>;
  readonly said: Said;
  readonly interrupt: () => void;
  /** As if nobody read the standard output any more. */
  readonly hangUp: () => void;
}

type More = Partial<Surroundings & Pick<ProgramParts, 'loadParts'>> & { readonly input?: string };

/** Calls the command line in this process, which is given no parts: a command that asks a service needs none. */
export function call(args: readonly string[], more: More = {}): Called {
  const { input, ...surroundings } = more;
  const [shutdown, unread] = [new AbortController(), new AbortController()];
  const said: Said = { stdout: '', stderr: '' };
  let taker: ((signal: 'SIGINT') => void) | undefined;
  const missing = (): never => {
    throw new Error('it is not needed here');
  };
  const code = runCommandLine(args, {
    loadParts: missing,
    createLog: missing,
    clock: systemClock,
    version: '9.9.9',
    env: { XDG_CONFIG_HOME: '/nowhere' },
    shutdown: shutdown.signal,
    unread: unread.signal,
    out: (text) => void (said.stdout += text),
    err: (text) => void (said.stderr += text),
    ...(input === undefined ? {} : { stdin: () => Readable.from([Buffer.from(input)]) }),
    takeSignals(listener) {
      taker = listener;
      return { [Symbol.dispose]: () => (taker = undefined) };
    },
    ...surroundings,
  });
  const interrupt = (): void => (taker === undefined ? shutdown.abort() : taker('SIGINT'));
  return { code, said, interrupt, hangUp: () => unread.abort() };
}
