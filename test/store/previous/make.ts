/**
 * Makes the folder `store` beside this file with an earlier version of the service: a checkout of it, in which `npm ci` was
 * run. `node test/store/previous/make.ts CHECKOUT` was called with commit 7b88693, of version 0.1.0, which kept no audit.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const [, , checkout = ''] = process.argv;
const directory = mkdtempSync(join(tmpdir(), 'bellcrank-previous-'));
const child = spawn(process.execPath, ['src/main.ts', 'serve', '--config', here('lab.yaml'), '--port', '0'], {
  cwd: checkout,
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, BELLCRANK_STORE__DIRECTORY: directory },
});

const url = await new Promise<string>((resolve) => {
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    const found = /Bellcrank serves (\S+)\n/.exec(text)?.[1];
    if (found !== undefined) resolve(found);
  });
});

async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
  const sent =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(url + path, { method, ...sent });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? undefined : await response.json();
}

async function ready(id: string): Promise<void> {
  const { state } = (await ask('GET', `/v1/devices/${id}`)) as { state: string };
  if (state !== 'ready') await ready(id);
}

await Promise.all(['free', 'latched'].map(ready));
await ask('POST', '/v1/devices', { id: 'added', driver: 'scpi-supply', connection: 'three', labels: { room: '2' } });
await ready('added');
await ask('POST', '/v1/devices/free/commands/set-voltage', { volts: 5 });
await ask('PUT', '/v1/devices/added/properties/voltage-setpoint', { value: 7 });
await ask('POST', '/v1/devices/latched/stop');
await ask('PUT', '/v1/devices/added/lease', { ttlMs: 86_400_000, note: 'for long' });
// Nothing answers from now on, so a command is under way when the service is killed.
await ask('PUT', '/v1/simulators/free/faults', { faults: [{ kind: 'mute' }] });
void ask('POST', '/v1/devices/free/commands/set-voltage', { volts: 6 }).catch(() => {});
for (;;) {
  const { items } = (await ask('GET', '/v1/commands?state=sent')) as { items: unknown[] };
  if (items.length > 0) break;
}
child.kill('SIGKILL');
await once(child, 'exit');
rmSync(here('store'), { recursive: true, force: true });
// Locks and the index are made anew.
const isKept = (path: string): boolean => !/^(lock|index)\.db|-shm$/.test(basename(path));
cpSync(directory, here('store'), { recursive: true, filter: isKept });
rmSync(directory, { recursive: true });
