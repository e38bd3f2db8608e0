import { expect, test } from 'vitest';
import { type Circumstances, qualityNow } from '../../src/dashboard/live/quality-now.ts';

const good = { quality: 'good', heardAt: 100_000 } as const;
const here: Circumstances = { view: { state: 'ready' }, connected: true, now: 100_000, pollMs: 1000 };

test.each<[string, Partial<Circumstances>, string]>([
  ['as it was told', {}, 'good'],
  ['the service does not answer', { connected: false }, 'stale'],
  ['the device is away', { view: { state: 'offline' } }, 'stale'],
  ['the device is being brought back into step', { view: { state: 'recovering' } }, 'stale'],
  ['it would be told anew at the latest now', { now: 113_000 }, 'good'],
  ['it would have been told anew', { now: 113_001 }, 'stale'],
  ['it is asked for once a minute', { now: 290_000, pollMs: 60_000 }, 'good'],
  ['it was not asked for these three minutes', { now: 290_001, pollMs: 60_000 }, 'stale'],
  ['it was heard by a clock that was ahead', { now: 50_000 }, 'stale'],
  ['the device tells it by itself', { now: 9_000_000, pollMs: undefined }, 'good'],
])('%s', (_, circumstances, quality) => {
  expect(qualityNow(good, { ...here, ...circumstances }).quality).toBe(quality);
});

test('what is bad stays so, with its reason', () => {
  expect(qualityNow({ ...good, quality: 'bad', error: 'no answer' }, here)).toEqual({
    quality: 'bad',
    error: 'no answer',
  });
});
