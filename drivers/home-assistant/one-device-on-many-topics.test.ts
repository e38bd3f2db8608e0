import { expect, test } from 'vitest';
import { announcer } from '../../test/support/home-assistant.ts';
import { Devices } from './announced/devices.ts';
import { Shapes } from './announced/shape.ts';

const part = (name: string, identifiers: readonly string[]) => ({
  name,
  cmd_t: `${name}/set`,
  stat_t: `${name}/state`,
  dev: { ids: identifiers },
});

test('however many topics announce one device, those beyond the most parts of one are not taken', async () => {
  let told = 0;
  const shapes = new Shapes();
  const devices = new Devices({ changed: () => void told++, gone: () => {} });
  const put = (topic: string, ...aliases: string[]) => {
    return devices.put({ topic, said: shapes.of(topic, []), aliases, migrating: false });
  };
  for (let n = 0; n < 300; n++) expect(put(`a${n}`, 'one')).toBeUndefined();
  expect(put('a300', 'one')).toContain('of one device');
  expect(put('b', 'other')).toBeUndefined();
  // Nor by the way of one that says that two are the same.
  expect(put('c', 'one', 'other')).toContain('of one device');
  expect([devices.find('one')?.entries.length, devices.find('other')?.entries.length, told]).toEqual([300, 1, 301]);
  // One that is known may change, and one that goes makes room.
  expect(put('a7', 'one', 'more')).toBeUndefined();
  devices.remove('a7');
  expect(put('a300', 'one')).toBeUndefined();
});

test('a name that a device no longer goes by is nobody’s', async () => {
  const it = await announcer();
  await it.discover();
  await it.announce('switch/a', part('relay', ['x', 'before']));
  await it.announce('switch/a', part('relay', ['x', 'after']));
  expect((await it.attach('before')).told.available).toBe(false);
  expect((await it.attach('after')).told.available).toBe(true);
});
