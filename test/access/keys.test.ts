import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { allReady, type Service, startService } from '../process/service.ts';
import { follow } from '../support/sse.ts';
import { ask, keyed, type Keyed } from './keyed.ts';

/** Real processes, and the command line as another one. */
vi.setConfig({ testTimeout: 60_000 });

const started = (its: Keyed, env: Record<string, string> = {}): Promise<Service> =>
  startService(its.config, { BELLCRANK_STORE__DIRECTORY: its.store, ...env });

const volts = { method: 'POST', body: { volts: 5 } } as const;
const set = '/v1/devices/psu-1/commands/set-voltage';

interface Problem {
  readonly code: string;
  readonly detail: string;
}

test('a key made before the first start closes the service; scopes decide, and the exit code is 9', async () => {
  const its = keyed();
  const key = await its.key('ci', '--scope', 'read', '--scope', 'command:psu-1:set-*');
  const { url, stdout } = await started(its);
  expect(stdout()).toContain('-H "Authorization: Bearer $BELLCRANK_API_KEY"');
  const none = await ask<Problem>(`${url}/v1/devices`);
  expect([none.status, none.body.code, none.headers.get('www-authenticate')]).toEqual([
    401,
    'unauthenticated',
    'Bearer realm="bellcrank"',
  ]);
  expect(none.body.detail).toContain('bellcrank keys create');
  for (const path of ['/', '/health/live', '/health/ready', '/problems/unauthenticated', '/docs/'])
    expect((await fetch(url + path)).status, path).toBe(200);
  expect((await ask(`${url}/v1/devices`, key)).status).toBe(200);
  const sent = await ask(url + set, key, volts);
  expect([sent.status, sent.body['by']]).toEqual([200, 'key:ci']);
  const denied = await ask<Problem>(`${url}/v1/devices/psu-2/commands/set-voltage`, key, volts);
  expect([denied.status, denied.body.detail]).toEqual([403, 'key:ci lacks the scope command:psu-2:set-voltage']);
  const env = { BELLCRANK_URL: url };
  expect((await its.call(['devices'], env)).code).toBe(9);
  expect((await its.call(['devices'], { ...env, BELLCRANK_API_KEY: key })).code).toBe(0);
  expect((await its.call(['stop', 'psu-1'], { ...env, BELLCRANK_API_KEY: key })).code).toBe(9);
  expect((await its.call(['devices'], { ...env, BELLCRANK_API_KEY: `${key.slice(0, -3)}AAA` })).code).toBe(9);
});

test('a key that another process revokes is out at once, and its stream and its recording are cut', async () => {
  const its = keyed();
  const [admin, key] = [await its.key('me', '--role', 'admin'), await its.key('ci', '--role', 'operator')];
  const { url } = await started(its);
  const headers = { authorization: `Bearer ${key}` };
  const reader = await follow(url, '', headers);
  const observer = await follow(url, '', headers, '/v1/devices/psu-1/wot/properties/measured-voltage/observe');
  const other = await follow(url, '', { authorization: `Bearer ${admin}` });
  const trace = await fetch(`${url}/v1/devices/psu-1/trace?follow=true`, { headers });
  const recording = trace.text();
  await reader.until(() => reader.events('synced').length > 0);
  const revoked = await its.call(['keys', 'revoke', 'ci', '--config', its.config]);
  expect([revoked.code, revoked.stdout]).toEqual([0, expect.stringMatching(/^ci \(\w{8}\) is revoked since /)]);
  const began = performance.now();
  expect((await ask<Problem>(`${url}/v1/devices`, key)).body.detail).toContain('the key ci was revoked');
  await Promise.all([reader.over(), observer.over()]);
  const text = await recording;
  expect(performance.now() - began).toBeLessThan(2500);
  for (const each of [reader, observer]) {
    expect(each.data('bye')).toEqual([{ reason: expect.stringContaining('the key ci was revoked') }]);
  }
  expect(text).toContain('the key ci was revoked');
  expect(other.isOver).toBe(false);
  other.close();
  expect((await ask(`${url}/v1/devices`, admin)).status).toBe(200);
});

/** A meter whose commands have 15 s. */
const meter = `
store: { directory: data }
connections: { bench: { simulate: { model: hp-34401a, via: tcp } } }
devices: { meter: { driver: hp-34401a, connection: bench } }
`;

test('a command that waits for its turn is not sent for a key that was revoked meanwhile', async () => {
  const its = keyed();
  writeFileSync(its.config, meter);
  const [admin, key] = [await its.key('me', '--role', 'admin'), await its.key('ci', '--role', 'operator')];
  const { url } = await started(its);
  await allReady({ get: async <T>(path: string) => (await ask(url + path, admin)).body as T });
  const set = async (faults: readonly unknown[]): Promise<void> =>
    expect((await ask(`${url}/v1/simulators/meter/faults`, admin, { method: 'PUT', body: { faults } })).status).toBe(
      200,
    );
  const submit = async (bearer: string) => {
    const headers = { authorization: `Bearer ${bearer}`, prefer: 'respond-async' };
    const path = '/v1/devices/meter/commands/measure-dc-voltage';
    const { status, body } = await ask<{ id: string }>(url + path, headers, { method: 'POST', body: {} });
    expect(status).toBe(202);
    return async () => (await ask(`${url}/v1/commands/${body.id}`, admin)).body;
  };
  // Nothing is answered until it is over, and what comes next waits for it.
  await set([{ kind: 'hang' }]);
  const [first, second] = [await submit(admin), await submit(key)];
  expect((await ask(`${url}/v1/keys/ci`, admin, { method: 'DELETE' })).status).toBe(200);
  await set([]);
  await expect.poll(first).toMatchObject({ outcome: 'succeeded', by: 'key:me' });
  await expect
    .poll(second)
    .toMatchObject({ state: 'ended', outcome: 'not-sent', reason: 'forbidden', sentAt: null, by: 'key:ci' });
});

