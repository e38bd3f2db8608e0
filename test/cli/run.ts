import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The Node that the project pins, whatever runs the tests. */
const node = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** What has been written so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
}

/** What one process has compiled the next one need not, its threads neither; the program itself keeps it there. */
export const compiled = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/bellcrank', import.meta.url)),
};

/** Starts a script of this checkout in an environment that holds only what is given. */
export function start(script: string, args: readonly string[], given: Record<string, string> = {}): Running {
  const env = { ...compiled, ...given };
  const child = spawn(node, [script, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const ended = once(child, 'close').then(([code]) => {
    return { code: code as number | null, stdout: stdout(), stderr: stderr() };
  });
  return { child, stdout, stderr, ended };
}

export function run(script: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return start(script, args, env).ended;
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return () => text;
}
