import { expect, test } from 'vitest';
import { silentLog } from '../../test/support/rig.ts';
import { MemoryStore } from '../store/memory.ts';
import { Dismissals, maxKept } from './dismissals.ts';

test('so many are remembered, and then the oldest is not', () => {
  const { facts } = new MemoryStore(1);
  const dismissals = new Dismissals(facts, silentLog);
  for (let n = 0; n <= maxKept; n++) dismissals.add(`c${n}`);
  expect(['c0', 'c1', `c${maxKept}`].map((candidate) => dismissals.has(candidate))).toEqual([false, true, true]);
  expect(facts.keys('')).toHaveLength(maxKept);
});
