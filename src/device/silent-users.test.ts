import { expect, test } from 'vitest';
import { SilentUsers } from './silent-users.ts';

test('a connection is opened anew once nobody on it has answered often enough, and later each time', () => {
  const silent = new SilentUsers<string>();
  const misses = (...all: readonly (readonly [string, number])[]): boolean[] =>
    all.map(([user, times]) => silent.missed(user, times, 2));
  expect(misses(['a', 3], ['a', 4], ['b', 2], ['b', 3])).toEqual([false, false, false, true]);
  expect(misses(['a', 3], ['b', 3], ['a', 6], ['b', 6])).toEqual([false, false, false, true]);
  // One that answers shows that the connection carries something.
  misses(['a', 4]);
  silent.reached('b');
  expect(misses(['b', 3])).toEqual([true]);
});

test('who has left is not waited for, and does not count', () => {
  const silent = new SilentUsers<string>();
  silent.missed('a', 3, 3);
  silent.left('a');
  expect(silent.missed('b', 3, 2)).toBe(false);
  expect(silent.missed('c', 3, 2)).toBe(true);
});