test('the first key closes a service that runs, for whoever was in already, too', async () => {
  const its = keyed();
  const service = await started(its);
  await allReady(service);
  const reader = await follow(service.url);
  const key = await its.key('me', '--role', 'admin');
  expect((await ask(`${service.url}/v1/devices`)).status).toBe(401);
  await reader.over();
  expect((await ask(`${service.url}/v1/devices`, key)).status).toBe(200);
});

test('keys of a running service: made, listed, rotated and revoked over HTTP, beside those of the command line', async () => {
  const its = keyed();
  const admin = await its.key('me', '--role', 'admin');
  const { url } = await started(its);
  const env = { BELLCRANK_URL: url, BELLCRANK_API_KEY: admin };
  const made = await its.call(['keys', 'create', '--name', 'ci', '--role', 'viewer', '--expires', '90d'], env);
  expect([made.code, made.stdout]).toEqual([0, expect.stringMatching(/^bck_\w{8}_[\w-]{43}\n$/)]);
  expect(made.stderr).toMatch(/^ci: viewer, until 20.*shown this once/);
  const local = await its.key('local', '--role', 'viewer');
  const again = await its.call(['keys', 'create', '--name', 'ci', '--role', 'viewer'], env);
  expect([again.code, again.stdout, again.stderr]).toEqual([1, '', expect.stringContaining('there is a key named ci')]);
  const rotated = await its.call(['keys', 'rotate', 'ci', '--overlap', '0'], env);
  expect((await ask(`${url}/v1/devices`, made.stdout.trim())).status).toBe(401);
  expect((await ask(`${url}/v1/devices`, rotated.stdout.trim())).status).toBe(200);
  const listed = await its.call(['keys', 'list', '--json'], env);
  type Keys = {
    readonly items: readonly { readonly name: string; readonly state: string; readonly lastUsedAt: unknown }[];
  };
  const { items } = JSON.parse(listed.stdout) as Keys;
  expect(items.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'me active',
    'ci revoked',
    'local active',
    'ci active',
  ]);
  expect(items.map(({ lastUsedAt }) => typeof lastUsedAt)).toEqual(['string', 'object', 'object', 'string']);
  expect(listed.stdout + (await its.call(['keys', 'list'], env)).stdout).not.toContain('bck_');
  expect((await its.call(['keys', 'list'], { BELLCRANK_URL: url, BELLCRANK_API_KEY: local })).code).toBe(9);
  expect((await its.call(['keys', 'revoke', 'local'], env)).code).toBe(0);
  expect((await ask(`${url}/v1/devices`, local)).status).toBe(401);
  expect((await its.call(['keys', 'revoke', 'nobody', '--config', its.config])).code).toBe(7);
});

test('a damaged file lets nobody in, and opens nothing; the log says why, and it is put right without a restart', async () => {
  const its = keyed();
  const key = await its.key('me', '--role', 'admin');
  const { url, stderr } = await started(its);
  const file = join(its.store, 'keys.json');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.slice(0, -20));
  for (const credentials of [key, undefined]) expect((await ask(`${url}/v1/devices`, credentials)).status).toBe(401);
  const health = await ask(`${url}/health/ready`);
  // Details are for who may read, and nobody is known to.
  expect([health.status, health.body]).toMatchObject([503, { status: 'unavailable' }]);
  expect(health.body).not.toHaveProperty('keys');
  expect(stderr()).toContain('keys.json is damaged');
  expect((await its.call(['keys', 'create', '--config', its.config, '--name', 'b', '--role', 'admin'])).code).toBe(1);
  writeFileSync(file, text);
  expect((await ask(`${url}/v1/devices`, key)).status).toBe(200);
});

test('a key, and the cookie and the token of a session, are in no answer, no log and no file', async () => {
  const its = keyed();
  const key = await its.key('me', '--role', 'admin');
  const service = await started(its, { BELLCRANK_LOG_LEVEL: 'trace' });
  const { url } = service;
  const signedIn = await ask<{ csrfToken: string }>(`${url}/v1/session`, key, { method: 'POST' });
  const token = /=([\w-]{43});/.exec(signedIn.headers.get('set-cookie') ?? '')?.[1] ?? '';
  expect(token).not.toBe('');
  await ask(url + set, key, volts);
  const answers = ['/v1/keys', '/v1/commands', '/openapi.json', '/health/ready', '/v1/session'].map(async (path) =>
    JSON.stringify((await ask(url + path, key)).body),
  );
  const told = (await Promise.all(answers)).join('');
  await service.end('SIGTERM');
  const files = ['keys.json', 'keys-used.json'].map((name) => readFileSync(join(its.store, name), 'utf8'));
  const all = `${told}${service.stderr()}${service.stdout()}${files.join('')}`;
  for (const secret of [key.slice(13), token, signedIn.body.csrfToken]) expect(all).not.toContain(secret);
});
