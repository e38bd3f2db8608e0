import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished } from 'vitest';
import { compiled } from '../cli/run.ts';
import { built } from './built.ts';

/** `bellcrank simulate` as a process of its own. */
export interface SimulateProcess {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Writes a line to its standard input. */
  say(line: string): void;
  /** Ends it; resolves with the exit code and how long it took. */
  end(signal?: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<{ code: number | null; ms: number }>;
}

export interface SimulateSettings {
  readonly cwd: string;
  readonly env?: Record<string, string>;
  /** A program, with its arguments, that runs it. */
  readonly under?: readonly string[];
}

/** Resolves when it says where its simulators are, all of them. */
export async function simulate(args: readonly string[], settings: SimulateSettings): Promise<SimulateProcess> {
  const started = startSimulate(args, settings);
  await expect.poll(() => ready(started), { timeout: 30_000 }).toBe(true);
  return started;
}

function ready({ child, stdout, stderr }: SimulateProcess): boolean {
  if (child.exitCode !== null) throw new Error(`it ended: ${stderr()}`);
  return /: .*, seeds? \d/.test(stdout());
}

export function startSimulate(
  args: readonly string[],
  { cwd, env = {}, under = [] }: SimulateSettings,
): SimulateProcess {
  const [program, ...before] = under.length === 0 ? [process.execPath] : [...under, process.execPath];
  const child = spawn(program ?? process.execPath, [...before, built(), 'simulate', ...args], {
    cwd,
    env: { ...compiled, PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
  });
  return {
    child,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    say: (line) => void child.stdin.write(`${line}\n`),
    async end(signal = 'SIGTERM') {
      const begun = performance.now();
      child.kill(signal);
      const [code] = (await exited) as [number | null];
      return { code, ms: performance.now() - begun };
    },
  };
}
