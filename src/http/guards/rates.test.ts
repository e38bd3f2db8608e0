import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { Rates } from './rates.ts';

test('twice as many at once as in a second, and then one whenever one more is earned', async () => {
  const clock = new VirtualClock();
  const rates = new Rates('client', 10, clock);
  const taken = Array.from({ length: 20 }, () => rates.take('a'));
  expect(taken.every(({ isAllowed }) => isAllowed)).toBe(true);
  expect(taken.map(({ remaining }) => remaining)).toEqual(Array.from({ length: 20 }, (_, index) => 19 - index));
  expect(rates.take('a')).toMatchObject({ isAllowed: false, remaining: 0, nextMs: 100, fullMs: 2000 });
  await clock.advance(99);
  expect(rates.take('a')).toMatchObject({ isAllowed: false, nextMs: 1 });
  await clock.advance(1);
  expect(rates.take('a')).toMatchObject({ isAllowed: true, remaining: 0 });
  expect(rates.take('b')).toMatchObject({ isAllowed: true, remaining: 19 });
  await clock.advance(2000);
  expect(rates.take('a')).toMatchObject({ remaining: 19 });
});

test('however they come, no more get through than the rate and one burst', async () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 60 })), {
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 50 }), async (waits, perSecond) => {
      const clock = new VirtualClock();
      const rates = new Rates('client', perSecond, clock);
      let through = 0;
      for (const [ms, count] of waits) {
        await clock.advance(ms);
        for (let each = 0; each < count; each++) if (rates.take('a').isAllowed) through++;
      }
      expect(through).toBeLessThanOrEqual(2 * perSecond + (clock.monotonic() / 1000) * perSecond + 1e-6);
    }),
    { numRuns: 50 },
  );
});

test('who was heard of least recently is forgotten, and memory does not grow', () => {
  const rates = new Rates('client', 1, new VirtualClock());
  for (let each = 0; each < 10_000; each++) rates.take(String(each));
  rates.take('0');
  rates.take('one more');
  expect(rates.known).toBe(10_000);
  expect(rates.take('0')).toMatchObject({ isAllowed: false });
  // Forgotten, it begins anew.
  expect(rates.take('1')).toMatchObject({ remaining: 1 });
});
