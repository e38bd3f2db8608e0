import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isatty } from 'node:tty';
import type { Logger, LoggerOptions, pino as Pino } from 'pino';
import { isoTime } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Config } from '../config/index.ts';
import type { ProgramParts, Surroundings } from './context.ts';
import { LogOutput } from './log-output.ts';
import { prettyLines } from './pretty-log.ts';
import { runCommandLine } from './program.ts';
import { forTerminal } from './remote/output/text.ts';

/** Longest time that closing may take; whoever started the process will not wait much longer. */
export const closeLimitMs = 2000;
/** Signals this close are one request: of Ctrl+C a program hears from the terminal, and again from npm, which passes it on. */
const oneRequestMs = 500;
/** Longest that an ending process waits for whoever reads its log. */
const farewellMs = 500;

const signals = ['SIGINT', 'SIGTERM'] as const;
type LogFormat = Config['log']['pretty'];
type SignalListener = (signal: (typeof signals)[number]) => void;

/**
 * Runs the command line of a process and ends the process: with the command's exit code, or with 1 after an error that
 * nobody handled. A signal closes what is open within two seconds. What is not closed by then, or by a second signal (half
 * a second later at least), is ended with SIGKILL.
 */
export async function runProcess(process: NodeJS.Process, parts: ProgramParts): Promise<void> {
  const shutdown = new AbortController();
  let output: LogOutput | undefined;
  const createLog: Surroundings['createLog'] = (level, pretty = 'never') => {
    if (isPretty(pretty)) return prettyLog(process, level);
    output ??= new LogOutput(loadPino(), 2, { clock: parts.clock });
    return output.logger(optionsOf(level));
  };
  let failed = false;
  const fail = (error: unknown): void => {
    createLog('fatal').fatal({ err: error }, 'unhandled error; closing');
    failed = true;
    close(process, shutdown);
  };
  let known: Parameters<NonNullable<Surroundings['takeUncaught']>>[0] = () => false;
  process.on('uncaughtException', (error) => void (known(error, true) || fail(error)));
  process.on('unhandledRejection', (error) => void (known(error) || fail(error)));
  const takers: SignalListener[] = [];
  endOnSignals(process, shutdown, takers);
  let serves = false;
  // Whoever reads our output may stop reading (`bellcrank schema | head`).
  const unread = new AbortController();
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A service says little there, and goes on without.
    if (!serves && error.code !== 'EPIPE' && !failed) {
      process.stderr.write(`the output cannot be written: ${messageOf(error)}\n`);
      failed = true;
    }
    unread.abort(error);
  });
  // The disk that a log is written to may be full.
  process.stderr.on('error', () => {});
  const context: Surroundings & ProgramParts = {
    ...parts,
    env: process.env,
    createLog,
    shutdown: shutdown.signal,
    out: (text) => void process.stdout.write(isatty(1) ? forTerminal(text) : text),
    err: (text) => void process.stderr.write(isatty(2) ? forTerminal(text) : text),
    stdin: () => (isInBackground() ? undefined : process.stdin),
    terminal: { out: isatty(1), err: isatty(2), columns: () => columnsOf(process) },
    unread: unread.signal,
    takeSignals: (listener) => taken(takers, listener),
    takeHangUps: (listener) => {
      serves = true;
      listenForHangUps(process, shutdown, listener);
    },
    takeUncaught: (listener) => void (known = listener),
  };
  const code = await runCommandLine(process.argv.slice(2), context).catch((error: unknown) => {
    fail(error);
    return 1;
  });
  await written(process.stdout);
  await atMost(farewellMs, Promise.all([written(process.stderr), output?.written()]));
  output?.end();
  process.exit(failed ? 1 : code);
}

/** Some terminals say that they have none. */
function columnsOf({ stdout, stderr }: NodeJS.Process): number {
  return [stdout.columns, stderr.columns].find((columns) => columns > 0) ?? 80;
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

/** The last one to ask for signals has them. */
function taken(takers: SignalListener[], listener: SignalListener): Disposable {
  takers.push(listener);
  return { [Symbol.dispose]: () => void takers.splice(takers.indexOf(listener), 1) };
}

function endOnSignals(process: NodeJS.Process, shutdown: AbortController, takers: readonly SignalListener[]): void {
  let first: number | undefined;
  for (const name of signals) {
    process.on(name, () => {
      const taker = takers.at(-1);
      if (taker !== undefined) return taker(name);
      const now = performance.now();
      first ??= now;
      if (now - first > oneRequestMs) end(process, `${name} a second time; ending at once`);
      else close(process, shutdown);
    });
  }
}

/**
 * A service is asked to read its configuration again by SIGHUP, and so is every process of a terminal that is closed. Then
 * the terminal does not answer any more, and the process ends as it did without a listener, but in order.
 */
function listenForHangUps(process: NodeJS.Process, shutdown: AbortController, listener: () => void): void {
  const isInTerminal = (): boolean => [0, 1, 2].some((descriptor) => isatty(descriptor));
  const begunInTerminal = isInTerminal();
  process.on('SIGHUP', () => {
    if (begunInTerminal && !isInTerminal()) close(process, shutdown);
    else listener();
  });
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

/** Loaded when there is something to log. */
function loadPino(): typeof Pino {
  return (createRequire(import.meta.url)('pino') as { readonly pino: typeof Pino }).pino; // what it exports
}

function optionsOf(level: string): LoggerOptions {
  return { level, base: null, serializers: { err: loggable }, timestamp: () => `,"time":"${isoTime(Date.now())}"` };
}

function isPretty(pretty: LogFormat): boolean {
  return pretty !== 'never' && (pretty !== 'auto' || isatty(2));
}

/** pino marks an error while it looks at it, and a driver may have frozen its own: then a copy is looked at. */
function loggable(error: Error): unknown {
  const { err } = loadPino().stdSerializers;
  const isFrozen = error instanceof Error && !Object.isExtensible(error);
  return err(isFrozen ? Object.assign(new Error(messageOf(error)), { stack: error.stack }) : error);
}

/** For somebody who looks at it. */
function prettyLog({ stderr, env }: NodeJS.Process, level: string): Logger {
  const print = prettyLines(isatty(2) && (env['NO_COLOR'] ?? '') === '');
  return loadPino()(optionsOf(level), { write: (line) => void stderr.write(print(line)) });
}

/** Whoever reads the log may have stopped reading. */
async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  await Promise.race([promise, late.promise]);
  clearTimeout(timer);
}
