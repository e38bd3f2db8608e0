import { expect, test } from 'vitest';
import { about, chirpDriver } from '../support/chirp.ts';
import { FlakyStore } from '../support/flaky-store.ts';
import { HubLine } from '../support/hub-line.ts';
import { createRig } from '../support/rig.ts';

/** A device that a rule of the configuration has made of what it found. */
async function adopted() {
  const store = new FlakyStore();
  const line = new HubLine();
  const discovery = { broker: { options: {}, autoAdopt: [{ match: { model: 'loud' } }] } };
  const rig = createRig([chirpDriver()], { broker: line }, [], { discovery, store });
  rig.discovery.start();
  await rig.control.restore();
  rig.discovery.begin();
  about(line, 'lamp', { serial: 'S1', make: 'loud' });
  await rig.until(() => rig.registry.devices.length === 1 && rig.discovery.list({ limit: 1 }).length === 1);
  const [device] = rig.registry.devices;
  const [candidate] = rig.discovery.list({ limit: 1 });
  if (device === undefined || candidate === undefined) throw new Error('there is one of each');
  return { rig, store, device, id: device.id, candidate: candidate.id };
}

test('a device whose removal cannot be put on record stays, and is no candidate that was dismissed', async () => {
  const { rig, store, device, id, candidate } = await adopted();
  const onRecord = store.facts.get(`device:${id}`);
  store.fail();
  await expect(rig.settled(rig.devices.remove(id, { by: 'test' }))).rejects.toMatchObject({
    code: 'journal-unavailable',
  });
  expect(rig.registry.find(id)).toBe(device);
  expect(store.facts.get(`device:${id}`)).toMatchObject(Object(onRecord));
  expect(rig.discovery.get(candidate).dismissed).toBe(false);
  store.mend();
  await rig.settled(rig.devices.remove(id, { by: 'test' }));
  expect(rig.registry.devices).toEqual([]);
  expect(store.facts.keys('device:')).toEqual([]);
  expect(rig.discovery.get(candidate).dismissed).toBe(true);
});

test('a device that is stopped while its removal is put on record stays, on record, too', async () => {
  const { rig, store, device, id, candidate } = await adopted();
  store.mode = 'hangs';
  const removed = rig.devices.remove(id, { by: 'test' }).catch((error: unknown) => error);
  await rig.clock.advance(1);
  const stopping = rig.stops.stop(id, { by: 'test' });
  store.mend();
  expect(await rig.settled(removed)).toMatchObject({ code: 'stopped' });
  await rig.settled(stopping);
  expect(rig.registry.find(id)).toBe(device);
  expect(device.latched).toBe(true);
  expect(store.facts.get(`device:${id}`)).toMatchObject({ id });
  expect(rig.discovery.get(candidate).dismissed).toBe(false);
});

test('that its device was taken away is on record before the device is struck off it', async () => {
  const { rig, store, id, candidate } = await adopted();
  store.mode = 'hangs';
  const removed = rig.devices.remove(id, { by: 'test' });
  await rig.clock.advance(1);
  expect(store.facts.get(`dismissed:${candidate}`)).toBe(true);
  expect(rig.registry.find(id)).toBeDefined();
  store.mend();
  await rig.settled(removed);
  await rig.clock.advance(5000);
  expect(rig.registry.devices).toEqual([]);
});
