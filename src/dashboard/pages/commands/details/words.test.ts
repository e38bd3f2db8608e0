import { expect, test } from 'vitest';
import type { CommandView } from '../../../../client/index.ts';
import { duration, wordsOf } from './words.ts';

const ended = (changes: Partial<CommandView>): string =>
  wordsOf({ state: 'ended', confirmation: null, ...changes } as CommandView);

test('each outcome has words of its own, and those of `unknown` promise nothing', () => {
  expect(wordsOf({ state: 'queued' } as CommandView)).toMatch(/Nothing has left/);
  expect(wordsOf({ state: 'sent' } as CommandView)).toMatch(/not known yet/);
  expect(ended({ outcome: 'succeeded', confirmation: 'acknowledged' })).toMatch(/took it/);
  expect(ended({ outcome: 'refused' })).toMatch(/said no/);
  expect(ended({ outcome: 'failed' })).toMatch(/did not manage/);
  expect(ended({ outcome: 'not-sent', reason: 'stopped' })).toBe('Nothing left: the device was stopped.');
  expect(ended({ outcome: 'unknown' })).toMatch(/may have happened, and it may not/);
});

test.each([
  [0.4, '0 ms'],
  [999, '999 ms'],
  [1234, '1.23 s'],
  [45_678, '45.7 s'],
  [90_000, '1 min 30 s'],
  [3_720_000, '1 h 2 min'],
])('%d ms are %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});
