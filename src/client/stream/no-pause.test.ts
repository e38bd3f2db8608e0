import { expect, test } from 'vitest';
import { BackOff } from './back-off.ts';

test('a service that asks for no pause between two connections gets one all the same, and longer ones', () => {
  const backOff = new BackOff(() => 0);
  const pauses = [0, 0, 0].map((asked) => backOff.next(asked));
  expect(pauses).toEqual([50, 100, 200]);
});
