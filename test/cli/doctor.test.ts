import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import { freePort } from '../support/free-port.ts';
import { temporaryFolder } from '../wire/support.ts';
import { runHere } from './here.ts';
import { run } from './run.ts';
import { built } from '../support/built.ts';

const main = built();
const lab = 'examples/lab/bellcrank.yaml';

interface Printed {
  readonly status: string;
  readonly findings: readonly Finding[];
}

async function doctor(file: string): Promise<{ code: number | null; printed: Printed; stdout: string }> {
  const { code, stdout } = await runHere(['doctor', '--config', file, '--json']);
  return { code, printed: JSON.parse(stdout) as Printed, stdout }; // its own output
}

test('of the lab: nothing is wrong, what was not looked at is said, and 0', async () => {
  const folder = temporaryFolder();
  const env = { BELLCRANK_PORT: String(await freePort()), BELLCRANK_STORE__DIRECTORY: join(folder, 'store') };
  const { code, stdout, stderr } = await run(main, ['doctor', '--config', lab], env);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain(`ok         config ${lab}: nothing is wrong with it\n`);
  expect(stdout).toMatch(/^(ok|unchecked) +user /m);
  expect(stdout).toMatch(/^ok +simulated: .*psu-1-line.*on no hardware$/m);
  expect(stdout).toMatch(/^0 fail, \d warn, \d unchecked, \d+ ok\n$/m);
});

test('of a configuration that cannot work: all of it at once, what to do, and 1; no secret', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'bad.yaml');
  const password = join(folder, 'password');
  writeFileSync(password, 'hunter2\n');
  chmodSync(password, 0o644);
  writeFileSync(
    file,
    `server: { host: 0.0.0.0, port: ${await freePort()} }
store: { directory: store }
connections:
  line: { serial: { path: /dev/no-such-port } }
  house: { mqtt: { url: mqtt://127.0.0.1:${await freePort()}, password: { file: password }, username: ada } }
`,
  );
  const { code, printed, stdout } = await doctor(file);
  expect([code, printed.status]).toEqual([1, 'fail']);
  const failed = printed.findings.filter(({ status }) => status === 'fail');
  expect(failed.map(({ check, of }) => [check, of])).toEqual([
    ['credentials', undefined],
    ['secret', password],
    ['port', 'line'],
    ['broker', 'house'],
  ]);
  expect(failed.every(({ advice }) => advice !== undefined)).toBe(true);
  expect(stdout).not.toContain('hunter2');
});

test('of a file that is wrong: where, and that nothing else was looked at; what it says steers no terminal', async () => {
  const file = join(temporaryFolder(), 'wrong.yaml');
  writeFileSync(file, 'server: { port: 7080, "po\\x1b[31mrt": 1 }\n');
  const { code, printed } = await doctor(file);
  expect(code).toBe(1);
  expect(printed.findings.slice(-2)).toMatchObject([
    { check: 'config', of: `${file}:1:23`, status: 'fail' },
    { check: 'everything else', status: 'unchecked' },
  ]);
  const { stdout } = await runHere(['doctor', '--config', file]);
  expect(stdout).not.toContain('\u001b');
});

test('of a file that lacks secrets: each of them, and everything else all the same', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'lacking.yaml');
  writeFileSync(
    file,
    `server: { host: 0.0.0.0, port: ${await freePort()} }
store: { directory: store }
webhooks: [{ name: chat, url: { env: HOOK_URL }, secret: { file: nothing } }]
connections:
  line: { serial: { path: /dev/no-such-port } }
  house: { mqtt: { url: mqtt://127.0.0.1:${await freePort()}, username: me, password: { env: NO_PASSWORD } } }
`,
  );
  const { code, printed } = await doctor(file);
  expect(code).toBe(1);
  const told = printed.findings.map(({ check, of, status, detail }) => [check, of, status, detail]);
  expect(told).toEqual(
    expect.arrayContaining([
      ['config', `${file}:3:31`, 'fail', 'webhooks[0].url: the environment variable HOOK_URL is not set'],
      ['config', `${file}:3:58`, 'fail', 'webhooks[0].secret: the file nothing does not exist'],
      ['config', expect.any(String), 'fail', expect.stringContaining('NO_PASSWORD is not set')],
      ['credentials', undefined, 'fail', expect.any(String)],
      ['port', 'line', 'fail', expect.any(String)],
      ['connection', 'house', 'unchecked', expect.stringContaining('lacks a secret')],
    ]),
  );
  expect(told.filter(([check]) => check === 'broker')).toEqual([]);
});

test('of a file that is wrong and lacks secrets: both', async () => {
  const file = join(temporaryFolder(), 'both.yaml');
  writeFileSync(file, 'sever: {}\nwebhooks: [{ name: chat, url: { env: HOOK_URL } }]\n');
  const { printed } = await doctor(file);
  expect(printed.findings.map(({ detail }) => detail)).toEqual(
    expect.arrayContaining([
      expect.stringContaining('is not a known key'),
      'webhooks[0].url: the environment variable HOOK_URL is not set',
    ]),
  );
});
