import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';
import { compiled } from '../cli/run.ts';
import { temporaryFolder } from '../wire/support.ts';
import { built } from '../support/built.ts';

const store = 'BELLCRANK_STORE__DIRECTORY';
const root = fileURLToPath(new URL('../..', import.meta.url));

/** The service as a process of its own, as a user starts it. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface Service {
  readonly url: string;
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Sends a signal and resolves with the exit code and how long it took. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<{ code: number | null; ms: number }>;
  get<T>(path: string): Promise<T>;
  post(path: string, body: unknown): Promise<Answer>;
  put(path: string, body: unknown): Promise<Answer>;
}

/** Runs until it is ended, or with `endsWithTest` no longer than the test that started it. */
export async function startService(
  config: string,
  env: Record<string, string> = {},
  {
    endsWithTest = true,
    program = built(),
    cwd = root,
    flags = [] as readonly string[],
    log = undefined as number | undefined,
    openFiles = undefined as number | undefined,
  } = {},
): Promise<Service> {
  const command = [process.execPath, ...flags, program, 'serve', '--config', config, '--port', '0'];
  const bounded =
    openFiles === undefined ? command : ['sh', '-c', `ulimit -n ${openFiles} && exec "$@"`, 'sh', ...command];
  const [shell = '', ...args] = bounded;
  const child = spawn(shell, args, {
    cwd,
    stdio: ['ignore', 'pipe', log ?? 'pipe'],
    // Each has a store of its own: one process at a time can use one.
    env: {
      ...compiled,
      PATH: process.env['PATH'] ?? '',
      ...(store in env ? {} : { [store]: temporaryFolder() }),
      ...env,
    },
  });
  const output = { stdout: '', stderr: '' };
  const { stdout } = child;
  if (stdout === null) throw new Error('its output is a pipe');
  stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const exited = once(child, 'exit');
  const finished = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await exited;
  };
  if (endsWithTest) onTestFinished(finished);
  const url = await new Promise<string>((resolve, reject) => {
    stdout.on('data', () => {
      const found = /Bellcrank serves (\S+)\n[^]*(?:Try:|nothing but a stop)/.exec(output.stdout)?.[1];
      if (found !== undefined) resolve(found);
    });
    void exited.then(() => reject(new Error(`the service ended:\n${output.stderr}`)));
  });
  return {
    url,
    child,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    async end(signal) {
      const start = performance.now();
      child.kill(signal);
      const [code] = (await exited) as [number | null];
      return { code, ms: performance.now() - start };
    },
    async get<T>(path: string) {
      return (await (await fetch(url + path)).json()) as T;
    },
    post: (path, body) => send('POST', url + path, body),
    put: (path, body) => send('PUT', url + path, body),
  };
}

async function send(method: string, url: string, body: unknown): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

interface Devices {
  readonly items: readonly { readonly id: string; readonly state: string }[];
}

/** Resolves when every device is ready. It asks now and then: who asks all the time keeps the service from starting. */
export async function allReady(service: Pick<Service, 'get'>): Promise<void> {
  const look = async (): Promise<void> => {
    // On a busy machine a service that starts says that it is overloaded, and has no items.
    const { items } = await service.get<Partial<Devices>>('/v1/devices');
    const waiting = items?.filter(({ state }) => state !== 'ready').map(({ id, state }) => `${id} is ${state}`);
    if (waiting?.length !== 0) throw new Error(waiting?.join(', ') ?? 'the service is overloaded');
  };
  await vi.waitFor(look, { timeout: 90_000, interval: 40 });
}
