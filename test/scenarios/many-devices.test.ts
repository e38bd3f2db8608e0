import { expect, test } from 'vitest';
import type { AnyDriver } from '../../src/driver/index.ts';
import { chirpDriver } from '../support/chirp.ts';
import { HubLine } from '../support/hub-line.ts';
import { createRig } from '../support/rig.ts';

/** A registry whose driver counts how often it is asked where a device is. */
function counted(enabled = true) {
  let asked = 0;
  const plain = chirpDriver();
  const address: NonNullable<AnyDriver['address']> = (options) => {
    asked++;
    return plain.address?.(options) ?? '';
  };
  const rig = createRig(chirpDriver('chirp', { address }), { broker: new HubLine() }, [], { maxDevices: 2000 });
  const add = (name: string, place = name): void =>
    void rig.registry.add({
      id: name,
      driver: 'chirp',
      connection: 'broker',
      options: { name: place },
      labels: {},
      restrictions: {},
      enabled,
      managedBy: 'api',
    });
  const costOf = (name: string): number => {
    const before = asked;
    add(name);
    return asked - before;
  };
  return { rig, add, costOf };
}

test('to add a device looks at no other one, however many there are', () => {
  const { costOf } = counted(false);
  const first = costOf('d0');
  for (let n = 1; n < 1000; n++) costOf(`d${n}`);
  expect(costOf('last')).toBe(first);
});

test('a place is taken by an enabled device, free again without it, and never taken by the device itself', async () => {
  const { rig, add } = counted();
  add('a', 'lamp');
  expect(() => add('b', 'lamp')).toThrow('device a has chirp/lamp on the connection broker already');
  await rig.settled(rig.devices.change('a', { enabled: false }, { by: 'test' }));
  add('b', 'lamp');
  await expect(rig.settled(rig.devices.change('a', { enabled: true }, { by: 'test' }))).rejects.toThrow('device b has');
  await rig.settled(rig.devices.remove('b', { by: 'test' }));
  await rig.settled(rig.devices.change('a', { enabled: true }, { by: 'test' }));
  expect(rig.registry.at('broker', 'chirp', 'chirp/lamp')?.id).toBe('a');
  expect(rig.registry.at('broker', 'other', 'chirp/lamp')).toBeUndefined();
  await rig.settled(rig.devices.remove('a', { by: 'test' }));
  expect(rig.registry.at('broker', 'chirp', 'chirp/lamp')).toBeUndefined();
});

test('a driver without addresses has the connection for itself', () => {
  const { address: _, ...alone } = chirpDriver('alone');
  const rig = createRig([alone, chirpDriver()], { broker: new HubLine() }, []);
  const add = (id: string, driver: string): void =>
    void rig.registry.add({
      id,
      driver,
      connection: 'broker',
      options: { name: id },
      labels: {},
      restrictions: {},
      enabled: true,
      managedBy: 'api',
    });
  add('a', 'alone');
  expect(() => add('b', 'chirp')).toThrow('device a has');
  const other = createRig([alone, chirpDriver()], { broker: new HubLine() }, []);
  other.registry.add({
    id: 'b',
    driver: 'chirp',
    connection: 'broker',
    options: { name: 'b' },
    labels: {},
    restrictions: {},
    enabled: true,
    managedBy: 'api',
  });
  expect(() =>
    other.registry.add({
      id: 'a',
      driver: 'alone',
      connection: 'broker',
      options: { name: 'a' },
      labels: {},
      restrictions: {},
      enabled: true,
      managedBy: 'api',
    }),
  ).toThrow('device b has the connection broker already');
});

test('a thousand that come at once are adopted a few in each turn of the event loop', async () => {
  const line = new HubLine();
  const discovery = { broker: { options: {}, autoAdopt: [{ match: {} }] } };
  for (let n = 0; n < 1000; n++) line.publish(`chirp/d${n}/about`, { serial: `s${n}`, make: `m${n % 3}` });
  const rig = createRig(chirpDriver(), { broker: line }, [], { discovery, maxDevices: 1000 });
  rig.discovery.start();
  rig.discovery.begin();
  let most = 0;
  for (let before = 0; rig.registry.devices.length < 1000;) {
    await new Promise((resolve) => setImmediate(resolve));
    most = Math.max(most, rig.registry.devices.length - before);
    before = rig.registry.devices.length;
  }
  expect(most).toBeLessThanOrEqual(40);
  expect(new Set(rig.registry.devices.map(({ model }) => model)).size).toBeLessThanOrEqual(4);
});
