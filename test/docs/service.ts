import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { vi } from 'vitest';

/** A block that runs until it is ended, as in a terminal of its own. */
export class Running {
  readonly #child: ChildProcess;
  #output = '';

  constructor(text: string, cwd: string, env: Readonly<Record<string, string>>) {
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    this.#child = spawn('bash', ['--noprofile', '--norc', '-c', text], { cwd, env, stdio: [...stdio], detached: true });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => (this.#output += chunk));
    }
  }

  /** Resolves when it has told what it is, which it does once it is there. */
  async begun(): Promise<void> {
    const exited = once(this.#child, 'exit').then(() => {
      throw new Error(`it ended:\n${this.#output}`);
    });
    await Promise.race([once(this.#child.stdout ?? this.#child, 'data'), exited]);
    exited.catch(() => {});
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.pid === undefined) return;
    const exited = once(this.#child, 'exit');
    process.kill(-this.#child.pid, 'SIGTERM');
    await exited;
  }
}

/** Resolves when every device that a page goes on with is there and ready. */
export async function ready(url: string, devices: readonly string[]): Promise<void> {
  for (const device of devices) {
    const look = async (): Promise<void> => {
      const { state } = (await (await fetch(`${url}/v1/devices/${device}`)).json()) as { state?: string };
      if (state !== 'ready') throw new Error(`${device} is ${state ?? 'not there'}`);
    };
    await vi.waitFor(look, { timeout: 90_000, interval: 40 });
  }
}
