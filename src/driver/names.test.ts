import { array, assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { nameOf, namesOf } from './names.ts';

test.each([
  ['Outputs/LEDs/Green', 'outputs-leds-green'],
  ['localTemperature', 'local-temperature'],
  ['switch:0', 'switch-0'],
  ['Größe', 'gro-e'],
  ['__proto__', 'proto'],
  ['Node Control/Rebirth', 'node-control-rebirth'],
])('%s is %s', (text, name) => expect(nameOf(text)).toBe(name));

test('what has no letter gets a digest', () => {
  expect(nameOf('温度')).toMatch(/^x-[\da-f]{6}$/);
  expect(nameOf('温度')).not.toBe(nameOf('湿度'));
});

test('texts of one name are told apart, and it does not matter which came first', () => {
  const names = namesOf(['a/b', 'a-b', 'c']);
  expect(names.get('c')).toBe('c');
  expect(names.get('a/b')).not.toBe(names.get('a-b'));
  expect(namesOf(['c', 'a-b', 'a/b'])).toEqual(names);
});

test('every name is one', () => {
  assert(
    property(array(string({ unit: 'binary', maxLength: 300 }), { maxLength: 20 }), (texts) => {
      const names = namesOf(texts);
      for (const name of names.values()) expect(name).toMatch(/^(?=.{1,63}$)[a-z\d]+(?:-[a-z\d]+)*$/);
      expect(new Set(names.values()).size).toBe(names.size);
    }),
  );
});

test('no two have one name, whatever a device calls the third', () => {
  const first = [...namesOf(['a b', 'a/b']).values()];
  const texts = ['a b', 'a/b', ...first, first[0]?.toUpperCase() ?? ''];
  const names = namesOf(texts);
  expect(names.size).toBe(texts.length);
  expect(new Set(names.values()).size).toBe(texts.length);
  expect(namesOf(texts.toReversed())).toEqual(new Map([...names].toReversed()));
});

test('what is cut for a digest ends in no hyphen', () => {
  const [one, other] = ['a', 'b'].map((end) => `${'x'.repeat(55)} ${'y'.repeat(20)}${end}`);
  for (const name of namesOf([one ?? '', other ?? '']).values()) expect(name).not.toContain('--');
});
