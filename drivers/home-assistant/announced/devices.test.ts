import { expect, test } from 'vitest';
import { Devices, maxDevices } from './devices.ts';
import type { Entry } from './record.ts';
import { Said, Shape } from './shape.ts';

const devices = new Devices({ changed: () => {}, gone: () => {} });

function entry(topic: string, aliases: readonly string[]): Entry {
  return { topic, said: new Said(new Shape(topic), [], topic.length), aliases, migrating: false };
}

test('there are no more than the most, whatever has gone or become one', () => {
  for (let nth = 0; nth < maxDevices; nth++) expect(devices.put(entry(`t${nth}`, [`a${nth}`]))).toBeUndefined();
  const full = `more than ${maxDevices} devices are announced`;
  expect(devices.put(entry('more', ['more']))).toBe(full);
  expect([...devices.all]).toHaveLength(maxDevices);

  devices.remove('t7');
  expect(devices.put(entry('more', ['more']))).toBeUndefined();
  expect(devices.put(entry('too many', ['too many']))).toBe(full);

  // Another topic of one that is known is no other device, and one that is two of them leaves room for another.
  expect(devices.put(entry('both', ['a1', 'a2']))).toBeUndefined();
  expect(devices.put(entry('one more', ['one more']))).toBeUndefined();
  expect(devices.put(entry('too many', ['too many']))).toBe(full);
  expect([...devices.all]).toHaveLength(maxDevices);
});
