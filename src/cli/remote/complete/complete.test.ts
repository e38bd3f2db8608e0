import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { kindAt } from './operands.ts';
import { lineOf } from './words.ts';

test.each<[string, readonly string[], string]>([
  ['', [], ''],
  ['bellcrank', [], 'bellcrank'],
  ['bellcrank ', ['bellcrank'], ''],
  ['bellcrank  send   psu', ['bellcrank', 'send'], 'psu'],
  ["a 'b c' d", ['a', 'b c'], 'd'],
  ["a 'b c", ['a'], 'b c'],
  ['a "b \\"c" d', ['a', 'b "c'], 'd'],
  ['a b\\ c', ['a'], 'b c'],
  ["a note='x y", ['a'], 'note=x y'],
  ['a \\', ['a'], ''],
])('%j', (text, before, current) => {
  expect(lineOf(text)).toEqual({ before, current });
});

test('words in quotes are cut where they end, whatever is in them', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { maxLength: 5 }), (words) => {
      const quoted = words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`);
      expect(lineOf(`${quoted.join(' ')} `)).toEqual({ before: words, current: '' });
    }),
  );
});

test('the last operand of some sub-commands is repeated', () => {
  expect([0, 1, 2, 3, 9].map((index) => kindAt('send', index))).toEqual([
    'device',
    'command',
    'param',
    'param',
    'param',
  ]);
  expect([0, 1].map((index) => kindAt('stop', index))).toEqual(['device', 'device']);
  expect([0, 1, 2].map((index) => kindAt('get', index))).toEqual(['device', 'property', undefined]);
  expect(kindAt('lease run', 1)).toBeUndefined();
  expect(kindAt('constructor', 0)).toBeUndefined();
});
