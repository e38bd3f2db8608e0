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
    rig.leases.check({ device: rig.device('toy'), command: 'set', effect: 'idempotent', by: 'anonymous', leaseToken })
      ?.code ?? true;
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
