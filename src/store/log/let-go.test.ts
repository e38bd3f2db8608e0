import { expect, test } from 'vitest';
import { letGo } from './let-go.ts';

test('the memory of bytes is given back, but not that of others', () => {
  const whole = Buffer.alloc(100_000, 1);
  letGo(whole);
  expect(whole.length).toBe(0);
  const [one, other] = [Buffer.from('one'), Buffer.from('other')];
  letGo(one);
  expect([one.toString(), other.toString()]).toEqual(['one', 'other']);
});
