import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../cli/run.ts';
import { temporaryFolder } from '../wire/support.ts';
import { startService } from './service.ts';
import { built } from '../support/built.ts';

const main = built();

interface Line {
  readonly what: string;
  readonly by: string;
  readonly params?: { readonly name?: string };
}

test('keys that the command line changes in the file are in the audit, whether the service runs or not', async () => {
  const folder = temporaryFolder();
  const config = join(folder, 'bellcrank.yaml');
  writeFileSync(config, 'devices: {}\n');
  const directory = join(folder, 'store');
  const env = { BELLCRANK_STORE__DIRECTORY: directory };
  const keys = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(main, ['keys', ...args, '--config', config], env);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    return stdout.trim();
  };
  const told = async (): Promise<Line[]> => {
    const { stdout } = await run(main, ['audit', 'export', '--dir', directory]);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line); // its own output
    return lines.filter(({ what }) => what.startsWith('key'));
  };
  const first = await startService(config, env);
  const key = await keys('create', '--name', 'ci', '--role', 'admin');
  const created = { what: 'keyCreated', by: 'unknown', outcome: 'done', params: { name: 'ci', role: 'admin' } };
  await expect.poll(told, { timeout: 20_000, interval: 500 }).toMatchObject([created]);
  // What is done by a request is told as that alone.
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ name: 'other', role: 'viewer' });
  expect((await fetch(`${first.url}/v1/keys`, { method: 'POST', headers, body })).status).toBe(201);
  expect((await first.end('SIGTERM')).code).toBe(0);
  await keys('revoke', 'ci');
  const second = await startService(config, env);
  expect((await second.end('SIGTERM')).code).toBe(0);
  expect(await told()).toMatchObject([created, { what: 'keyRevoked', by: 'unknown', params: { name: 'ci' } }]);
  expect(JSON.stringify(await told())).not.toContain(key.slice(13));
}, 90_000);
