import { expect, test } from 'vitest';
import { nearest, suggestion } from './suggest.ts';

test.each([
  ['prot', ['host', 'port'], 'port'],
  ['baudrate', ['baudRate', 'dataBits'], 'baudRate'],
  ['bautRate', ['baudRate'], 'baudRate'],
  ['conection', ['connection', 'connections'], 'connection'],
  ['x', ['port'], undefined],
  ['timeout', ['topic'], undefined],
  ['', ['a'], 'a'],
])('%s among %j is meant as %s', (word, known, expected) => {
  expect(nearest(word, known)).toBe(expected);
});

test('without a near word, what there is', () => {
  expect(suggestion('zzz', ['a-word', 'b-word'])).toBe('; known: a-word, b-word');
  expect(suggestion('zzz', [])).toBe('; there are none');
});
