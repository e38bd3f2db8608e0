import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { OrderedIds } from './ordered-ids.ts';

test('an id is written as every UUID is', () => {
  const msecs = 1_700_000_000_000;
  const random = randomBytes(4096);
  const ids = new OrderedIds(() => random);
  const expected = Array.from({ length: 100 }, (_, seq) => uuidv7({ msecs, seq, random: random.subarray(16 * seq) }));
  expect(expected.map(() => ids.next(msecs))).toEqual(expected);
});
