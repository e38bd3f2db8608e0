import { expect, test } from 'vitest';
import { tellsAll } from './matching.ts';

test.each([
  [{ state: 'ON' }, { state: 'ON', brightness: 3 }, true],
  [{ state: 'ON', brightness: 3 }, { state: 'ON' }, false],
  [{ color: { x: 0.1 } }, { color: { x: 0.1, y: 0.2 } }, true],
  [{ color: { x: 0.1 } }, { color: { x: 0.2 } }, false],
  [{ constructor: 1 }, {}, false],
  [{}, 'x', false],
  [5, 5, true],
  ['5', 5, false],
  [[1, 2], [1, 2], true],
])('of %j, %j tells all: %s', (asked, told, is) => expect(tellsAll(asked, told)).toBe(is));

test('devices round', () => {
  expect(tellsAll({ level: 21.5 }, { level: 21.45 }, 0.1)).toBe(true);
  expect(tellsAll({ level: 21.5 }, { level: 21.3 }, 0.1)).toBe(false);
});
