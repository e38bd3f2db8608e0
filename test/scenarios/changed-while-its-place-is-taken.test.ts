import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { MemoryStore } from '../../src/store/memory.ts';
import { HubLine } from '../support/hub-line.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

const toBe = {
  driver: 'toy',
  connection: 'line',
  options: {},
  labels: {},
  restrictions: {},
  managedBy: 'api' as const,
};

/** A disabled toy, and a disk that puts devices on record when it is told to. */
async function disabledToy() {
  const store = new MemoryStore(100);
  const { facts } = store;
  const set = facts.set.bind(facts);
  const line = new MemoryLine((far) => new ToyDevice().serve(far));
  const rig = createRig(toyDriver(), { line }, [], { store });
  await rig.devices.add({ ...toBe, id: 'aaa', enabled: false });
  const disk = Promise.withResolvers<void>();
  facts.set = async (key, value) => {
    await set(key, value);
    if (key.startsWith('device:')) await disk.promise;
  };
  return { rig, facts, disk };
}

test('while it is put on record that a device is enabled, nobody takes its place', async () => {
  const { rig, facts, disk } = await disabledToy();
  const enabled = rig.devices.change('aaa', { enabled: true }, { by: 'test' });
  await setImmediate();
  await expect(rig.devices.add({ ...toBe, id: 'bbb', enabled: true })).rejects.toMatchObject({
    code: 'connection-taken',
  });
  disk.resolve();
  await rig.settled(enabled);
  expect(rig.device('aaa').settings.enabled).toBe(true);
  expect(facts.get('device:aaa')).toMatchObject({ enabled: true });
  expect(facts.keys('device:')).toEqual(['device:aaa']);
  // The place is its own, and goes with it.
  await rig.settled(rig.devices.remove('aaa', { by: 'test' }));
  await rig.settled(rig.devices.add({ ...toBe, id: 'bbb', enabled: true }));
});

test('a change that comes to nothing once it is on record is struck off it, and leaves the place free', async () => {
  const { rig, facts, disk } = await disabledToy();
  const change = { enabled: true, labels: { room: 'lab' } };
  const enabled = rig.devices.change('aaa', change, { by: 'test' }).catch((error: unknown) => error);
  await setImmediate();
  rig.registry.addConnection('line', new HubLine().opener);
  disk.resolve();
  expect(await rig.settled(enabled)).toMatchObject({ code: 'invalid-request' });
  expect(facts.get('device:aaa')).toMatchObject({ enabled: false, labels: {} });
  expect(rig.device('aaa').labels).toEqual({});
  expect(rig.device('aaa').settings.enabled).toBe(false);
  rig.registry.addConnection('line', new MemoryLine(() => {}).opener);
  await rig.settled(rig.devices.add({ ...toBe, id: 'bbb', enabled: true }));
});

test('a lease that somebody takes while a change is put on record keeps the change out', async () => {
  const { rig, disk, facts } = await disabledToy();
  const changed = rig.devices.change('aaa', { enabled: true }, { by: 'test' });
  await setImmediate();
  await rig.settled(rig.leases.take('aaa', { by: 'ann', ttlMs: 60_000 }));
  disk.resolve();
  await expect(rig.settled(changed)).rejects.toMatchObject({ code: 'leased' });
  expect(rig.device('aaa').settings.enabled).toBe(false);
  expect(facts.get('device:aaa')).toMatchObject({ enabled: false });
});

test('a device that comes to nothing leaves no lease behind', async () => {
  const { rig, disk } = await disabledToy();
  const added = rig.devices.add({ ...toBe, id: 'bbb', enabled: false });
  await setImmediate();
  await rig.settled(rig.leases.take('bbb', { by: 'ann', ttlMs: 60_000 }));
  disk.reject(new Error('full'));
  await expect(rig.settled(added)).rejects.toThrow('full');
  expect(rig.leases.get('bbb')).toBeUndefined();
});
