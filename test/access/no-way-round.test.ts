import { expect, onTestFinished, test } from 'vitest';
import { byName, callerOf, rooms } from '../support/access.ts';
import { httpOver, openAccess } from '../support/http.ts';
import { simulatedToys } from '../support/simulated-toys.ts';

/** Ways to what is not one's own that lead through what is. */

const configure = { id: 'lamp-9', driver: 'toy', connection: 'bus', options: { unit: 'C' } };

test('who may configure devices of their own puts none on a line with somebody else’s', async () => {
  const { as, rig } = await rooms({ mine: ['configure:lamp-*', 'read:lamp-*', 'command:lamp-*'] });
  const refused = await as('mine', 'POST', '/v1/devices', configure);
  expect([refused.statusCode, refused.json()]).toMatchObject([403, { code: 'forbidden' }]);
  expect(refused.body).not.toMatch(/bus-[12]/);
  expect(rig.registry.find('lamp-9')).toBeUndefined();
  expect((await as('mine', 'POST', '/v1/devices', { ...configure, connection: 'spare' })).statusCode).toBe(201);
  expect((await as('root', 'POST', '/v1/devices', { ...configure, id: 'lamp-8' })).statusCode).toBe(201);
});

test('nor are they told what other connections there are', async () => {
  const { as } = await rooms({ mine: ['configure:lamp-*'], all: ['configure', 'read'] });
  const wrong = { ...configure, connection: 'buss' };
  const answer = await as('mine', 'POST', '/v1/devices', wrong);
  expect(answer.json()).toMatchObject({ status: 400, code: 'connection-not-found' });
  expect(answer.body).not.toMatch(/spare|oven|bus[^s]/);
  expect((await as('all', 'POST', '/v1/devices', wrong)).body).toMatch(/spare/);
});

test('nor enables one there', async () => {
  const { as, rig } = await rooms({ mine: ['configure:lamp-*'] });
  expect((await as('root', 'POST', '/v1/devices', { ...configure, enabled: false })).statusCode).toBe(201);
  expect((await as('mine', 'PATCH', '/v1/devices/lamp-9', { enabled: true })).statusCode).toBe(403);
  expect(rig.device('lamp-9').state).toBe('disabled');
});

test('who may send one command does not release a stop; who may send all, or that, does', async () => {
  const { as, rig } = await rooms({
    one: ['command:lamp-1:set'],
    releaser: ['command:lamp-1:release-stop'],
    all: ['command:lamp-1'],
  });
  for (const name of ['releaser', 'all']) {
    expect((await as('root', 'POST', '/v1/devices/lamp-1/stop')).statusCode).toBe(200);
    const refused = await as('one', 'DELETE', '/v1/devices/lamp-1/stop');
    expect(refused.json()).toMatchObject({ detail: 'one lacks the scope command:lamp-1:release-stop' });
    expect(rig.device('lamp-1').latched).toBe(true);
    expect((await as(name, 'DELETE', '/v1/devices/lamp-1/stop')).statusCode).toBe(204);
  }
});

test('who may not stop a device does not do it by a lease that runs out', async () => {
  const { as, rig } = await rooms({ holder: ['lease:lamp-1'], both: ['lease:lamp-1', 'stop:lamp-1'] });
  const lease = { ttlMs: 1000, onExpiry: 'stop' };
  const refused = await as('holder', 'PUT', '/v1/devices/lamp-1/lease', lease);
  expect(refused.json()).toMatchObject({ status: 403, detail: 'holder lacks the scope stop:lamp-1' });
  expect(rig.leases.get('lamp-1')).toBeUndefined();
  expect((await as('holder', 'PUT', '/v1/devices/lamp-1/lease', { ttlMs: 1000 })).statusCode).toBe(201);
  expect((await as('both', 'PUT', '/v1/devices/lamp-2/lease', lease)).statusCode).toBe(403);
});

test('who may do nothing to a device does not use up what others may ask of it', async () => {
  const { as } = await rooms({ stranger: ['read:lamp-2'] }, {}, { deviceRequestsPerSecond: 1 });
  for (let each = 0; each < 10; each++) {
    expect((await as('stranger', 'GET', '/v1/devices/lamp-1')).statusCode).toBe(403);
  }
  const asked = [];
  for (let each = 0; each < 3; each++) asked.push((await as('root', 'GET', '/v1/devices/lamp-1')).statusCode);
  expect(asked).toEqual([200, 200, 429]);
});

test('that a device is simulated is said with every answer to who may use it, and to nobody else', async () => {
  const { rig, simulators } = await simulatedToys();
  const sender = callerOf('sender', 'command:sim');
  const authenticate = byName({ sender, other: callerOf('other', 'read:left') });
  const access = { ...openAccess(rig), authenticate };
  const http = await httpOver(rig, { simulators, access, limits: { clientRequestsPerSecond: 3 } });
  onTestFinished(() => http.close());
  const flagged = async (name: string, url: string, method: 'GET' | 'POST' = 'GET') => {
    const payload = method === 'POST' ? { payload: { nonsense: 1 } } : {};
    const answer = await rig.settled(
      http.inject({ method, url, headers: { authorization: `Bearer ${name}` }, ...payload }),
    );
    return [answer.statusCode, answer.headers['bellcrank-simulated']];
  };
  // Nothing of it is right, but that it is theirs.
  expect(await flagged('sender', '/v1/devices/sim/commands/set', 'POST')).toEqual([400, 'true']);
  for (let each = 0; each < 6; each++) expect(await flagged('other', '/v1/devices/sim')).toEqual([403, undefined]);
  expect(await flagged('other', '/v1/devices/sim')).toEqual([429, undefined]);
});
