import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import pino, { type Logger } from 'pino';
import { messageOf } from '../errors.ts';
import type { CliContext, Parts } from './context.ts';
import { runCommandLine } from './program.ts';

/** Longest time that closing may take; whoever started the process will not wait much longer. */
const closeLimitMs = 2000;

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs the command line of a process and ends the process: with the command's exit code, or with 1 after an error that
 * nobody handled. A signal closes what is open within two seconds. What is not closed by then, or by a second signal, is
 * ended with SIGKILL.
 */
export async function runProcess(process: NodeJS.Process, parts: Parts): Promise<void> {
  const shutdown = new AbortController();
  const createLog: CliContext['createLog'] = (level) => logTo(process.stderr, level);
  let failed = false;
  const fail = (error: unknown): void => {
    createLog('fatal').fatal({ err: error }, 'unhandled error; closing');
    failed = true;
    close(process, shutdown);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  endOnSignals(process, shutdown);
  // Whoever reads our output may stop reading (`bellcrank schema | head`).
  process.stdout.on('error', ignorePipe);
  process.stderr.on('error', ignorePipe);
  const context: CliContext = {
    ...parts,
    env: process.env,
    createLog,
    shutdown: shutdown.signal,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    stdin: () => (isInBackground() ? undefined : process.stdin),
  };
  const code = await runCommandLine(process.argv.slice(2), context).catch((error: unknown) => {
    fail(error);
    return 1;
  });
  await Promise.all([written(process.stdout), written(process.stderr)]);
  process.exit(failed ? 1 : code);
}

/** Of a terminal that belongs to another group of processes now: reading from it would stop this one (SIGTTIN). */
function isInBackground(): boolean {
  // proc(5): pid, name in brackets, state, parent, group, session, terminal, the terminal's group.
  const [, , group, , terminal, foreground] = statOf('/proc/self/stat').replace(/^.*\)/s, '').trim().split(' ');
  return isatty(0) && terminal !== '0' && group !== foreground;
}

function statOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** A pipe takes what fits into it; the rest is lost if the process ends before its reader has read. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

function endOnSignals(process: NodeJS.Process, shutdown: AbortController): void {
  for (const name of signals) {
    process.on(name, () => {
      if (shutdown.signal.aborted) end(process, `${name} a second time; ending at once`);
      else close(process, shutdown);
    });
  }
}

function close(process: NodeJS.Process, shutdown: AbortController): void {
  if (shutdown.signal.aborted) return;
  setTimeout(() => end(process, `not closed after ${closeLimitMs} ms; ending`), closeLimitMs);
  shutdown.abort(new Error('the process is ending'));
}

/** `exit` waits for threads, and one that hangs in a system call (a disk that does not answer) never ends. */
function end(process: NodeJS.Process, why: string): void {
  process.stderr.write(`${why}\n`);
  process.kill(process.pid, 'SIGKILL');
}

function logTo(stream: NodeJS.WritableStream, level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}

function ignorePipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw new Error(`output failed: ${messageOf(error)}`, { cause: error });
}
