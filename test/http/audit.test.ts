import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import { defineDriver, defineModel } from '../../src/driver/index.ts';
import { Notebook } from '../support/notebook.ts';
import { httpOver, openAccess } from '../support/http.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

const safe = defineDriver({
  model: defineModel({
    name: 'safe',
    summary: 'A safe',
    commands: {
      open: {
        summary: 'Open',
        effect: 'actuate',
        confirmation: 'sent',
        timeoutMs: 1000,
        params: Type.Object({ code: Type.String({ writeOnly: true }), door: Type.Integer() }),
        result: Type.Object({}),
      },
    },
    properties: {},
    events: {},
  }),
  transports: ['none'],
  options: Type.Object({}),
  attach: () =>
    Promise.resolve({
      commands: {
        open: async (_, call) => {
          await call.sending();
          return {};
        },
      },
      detach: () => Promise.resolve(),
    }),
});

async function service() {
  const toy = new ToyDevice('toy');
  const audit = new Notebook();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig([toyDriver(), safe], { line }, [{ id: 'toy', connection: 'line', options: { unit: 'toy' } }], {
    audit,
  });
  const access = openAccess(rig);
  const keyOf = async (name: string, ...scopes: string[]): Promise<string> =>
    (await access.keys.create({ name, scopes })).key;
  const admin = (await access.keys.create({ name: 'boss', role: 'admin' })).key;
  const http = await httpOver(rig, { access, audit });
  const ask = async (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: unknown, key = admin) => {
    const headers = key === '' ? {} : { authorization: `Bearer ${key}` };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
    const response = http.inject({
      method,
      url,
      headers: { ...headers, ...type },
      remoteAddress: '192.0.2.7',
      ...payload,
    });
    return (await rig.settled(response)).statusCode;
  };
  await rig.until(() => rig.device('toy').state === 'ready');
  return { toy, audit, rig, http, ask, keyOf, admin };
}

const boss = { by: 'key:boss', from: '192.0.2.7' };

test('a command is taken down when it is taken and when it has ended, with who, from where, params and outcome', async () => {
  const { audit, ask, toy } = await service();
  expect(await ask('POST', '/v1/devices/toy/commands/set', { value: 5 })).toBe(200);
  const about = { ...boss, device: 'toy', simulated: true, command: 'set', params: { value: 5 } };
  expect(audit.entries).toEqual([
    { ...about, what: 'command', id: expect.any(String) },
    { ...about, what: 'commandEnded', id: audit.entries[0]?.id, outcome: 'succeeded' },
  ]);
  toy.mute = true;
  expect(await ask('PUT', '/v1/devices/toy/properties/setpoint', { value: 7 })).toBe(504);
  expect(audit.entries.slice(2)).toMatchObject([
    { what: 'command', command: 'write:setpoint', params: { value: 7 } },
    { what: 'commandEnded', command: 'write:setpoint', outcome: 'unknown', code: 'device-timeout' },
  ]);
});

test('what only reads is not taken down, nor is what would only be tried', async () => {
  const { audit, ask } = await service();
  expect(await ask('POST', '/v1/devices/toy/commands/ask', {})).toBe(200);
  expect(await ask('GET', '/v1/devices/toy/properties/value?maxAgeMs=0')).toBe(200);
  expect(await ask('POST', '/v1/devices/toy/commands/set?dryRun=true', { value: 5 })).toBe(200);
  expect(await ask('POST', '/v1/devices/toy/commands/set', { value: 'x' })).toBe(400);
  expect(await ask('POST', '/v1/devices/toy/commands/nonsense', {})).toBe(404);
  expect(audit.whats()).toEqual([]);
});

test('a stop, its release, leases, raw bytes, a reconnect', async () => {
  const { audit, ask, rig } = await service();
  expect(await ask('POST', '/v1/devices/toy/stop')).toBe(200);
  expect(await ask('DELETE', '/v1/devices/toy/stop')).toBe(204);
  expect(await ask('POST', '/v1/stop')).toBe(200);
  expect(await ask('DELETE', '/v1/stop')).toBe(204);
  expect(await ask('PUT', '/v1/devices/toy/lease', { ttlMs: 1000, note: 'mine' })).toBe(201);
  expect(await ask('PUT', '/v1/devices/toy/lease?steal=true', { ttlMs: 1000 })).toBe(201);
  await rig.clock.advance(1500);
  expect(await ask('POST', '/v1/devices/toy/raw', { hex: '0d' })).toBe(200);
  expect(await ask('POST', '/v1/devices/toy/reconnect')).toBe(202);
  const its = { ...boss, device: 'toy', simulated: true };
  expect(audit.entries).toMatchObject([
    { ...its, what: 'stopped', outcome: 'succeeded' },
    { ...its, what: 'stopDevice', outcome: 'done' },
    { ...its, what: 'releaseDevice', outcome: 'done' },
    { ...its, what: 'stopped', outcome: 'succeeded' },
    { ...boss, what: 'stopAll' },
    { ...boss, what: 'releaseAll' },
    { ...its, what: 'takeLease', params: { ttlMs: 1000, note: 'mine' } },
    { ...its, what: 'takeLease', params: { query: { steal: 'true' }, body: { ttlMs: 1000 } } },
    { ...its, what: 'command', command: 'raw', params: { hex: '0d' } },
    { ...its, what: 'commandEnded', command: 'raw' },
    { ...its, what: 'reconnectDevice' },
  ]);
});

