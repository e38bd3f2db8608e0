import { expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
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

test('a device that cannot be put on record does not stay, though it is stopped', async () => {
  const store = new FlakyStore();
  const toy = new ToyDevice();
  const rig = createRig(toyDriver(), { line: new MemoryLine((far) => toy.serve(far)) }, [], { store });
  await rig.settled(rig.stops.stopAll({ by: 'test' }));
  store.fail();
  const added = rig.devices.add({ ...toBe, id: 'toy', enabled: true });
  await expect(rig.settled(added)).rejects.toMatchObject({ code: 'journal-unavailable' });
  expect(rig.registry.devices).toEqual([]);
  expect(store.facts.keys('device:')).toEqual([]);
  store.mend();
  // What is added later is stopped as ever.
  await rig.settled(rig.devices.add({ ...toBe, id: 'toy', enabled: true }));
  expect(rig.device('toy').latchedBy).toBe('test');
});
