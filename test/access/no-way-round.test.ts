import { expect, test } from 'vitest';
import { rooms } from '../support/access.ts';

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
