import { array, assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { camelCase, clientKeys, isReserved } from './names.ts';

test.each([
  ['set-voltage', 'setVoltage'],
  ['output', 'output'],
  ['state_l1', 'stateL1'],
  ['POWER1', 'POWER1'],
  ['5v-on', '5vOn'],
  ['apply-P6V', 'applyP6V'],
  ['--a--b--', 'aB'],
  ['température-eau', 'températureEau'],
  ['tempe\u0301rature', 'tempe\u0301rature'],
  ['a \u1e96b', 'aH\u0331b'],
  ['aH\u0331b', 'aH\u0331b'],
  ['', ''],
])('%j is %j', (name, key) => {
  expect(camelCase(name)).toBe(key);
});

const keysOf = (...names: string[]): Record<string, string> => Object.fromEntries(clientKeys(names));

test('what would be called the same keeps its own name', () => {
  expect(keysOf('set-point', 'setPoint', 'set_point', 'output')).toEqual({
    output: 'output',
    'set-point': 'set-point',
    setPoint: 'setPoint',
    set_point: 'set_point',
  });
  expect(keysOf('channel-1', 'channel1')).toEqual({ 'channel-1': 'channel-1', channel1: 'channel1' });
});

test('what has no letters keeps its own name', () => {
  expect(keysOf('--', '%')).toEqual({ '--': '--', '%': '%' });
});

test('names that the language uses by itself have another', () => {
  const names = ['then', 'constructor', 'to-string', 'toJSON', 'value-of', 'has-own-property'];
  expect(keysOf(...names)).toEqual({
    then_: 'then',
    constructor_: 'constructor',
    toString_: 'to-string',
    toJSON_: 'toJSON',
    valueOf_: 'value-of',
    hasOwnProperty_: 'has-own-property',
  });
  expect(keysOf('then', 'then_', 'to-string', 'toString')).toEqual({
    then_: 'then',
    then__: 'then_',
    'to-string': 'to-string',
    toString_: 'toString',
  });
  expect(keysOf('__proto__')).toEqual({ proto: '__proto__' });
});

test('every name has a key of its own, whatever their order, and none that is reserved', () => {
  const name = string({ unit: 'grapheme', maxLength: 6 });
  assert(
    property(array(name, { maxLength: 12 }), (names) => {
      const keys = clientKeys(names);
      expect([...keys.values()].sort()).toEqual([...new Set(names)].sort());
      expect([...keys.keys()].filter(isReserved)).toEqual([]);
      expect(new Map(clientKeys(names.toReversed()))).toEqual(keys);
      for (const one of names) expect(camelCase(camelCase(one))).toBe(camelCase(one));
    }),
  );
});
