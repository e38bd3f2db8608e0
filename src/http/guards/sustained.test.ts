import { expect, test } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { Sustained } from './sustained.ts';

test('lasts what is seen for longer than one measurement, without a gap', async () => {
  const clock = new VirtualClock();
  const sustained = new Sustained(clock);
  expect(sustained.seen()).toBe(false);
  await clock.advance(1000);
  expect(sustained.seen()).toBe(false);
  await clock.advance(500);
  expect(sustained.seen()).toBe(true);
  await clock.advance(3000);
  expect(sustained.seen()).toBe(true);
  await clock.advance(3001);
  expect(sustained.seen()).toBe(false);
});
