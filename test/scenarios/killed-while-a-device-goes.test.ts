import { expect, test } from 'vitest';
import { MemoryStore } from '../../src/store/memory.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

const toBe = { driver: 'toy', connection: 'line', options: {}, labels: {}, restrictions: {} };
const toy = { ...toBe, id: 'toy', enabled: true, managedBy: 'api' } as const;

/** A process over what the one before left on record. */
async function startOver(store: MemoryStore) {
  const device = new ToyDevice();
  const rig = createRig(toyDriver(), { line: new MemoryLine((far) => device.serve(far)) }, [], { store });
  await rig.settled(rig.control.restore());
  return rig;
}

test.each([
  ['removed and stopped with everything else', true],
  ['still there, and as it was', false],
])('a device that was released while everything is stopped is %s after a kill', async (_, isRemoved) => {
  const store = new MemoryStore(1000);
  const before = await startOver(store);
  await before.settled(before.devices.add(toy));
  await before.settled(before.stops.stopAll({ by: 'test' }));
  await before.settled(before.stops.release('toy', 'test'));
  const all = store.facts.get('latch-all:');
  if (isRemoved) await before.settled(before.devices.remove('toy', { by: 'test' }));
  // The process was killed before it had put on record that this one is no exception any more.
  await store.facts.set('latch-all:', all);

  const after = await startOver(store);
  if (isRemoved) await after.settled(after.devices.add(toy));
  expect(after.device('toy').latched).toBe(isRemoved);
});

test.each([
  ['removed and free for everybody', true],
  ['still there, and its holder’s', false],
])('a device that was leased is %s after a kill', async (_, isRemoved) => {
  const store = new MemoryStore(1000);
  const before = await startOver(store);
  await before.settled(before.devices.add(toy));
  const { token } = await before.settled(before.leases.take('toy', { by: 'test', ttlMs: 60_000, onExpiry: 'stop' }));
  const lease = store.facts.get('lease:toy');
  if (isRemoved) await before.settled(before.devices.remove('toy', { by: 'test', leaseToken: token }));
  await store.facts.set('lease:toy', lease);

  const after = await startOver(store);
  if (isRemoved) await after.settled(after.devices.add(toy));
  expect(after.leases.get('toy')?.holder).toBe(isRemoved ? undefined : 'test');
  await after.clock.advance(60_000);
  expect(after.device('toy').latched).toBe(!isRemoved);
});

test('a lease whose device does not fit any more is not forgotten: it may fit again', async () => {
  const store = new MemoryStore(1000);
  const before = await startOver(store);
  await before.settled(before.devices.add(toy));
  await before.settled(before.leases.take('toy', { by: 'test', ttlMs: 60_000, onExpiry: 'stop' }));
  await store.facts.set('device:toy', { ...toy, driver: 'another' });

  const after = await startOver(store);
  expect(after.registry.find('toy')).toBeUndefined();
  expect(after.leases.get('toy')?.holder).toBe('test');
});

test('nor is an exception from a stop of everything', async () => {
  const store = new MemoryStore(1000);
  const before = await startOver(store);
  await before.settled(before.devices.add(toy));
  await before.settled(before.stops.stopAll({ by: 'test' }));
  await before.settled(before.stops.release('toy', 'test'));
  await store.facts.set('device:toy', { ...toy, driver: 'another' });

  const misfit = await startOver(store);
  expect(misfit.registry.find('toy')).toBeUndefined();
  await store.facts.set('device:toy', toy);
  const after = await startOver(store);
  expect(after.device('toy').latched).toBe(false);
});
