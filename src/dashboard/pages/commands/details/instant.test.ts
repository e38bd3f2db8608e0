import { expect, test } from 'vitest';
import { instant } from './instant.ts';

test('a time is told as it is here, to the millisecond', () => {
  expect(instant(new Date(2026, 0, 2, 3, 4, 5, 6).toISOString())).toBe('2026-01-02 03:04:05.006');
});