test('devices that are added, changed and removed; keys that are made and revoked', async () => {
  const { audit, ask } = await service();
  expect(await ask('POST', '/v1/devices', { id: 'box', driver: 'safe' })).toBe(201);
  expect(await ask('PATCH', '/v1/devices/box', { labels: { room: '2' } })).toBe(200);
  expect(await ask('DELETE', '/v1/devices/box')).toBe(204);
  expect(await ask('DELETE', '/v1/devices/toy')).toBe(204);
  expect(await ask('POST', '/v1/keys', { name: 'ci', scopes: ['read'] })).toBe(201);
  expect(await ask('DELETE', '/v1/keys/ci')).toBe(200);
  expect(audit.entries).toMatchObject([
    { ...boss, what: 'addDevice', params: { id: 'box', driver: 'safe' }, outcome: 'done' },
    { what: 'changeDevice', device: 'box', params: { labels: { room: '2' } } },
    { what: 'removeDevice', device: 'box' },
    { what: 'removeDevice', device: 'toy', simulated: true },
    { what: 'createKey', params: { name: 'ci', scopes: ['read'] } },
    { what: 'revokeKey', id: 'ci' },
  ]);
  expect(JSON.stringify(audit.entries)).not.toMatch(/bck?_|sha256/);
});

test('a parameter that is secret is not shown', async () => {
  const { audit, ask } = await service();
  await ask('POST', '/v1/devices', { id: 'box', driver: 'safe' });
  expect(await ask('POST', '/v1/devices/box/commands/open', { code: 'sesame', door: 3 })).toBe(200);
  expect(audit.entries.slice(1)).toMatchObject([
    { what: 'command', params: { code: '[redacted]', door: 3 } },
    { what: 'commandEnded', params: { code: '[redacted]', door: 3 } },
  ]);
  expect(JSON.stringify(audit.entries)).not.toContain('sesame');
});

test('whoever is turned away is taken down, whatever they asked for', async () => {
  const { audit, ask, keyOf } = await service();
  const reader = await keyOf('reader', 'read');
  expect(await ask('GET', '/v1/devices', undefined, '')).toBe(401);
  expect(await ask('GET', '/v1/devices/toy', undefined, 'bck_nonsense')).toBe(401);
  expect(await ask('POST', '/v1/devices/toy/commands/set', { value: 5 }, reader)).toBe(403);
  expect(await ask('POST', '/v1/session', undefined, '')).toBe(401);
  expect(audit.entries).toMatchObject([
    { what: 'listDevices', by: 'anonymous', from: '192.0.2.7', outcome: 'refused', code: 'unauthenticated' },
    { what: 'getDevice', by: 'anonymous', device: 'toy', outcome: 'refused', code: 'unauthenticated' },
    {
      by: 'key:reader',
      device: 'toy',
      command: 'set',
      outcome: 'refused',
      code: 'forbidden',
      detail: expect.stringContaining('command:toy:set'),
    },
    { what: 'signIn', by: 'anonymous', outcome: 'refused' },
  ]);
  expect(JSON.stringify(audit.entries)).not.toContain('nonsense');
});

