import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Lease } from '../../../client/index.ts';
import { holding } from '../../../client/lab/lease.ts';
import { messageOf } from '../../../errors.ts';
import { exitCodes, type ExitCode } from '../../context.ts';
import type { Service } from '../service.ts';
import { type LeaseFlags, wishes } from './flags.ts';
import { leaseVariable, withToken } from './token.ts';

/** How a program ended. */
interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** As shells have it: the program cannot be found or run. */
const notFound = 127;

/**
 * Holds a lease while a program runs, and gives it back afterwards. Signals are the program's; when the lease is lost it is
 * asked to end. Resolves with the program's exit code.
 */
export async function run(
  device: string,
  [program = '', ...args]: readonly string[],
  flags: LeaseFlags,
  service: Service,
): Promise<ExitCode> {
  const { lab, context, print } = service;
  let lost = false;
  let ended: Ended | string | undefined;
  const parts = { http: lab.http, clock: context.clock };
  const work = async (lease: Lease, signal: AbortSignal): Promise<void> => {
    const child = spawn(program, args, { stdio: 'inherit', env: environment(device, lease.token, service) });
    using _ = context.takeSignals?.((name) => child.kill(name));
    const onLost = (): void => {
      lost = true;
      print.note(`${messageOf(signal.reason)}; ${program} is asked to end`);
      child.kill('SIGTERM');
    };
    signal.addEventListener('abort', onLost, { once: true });
    ended = await endOf(child);
  };
  try {
    await holding(parts, device, wishes(flags), work);
  } catch (error) {
    if (ended === undefined) throw error;
    print.note(`the lease of ${device} could not be given back, and runs out by itself: ${messageOf(error)}`);
  }
  if (lost) return exitCodes.blocked;
  return exitOf(ended, program, print);
}

function exitOf(ended: Ended | string | undefined, program: string, print: Service['print']): ExitCode {
  if (typeof ended === 'object') {
    return programExit(ended.signal === null ? (ended.code ?? 1) : 128 + constants.signals[ended.signal]);
  }
  print.note(`${program} cannot be run: ${ended ?? 'it did not start'}`);
  return programExit(notFound);
}

function endOf(child: ChildProcess): Promise<Ended | string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(messageOf(error)));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

/** What the program finds: the lease, and the service, so that a `bellcrank` in it needs no more. */
function environment(device: string, token: string, { context, connection }: Service): NodeJS.ProcessEnv {
  const { BELLCRANK_PROFILE: _, ...inherited } = context.env;
  return {
    ...inherited,
    BELLCRANK_URL: connection.url,
    ...(connection.apiKey === undefined ? {} : { BELLCRANK_API_KEY: connection.apiKey }),
    [leaseVariable]: withToken(device, token, context.env[leaseVariable]),
  };
}

/** The program's own code, whatever it means. */
function programExit(code: number): ExitCode {
  return code as ExitCode;
}
