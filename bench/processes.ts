import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Question, Reply, Tasks } from './tasks.ts';

/** The service has one core to itself, and everything else another. */
export const serviceCore = 0;
export const othersCore = 1;

export const canPin = availableParallelism() > 1 && hasTaskset();

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function pinned(core: number, args: readonly string[]): [file: string, args: string[]] {
  if (!canPin) return [process.execPath, [...args]];
  return ['taskset', ['-c', String(core), process.execPath, ...args]];
}

/** A process of the benchmark's own that does tasks. */
export interface Helper<T extends Tasks> {
  ask<K extends keyof T & string>(name: K, input: Parameters<T[K]>[0]): Promise<Awaited<ReturnType<T[K]>>>;
  end(): Promise<void>;
}

export function startHelper<T extends Tasks>(module: string, core = othersCore): Helper<T> {
  const path = fileURLToPath(new URL(module, import.meta.url));
  const [file, args] = pinned(core, [path]);
  const child = spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  child.on('message', (reply: Reply) => {
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('error' in reply) asked?.reject(new Error(reply.error));
    else asked?.resolve(reply.value);
  });
  child.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error(`${module} ended`));
  });
  return {
    ask: async (name, input) => {
      const asked = Promise.withResolvers<unknown>();
      const question: Question = { id: ++lastId, name, input };
      waiting.set(question.id, asked);
      child.send(question);
      // The helper's tasks are of type `T`.
      return (await asked.promise) as never;
    },
    end: () => ended(child),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

export interface Service {
  readonly url: string;
  /** Processor time that it has used so far, all its threads together, in ms; NaN where the system does not say. */
  cpuMs(): number;
  /** Memory that it holds now, in bytes; NaN where the system does not say. */
  rssBytes(): number;
  end(): Promise<void>;
}

export interface ServiceSettings {
  readonly connections: object;
  readonly devices: object;
  readonly durability?: 'process' | 'power';
  readonly store?: 'embedded' | 'memory';
  readonly discovery?: object;
  /** Keys of `store` besides. */
  readonly keeping?: object;
  /** What starts it, in place of the one from source that has the devices of the benchmarks. */
  readonly program?: string | undefined;
  /** False: it is not waited for until its devices are ready. */
  readonly awaited?: false;
  /** Told the folder of its store before it starts. */
  readonly prepare?: (directory: string) => Promise<void>;
}

/** The service in a process and a folder of its own, logging to a file as it comes. */
export async function startService(settings: ServiceSettings): Promise<Service> {
  const { connections, devices, discovery = {}, durability = 'process', store = 'embedded', keeping } = settings;
  const folder = mkdtempSync(join(tmpdir(), 'bellcrank-bench-'));
  const config = join(folder, 'bellcrank.yaml');
  const directory = join(folder, 'store');
  // JSON is YAML.
  const file = {
    server: { port: 0, limits: { clientRequestsPerSecond: 0 } },
    store: { durability, directory, ...keeping },
    connections,
    devices,
    discovery,
  };
  writeFileSync(config, JSON.stringify(file));
  if (settings.prepare !== undefined) {
    mkdirSync(directory);
    await settings.prepare(directory);
  }
  const log = openSync(join(folder, 'log'), 'w');
  const [program, args] = pinned(serviceCore, [
    ...(process.env['BENCH_NODE_OPTIONS'] ?? '').split(' ').filter(Boolean),
    settings.program ?? fileURLToPath(new URL('service.ts', import.meta.url)),
    'serve',
    '--config',
    config,
  ]);
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', log],
    env: { ...process.env, BENCH_STORE: store },
  });
  closeSync(log);
  const end = async (): Promise<void> => {
    await ended(child);
    rmSync(folder, { recursive: true });
  };
  try {
    const url = await urlOf(child).catch((error: unknown) => {
      throw new Error(readFileSync(join(folder, 'log'), 'utf8'), { cause: error });
    });
    if (settings.awaited !== false) await untilReady(url);
    return { url, cpuMs: () => cpuMsOf(child.pid), rssBytes: () => rssBytesOf(child.pid), end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Processor time of a process so far, in ms; NaN where the system does not say. */
export function cpuMsOf(pid: number | undefined): number {
  return sum(threadCpuMs(pid));
}

/** Of each thread that lives, in ms (Linux, Documentation/scheduler/sched-stats.rst: the first figure, in ns). */
function threadCpuMs(pid: number | undefined): number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.map(
      (thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6,
    );
  } catch {
    return [];
  }
}

/** proc(5), `/proc/pid/statm`: the second figure, in pages of 4 KiB. */
export function rssBytesOf(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;
  } catch {
    return NaN;
  }
}

function sum(values: readonly number[]): number {
  return values.length === 0 ? NaN : values.reduce((a, b) => a + b);
}

function urlOf(child: ChildProcess): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const url = /Bellcrank serves (\S+)\n/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', () => reject(new Error('the service ended')));
  });
}

/** Resolves when every device is ready. */
export async function untilReady(url: string, withinMs = 60_000): Promise<void> {
  const limit = performance.now() + withinMs;
  for (;;) {
    const { items } = (await (await fetch(`${url}/v1/devices?limit=500`)).json()) as { items: { state: string }[] };
    if (items.every(({ state }) => state === 'ready')) return;
    if (performance.now() > limit) throw new Error('not every device is ready');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