test('whoever shows what is not good is taken down, whatever they were answered, and never with what they showed', async () => {
  const { audit, ask, rig, http, admin } = await service();
  const wanted = { name: 'ci', scopes: ['read'], expiresAt: new Date(rig.clock.now() + 1000).toISOString() };
  const made = await rig.settled(
    http.inject({ method: 'POST', url: '/v1/keys', payload: wanted, headers: { authorization: `Bearer ${admin}` } }),
  );
  const { key } = made.json<{ key: string }>();
  const guess = `${key.slice(0, 13)}${'A'.repeat(43)}`;
  audit.entries.length = 0;
  // Open to everybody, so a place to try keys.
  expect(await ask('GET', '/health/ready', undefined, guess)).toBe(200);
  expect(await ask('POST', '/v1/session', undefined, guess)).toBe(401);
  expect(await ask('GET', '/v1/devices', undefined, 'bck_nonsense')).toBe(401);
  await rig.clock.advance(1000);
  expect(await ask('GET', '/v1/devices', undefined, key)).toBe(401);
  const refused = { by: 'anonymous', from: '192.0.2.7', outcome: 'refused', code: 'unauthenticated' };
  expect(audit.entries).toMatchObject([
    {
      ...refused,
      what: 'ready',
      detail: expect.stringMatching(/it has the id of the key ci, and is another one$/),
    },
    { ...refused, what: 'signIn', detail: expect.stringMatching(/it has the id of the key ci, and is another one$/) },
    { ...refused, what: 'listDevices', detail: expect.not.stringContaining('it has the id') },
    { ...refused, what: 'listDevices', detail: expect.stringMatching(/^the key ci has expired/) },
  ]);
  expect(JSON.stringify(audit.entries)).not.toMatch(/bck_|AAAA|nonsense/);
});

test('who tries so often that they are told to wait is counted all the same', async () => {
  const { audit, ask, rig } = await service();
  const statuses = new Set<number>();
  for (let count = 0; count < 50; count++) statuses.add(await ask('GET', '/v1/devices', undefined, 'bck_nonsense'));
  expect([...statuses]).toEqual([401, 429]);
  await rig.clock.advance(60_000);
  expect(audit.entries.at(-1)).toMatchObject({ what: 'repeated', code: 'unauthenticated', params: { count: 50 } });
});

test('a lease that is kept is no news', async () => {
  const { audit, http, rig, admin } = await service();
  const take = { method: 'PUT', url: '/v1/devices/toy/lease', payload: { ttlMs: 60_000 } } as const;
  const authorization = `Bearer ${admin}`;
  const taken = await rig.settled(http.inject({ ...take, headers: { authorization } }));
  const { token } = taken.json<{ token: string }>();
  const kept = await rig.settled(http.inject({ ...take, headers: { authorization, 'lease-token': token } }));
  expect([taken.statusCode, kept.statusCode]).toEqual([201, 200]);
  expect(audit.whats()).toEqual(['takeLease']);
});

test('a change that something forbids is taken down as refused; one that makes no sense is not', async () => {
  const { audit, ask, keyOf } = await service();
  const other = await keyOf('other', 'configure', 'lease');
  await ask('PUT', '/v1/devices/toy/lease', { ttlMs: 60_000 });
  expect(await ask('PUT', '/v1/devices/toy/lease', { ttlMs: 60_000 }, other)).toBe(423);
  expect(await ask('PATCH', '/v1/devices/toy', { labels: 5 })).toBe(400);
  expect(audit.entries.slice(1)).toMatchObject([
    { what: 'takeLease', by: 'key:other', outcome: 'refused', code: 'leased' },
  ]);
});

test('a flood of refusals is a few entries and a count', async () => {
  const { audit, ask, rig } = await service();
  for (let count = 0; count < 50; count++) await ask('GET', '/v1/devices', undefined, '');
  expect(audit.entries).toHaveLength(10);
  await rig.clock.advance(60_000);
  expect(audit.entries.at(-1)).toMatchObject({
    what: 'repeated',
    by: 'anonymous',
    from: '192.0.2.7',
    outcome: 'refused',
    code: 'unauthenticated',
    params: { count: 50 },
  });
  expect(audit.entries).toHaveLength(11);
});

test('where the audit is required and cannot be written nothing is done but stops and reads', async () => {
  const { audit, ask, toy, http, admin } = await service();
  audit.trouble = 'the disk is full';
  expect(await ask('POST', '/v1/devices/toy/commands/set', { value: 5 })).toBe(503);
  expect(await ask('PUT', '/v1/devices/toy/lease', { ttlMs: 1000 })).toBe(503);
  expect(await ask('POST', '/v1/devices', { id: 'box', driver: 'safe' })).toBe(503);
  expect(toy.executed).toEqual([]);
  expect(await ask('POST', '/v1/devices/toy/commands/ask', {})).toBe(200);
  expect(await ask('GET', '/v1/devices')).toBe(200);
  expect(await ask('POST', '/v1/devices/toy/stop')).toBe(200);
  expect(toy.executed).toEqual(['STOP']);
  const headers = { authorization: `Bearer ${admin}` };
  const ready = await http.inject({ method: 'GET', url: '/health/ready', headers });
  expect(ready.statusCode).toBe(503);
  expect(ready.json()).toMatchObject({
    status: 'unavailable',
    audit: { status: 'unavailable', detail: 'the disk is full' },
  });
  // They answered, and the record of them waits.
  expect(audit.whats()).toContain('stopDevice');
});
