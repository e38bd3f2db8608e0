import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { exchangeOf } from '../../src/reload/exchange.ts';
import { chirpDriver } from '../support/chirp.ts';
import { FlakyStore } from '../support/flaky-store.ts';
import { HubLine } from '../support/hub-line.ts';
import { createRig } from '../support/rig.ts';

const count = 6000;
const described = (id: string, connection = 'broker') => ({
  id,
  driver: 'chirp',
  connection,
  options: { name: id },
  labels: {},
  restrictions: {},
  enabled: true,
  managedBy: 'api' as const,
});

/** A service that comes back with thousands of devices that were added before. */
function restored() {
  const store = new FlakyStore();
  for (let n = 0; n < count - 1; n++) void store.facts.set(`device:d${n}`, described(`d${n}`));
  void store.facts.set(`device:d${count - 1}`, described(`d${count - 1}`, 'spare'));
  const rig = createRig(chirpDriver(), { broker: new HubLine(), spare: new HubLine() }, [], {
    store,
    maxDevices: 2 * count,
  });
  const there = (): number => rig.registry.devices.length;
  return { rig, there, over: rig.control.restore() };
}

test('devices of the process before come back some in each turn of the event loop, every one of them', async () => {
  const { rig, there, over } = restored();
  let [before, mostAtOnce] = [0, 0];
  const seen: number[] = [];
  while (there() < count) {
    await setImmediate();
    mostAtOnce = Math.max(mostAtOnce, there() - before);
    seen.push((before = there()));
  }
  await rig.settled(over);
  expect(mostAtOnce).toBeLessThanOrEqual(2000);
  expect(seen.length).toBeGreaterThan(2);
  expect(new Set(rig.registry.devices.map(({ id }) => id)).size).toBe(count);
});

test('one that has not come back yet can be stopped, is there for who asks, and its id is not free', async () => {
  const { rig, there, over } = restored();
  await setImmediate();
  const stopped = rig.stops.stop(`d${count - 1}`, { by: 'test' });
  expect(rig.registry.find(`d${count - 1}`)?.latched).toBe(true);
  expect(rig.registry.get(`d${count - 2}`).id).toBe(`d${count - 2}`);
  expect(() => rig.registry.add(described(`d${count - 3}`))).toThrow('there is a device');
  expect(there()).toBeLessThan(count / 2);
  await rig.settled(Promise.all([over, stopped.catch(() => {})]));
  expect(there()).toBe(count);
});

test('one that is removed meanwhile stays away, and none comes once the service closes', async () => {
  const { rig, there, over } = restored();
  await setImmediate();
  const removed = rig.devices.remove('d0', { by: 'test' });
  await setImmediate();
  expect(rig.registry.find('d0')).toBeUndefined();
  const before = there();
  rig.control.close();
  await rig.settled(Promise.all([over, removed]));
  expect(there()).toBe(before);
  expect(before).toBeLessThan(count - 1);
  expect(rig.registry.find(`d${count - 1}`)).toBeUndefined();
});

test('whoever stops what is theirs stops what has not come back yet, too', async () => {
  const { rig, there, over } = restored();
  await setImmediate();
  const isTheirs = ({ id }: { readonly id: string }): boolean => id === 'd0' || id === `d${count - 1}`;
  const stopped = rig.stops.stopThose(isTheirs, { by: 'test' });
  const reports = await rig.settled(stopped);
  await rig.settled(over);
  expect(reports?.map(({ record }) => record.device)).toEqual(['d0', `d${count - 1}`]);
  expect(there()).toBe(count);
  expect(rig.registry.devices.filter(({ latched }) => latched).map(({ id }) => id)).toEqual(['d0', `d${count - 1}`]);
});

test('and whoever stops everything has what comes back later stopped', async () => {
  const { rig, over } = restored();
  await setImmediate();
  const stopped = rig.stops.stopAll({ by: 'test' });
  await rig.settled(Promise.all([over, stopped]));
  expect(rig.registry.devices.filter(({ latched }) => !latched)).toEqual([]);
});

test('a configuration without the connection of one that has not come back yet is not taken', async () => {
  const { rig, there, over } = restored();
  const left = `d${count - 1}`;
  await setImmediate();
  expect(rig.registry.devices.some(({ id }) => id === left)).toBe(false);
  const plan = {
    devices: { added: [], removed: [], changed: [] },
    connections: { added: [], removed: ['spare'], changed: [] },
  };
  const after = { devices: {}, connections: {} } as never;
  const parts = { registry: rig.registry, after, drivers: [], openers: new Map(), withRecord: <T>(its: T) => its };
  expect(() => exchangeOf(plan as never, parts)).toThrow(`device ${left}, which was added over HTTP, is on it`);
  await rig.settled(over);
  expect(there()).toBe(count);
});
