import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { pathOf } from '../support/needs.ts';
import { temporaryFolder } from './support.ts';

export interface Mosquitto {
  readonly port: number;
  /** Speaks MQTT over WebSockets. */
  readonly webSocketPort: number;
  stop(): Promise<void>;
  /** Ends it without a word to anyone. */
  kill(): Promise<void>;
  /** Keeps it from running while its connections stay up. */
  pause(): void;
  resume(): void;
  /** Starts again on the same ports. */
  start(): Promise<void>;
}

/**
 * A Mosquitto on loopback, for one test. Everyone may use the topics of `acl` (lines of its ACL file), or all. `settings`
 * are further lines for both of its listeners. With `users`, a password file, nobody else is let in.
 */
export async function startMosquitto(
  acl?: readonly string[],
  settings: readonly string[] = [],
  users?: string,
): Promise<Mosquitto> {
  const folder = temporaryFolder();
  // Mosquitto gives up root, so its user must be able to read the folder.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const webSocketPort = await freePort(port);
  const lines = [
    'persistence false',
    'log_dest stderr',
    ...(users === undefined ? ['allow_anonymous true'] : ['allow_anonymous false', `password_file ${users}`]),
    `listener ${port} 127.0.0.1`,
    ...settings,
    `listener ${webSocketPort} 127.0.0.1`,
    'protocol websockets',
    ...settings,
  ];
  if (acl !== undefined) {
    const file = join(folder, 'acl');
    writeFileSync(file, `${acl.join('\n')}\n`, { mode: 0o644 });
    lines.push(`acl_file ${file}`);
  }
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(config, `${lines.join('\n')}\n`, { mode: 0o644 });
  let running: ChildProcess | undefined;
  const stop = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> => {
    const child = running;
    running = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    // One that is paused hears only of its end.
    if (signal === 'SIGTERM') child.kill('SIGCONT');
    await exited;
  };
  const start = async (): Promise<void> => {
    running = await run(config, [port, webSocketPort]);
  };
  // It has nothing to keep, and takes its time to end when it is asked to.
  onTestFinished(() => stop('SIGKILL'));
  await start();
  return {
    port,
    webSocketPort,
    start,
    stop: () => stop(),
    kill: () => stop('SIGKILL'),
    pause: () => void running?.kill('SIGSTOP'),
    resume: () => void running?.kill('SIGCONT'),
  };
}

async function run(config: string, ports: readonly number[]): Promise<ChildProcess> {
  const child = spawn(pathOf('mosquitto') ?? 'mosquitto', ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await vi.waitFor(
    async () => {
      if (child.exitCode !== null) throw new Error(`mosquitto ended: ${said}`);
      // Another one may have taken the port meanwhile, and would accept just as well.
      if (!said.includes(' running')) throw new Error(`mosquitto does not run yet: ${said}`);
      await Promise.all(ports.map(accepts));
    },
    { timeout: 5000, interval: 5 },
  );
  return child;
}

async function accepts(port: number): Promise<void> {
  const socket = createConnection(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}
