import { trusted } from '../../src/access/caller.ts';
import { expect, test } from 'vitest';
import { httpOver } from '../support/http.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

const path = '/v1/devices/toy/lease';

async function service() {
  const toy = new ToyDevice();
  const rig = createRig(toyDriver(), { line: new MemoryLine((far) => toy.serve(far)) }, [
    { id: 'toy', connection: 'line' },
  ]);
  await rig.until(() => rig.device('toy').state === 'ready');
  const http = await httpOver(rig);
  const ask = (method: 'GET' | 'PUT' | 'DELETE', url: string, headers: Record<string, string>, payload?: string) =>
    rig.settled(http.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) }));
  const tokenHeader = (token?: string) => (token === undefined ? {} : { 'lease-token': token });
  const put = (body: unknown, token?: string, query = '') =>
    ask('PUT', path + query, { 'content-type': 'application/json', ...tokenHeader(token) }, JSON.stringify(body));
  const get = () => ask('GET', path, {});
  const release = (token?: string) => ask('DELETE', path, tokenHeader(token));
  const passes = (leaseToken?: string) =>
    rig.leases.check({ device: rig.device('toy'), command: 'set', effect: 'idempotent', leaseToken })?.code ?? true;
  return { toy, rig, http, put, get, release, passes };
}

type Answer = Record<string, unknown> & { token: string };

test('taken, seen, renewed and released', async () => {
  const { rig, put, get, release, passes } = await service();
  const taken = await put({ ttlMs: 1000, note: 'calibration', onExpiry: 'stop' });
  expect(taken.statusCode).toBe(201);
  expect(taken.headers['cache-control']).toBe('no-store');
  expect(taken.headers['bellcrank-simulated']).toBe('true');
  const { token, ...lease } = taken.json<Answer>();
  expect(lease).toMatchObject({
    device: 'toy',
    holder: 'anonymous',
    note: 'calibration',
    ttlMs: 1000,
    onExpiry: 'stop',
    simulated: true,
    links: { self: path, device: '/v1/devices/toy' },
  });
  expect(Date.parse(String(lease['expiresAt'])) - Date.parse(String(lease['grantedAt']))).toBe(1000);
  expect((await get()).json()).toEqual(lease);
  await rig.clock.advance(500);
  const renewed = await put({ ttlMs: 3000 }, token);
  expect(renewed.statusCode).toBe(200);
  expect(renewed.json()).toMatchObject({ token, note: 'calibration', onExpiry: 'stop', grantedAt: lease['grantedAt'] });
  expect([passes(token), passes()]).toEqual([true, 'leased']);
  const released = await release(token);
  expect([released.statusCode, released.body]).toEqual([204, '']);
  expect((await get()).json()).toMatchObject({ status: 404, code: 'not-found' });
  expect((await release()).statusCode).toBe(204);
  expect(passes(token)).toBe('precondition-failed');
});

test('held by somebody else: 423 with holder, expiry and Retry-After, unless it is stolen', async () => {
  const { rig, put, get, release, passes } = await service();
  const { token, expiresAt } = (await put({ ttlMs: 60_000 })).json<Answer>();
  for (const refused of [await put({ ttlMs: 1000 }), await put({ ttlMs: 1000 }, 'x', '?steal=false')]) {
    expect(refused.json()).toMatchObject({ status: 423, code: 'leased' });
    expect(refused.json<{ detail: string }>().detail).toContain(`by anonymous until ${String(expiresAt)}`);
    expect(refused.headers['retry-after']).toBe('60');
  }
  expect((await release('x')).statusCode).toBe(423);
  expect((await release()).statusCode).toBe(423);
  const stolen = await put({ ttlMs: 5000, note: 'fire' }, undefined, '?steal=true');
  expect(stolen.json()).toMatchObject({ stolenFrom: 'anonymous' });
  expect(stolen.statusCode).toBe(201);
  expect(rig.leaseEvents.at(-1)).toMatchObject({ kind: 'stolen', note: 'fire', from: { holder: 'anonymous' } });
  expect([passes(token), passes(stolen.json<Answer>().token)]).toEqual(['leased', true]);
  expect((await put({ ttlMs: 1000 }, token)).statusCode).toBe(423);
  expect((await get()).json()).toMatchObject({ note: 'fire' });
});

test('who believes to hold a lease that is over hears it: 412', async () => {
  const { rig, put, release } = await service();
  const { token } = (await put({ ttlMs: 100 })).json<Answer>();
  await rig.clock.advance(100);
  expect((await put({ ttlMs: 100 }, token)).json()).toMatchObject({ status: 412, code: 'precondition-failed' });
  expect((await release(token)).json()).toMatchObject({ status: 412, code: 'precondition-failed' });
});

test('a dead man’s device is stopped and latched', async () => {
  const { toy, rig, http, put } = await service();
  const { token } = (await put({ ttlMs: 1000, onExpiry: 'stop' })).json<Answer>();
  await rig.clock.advance(700);
  await put({ ttlMs: 1000 }, token);
  await rig.clock.advance(700);
  expect(toy.executed).toEqual([]);
  await rig.until(() => rig.device('toy').latched, 310);
  await rig.until(() => toy.executed.includes('STOP'));
  expect((await http.inject('/v1/devices/toy')).json()).toMatchObject({ stopped: true });
});

test('a stop does not end a lease', async () => {
  const { rig, put, http, passes } = await service();
  const { token } = (await put({ ttlMs: 60_000 })).json<Answer>();
  await rig.settled(http.inject({ method: 'POST', url: '/v1/devices/toy/stop' }));
  await http.inject({ method: 'DELETE', url: '/v1/devices/toy/stop' });
  expect([passes(token), passes()]).toEqual([true, 'leased']);
});

