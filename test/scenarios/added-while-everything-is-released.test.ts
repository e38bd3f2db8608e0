import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

const toBe = {
  driver: 'toy',
  connection: 'line',
  labels: {},
  restrictions: {},
  enabled: true,
  managedBy: 'api' as const,
};

async function three() {
  const store = new FlakyStore();
  const toys = { a: new ToyDevice('a'), b: new ToyDevice('b'), c: new ToyDevice('c') };
  const line = new MemoryLine((far) => Object.values(toys).forEach((toy) => toy.serve(far)));
  const rig = createRig(toyDriver(), { line }, [], { store });
  await rig.devices.add({ ...toBe, id: 'a', options: { unit: 'a' } });
  await rig.until(() => rig.device('a').reading('setpoint').quality === 'good');
  await rig.settled(rig.stops.stopAll({ by: 'test' }));
  return { store, toys, rig };
}

test('an id that is used again while everything is stopped starts stopped', async () => {
  const { rig, toys } = await three();
  await rig.settled(rig.stops.release('a', 'test'));
  await rig.settled(rig.devices.remove('a', { by: 'test' }));
  await rig.settled(rig.devices.add({ ...toBe, id: 'a', options: { unit: 'b' } }));
  await rig.until(() => rig.device('a').reading('setpoint').quality === 'good');
  expect(rig.device('a').latched).toBe(true);
  await expect(rig.settled(rig.submit('a', 'set', { value: 5 }))).rejects.toMatchObject({ code: 'stopped' });
  expect(toys.b.executed).not.toContain('SET 5');
});

test('what is added while everything is being released is stopped, if the release comes to nothing', async () => {
  const { rig, store, toys } = await three();
  store.mode = 'hangs';
  const released = rig.stops.releaseAll('test').catch((error: unknown) => error);
  await setImmediate();
  // As a reload does.
  rig.registry.add({ ...toBe, id: 'c', options: { unit: 'c' }, managedBy: 'config' });
  store.break();
  expect(await rig.settled(released)).toMatchObject({ code: 'journal-unavailable' });
  store.mend();
  expect(rig.device('a').latched).toBe(true);
  await rig.until(() => rig.device('c').state === 'ready');
  expect(rig.device('c').latched).toBe(true);
  await expect(rig.settled(rig.submit('c', 'set', { value: 5 }))).rejects.toMatchObject({ code: 'stopped' });
  expect(toys.c.executed).not.toContain('SET 5');
});
