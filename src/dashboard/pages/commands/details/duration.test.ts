import { expect, test } from 'vitest';
import { duration } from './duration.ts';

test.each([
  [0.4, '0 ms'],
  [999, '999 ms'],
  [1234, '1.23 s'],
  [45_678, '45.7 s'],
  [90_000, '1 min 30 s'],
  [59_960, '1 min 0 s'],
  [119_600, '2 min 0 s'],
  [3_720_000, '1 h 2 min'],
])('%d ms are %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});