test.each([
  ['no ttl', {}, '/ttlMs'],
  ['a short ttl', { ttlMs: 99 }, '/ttlMs'],
  ['a long ttl', { ttlMs: 86_400_001 }, '/ttlMs'],
  ['half a millisecond', { ttlMs: 100.5 }, '/ttlMs'],
  ['a ttl as text', { ttlMs: '1000' }, '/ttlMs'],
  ['a long note', { ttlMs: 1000, note: 'x'.repeat(201) }, '/note'],
  ['another end', { ttlMs: 1000, onExpiry: 'explode' }, '/onExpiry'],
  ['an unknown key', { ttlMs: 1000, force: true }, '/force'],
])('%s is 400 with a pointer, and nothing is leased', async (_, body, pointer) => {
  const { put, passes } = await service();
  expect((await put(body)).json()).toMatchObject({ status: 400, code: 'invalid-request', errors: [{ pointer }] });
  expect(passes()).toBe(true);
});

test.each(['', ' ', 'a b', 'a,b', 'ü', 'x'.repeat(201), '"quoted"', 'a/b', '../../etc'])(
  'a Lease-Token that cannot be one is 400, and not repeated: %j',
  async (token) => {
    const { put, release } = await service();
    for (const response of [await put({ ttlMs: 1000 }, token), await release(token)]) {
      expect(response.json()).toMatchObject({ status: 400, errors: [{ pointer: '/headers/lease-token' }] });
      if (token.length > 1) expect(response.json<{ detail: string }>().detail).not.toContain(token);
    }
  },
);

test('a lease is of a device that there is, and a query is known', async () => {
  const { http, put } = await service();
  for (const method of ['GET', 'DELETE'] as const) {
    const response = await http.inject({ method, url: '/v1/devices/nobody/lease' });
    expect(response.json()).toMatchObject({ status: 404, code: 'device-not-found' });
  }
  expect((await put({ ttlMs: 1000 }, undefined, '?steal=yes')).json()).toMatchObject({
    status: 400,
    errors: [{ pointer: '/steal' }],
  });
  expect((await put({ ttlMs: 1000 }, undefined, '?force=true')).statusCode).toBe(400);
  expect((await http.inject({ method: 'POST', url: path })).headers.allow).toBe('PUT, GET, HEAD, DELETE');
});

test('commands, writes and changes of a leased device are its holder’s; reads and stops are everybody’s', async () => {
  const { toy, rig, http, put } = await service();
  const { token } = (await put({ ttlMs: 60_000 })).json<Answer>();
  const ask = async (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: object, its?: string) => {
    const headers = { 'content-type': 'application/json', ...(its === undefined ? {} : { 'lease-token': its }) };
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
    return (await rig.settled(http.inject({ method, url, headers, ...payload }))).statusCode;
  };
  const set = '/v1/devices/toy/commands/set';
  expect(await ask('POST', set, { value: 1 })).toBe(423);
  expect(await ask('POST', set, { value: 2 }, token)).toBe(200);
  expect(await ask('POST', set, { value: 3 }, 'a-token-of-old')).toBe(423);
  expect(await ask('POST', set, { value: 3 }, 'no token')).toBe(400);
  expect(await ask('PUT', '/v1/devices/toy/properties/setpoint', { value: 4 })).toBe(423);
  expect(await ask('PUT', '/v1/devices/toy/properties/setpoint', { value: 5 }, token)).toBe(200);
  expect(await ask('PATCH', '/v1/devices/toy', { labels: { a: 'b' } })).toBe(423);
  expect(await ask('DELETE', '/v1/devices/toy')).toBe(423);
  expect(await ask('GET', '/v1/devices/toy/properties/value?maxAgeMs=0')).toBe(200);
  expect(await ask('POST', '/v1/devices/toy/commands/ask', {})).toBe(200);
  expect(await ask('POST', '/v1/devices/toy/stop')).toBe(200);
  expect(await ask('DELETE', '/v1/devices/toy/stop')).toBe(204);
  expect(await ask('DELETE', '/v1/devices/toy', undefined, token)).toBe(204);
  expect(toy.executed).toEqual(['SET 2', 'SET 5', 'STOP']);
  expect(rig.leases.size).toBe(0);
});

test('what waits under a lease that ends, or is stolen, does not leave', async () => {
  const { toy, rig, put } = await service();
  for (const how of ['ends', 'is stolen'] as const) {
    const { token } = (await put({ ttlMs: 600 })).json<Answer>();
    toy.executed.length = 0;
    toy.held = [];
    const asked = { device: 'toy', command: 'pulse', params: {}, caller: trusted('test'), leaseToken: token };
    const flying = await rig.pipeline.start(asked);
    await rig.until(() => toy.executed.length === 1);
    const waiting = await rig.pipeline.start(asked);
    if (how === 'ends') await rig.clock.advance(150);
    else expect((await put({ ttlMs: 60_000 }, undefined, '?steal=true')).statusCode).toBe(201);
    if (how === 'ends') await rig.settled(rig.leases.release('toy', token));
    toy.release();
    expect(await rig.settled(waiting.ended)).toMatchObject({ outcome: 'not-sent', reason: 'leased' });
    expect(await rig.settled(flying.ended)).toMatchObject({ outcome: 'succeeded' });
    expect(toy.executed).toEqual(['PULSE']);
  }
});
