import { expect, test } from 'vitest';
import { LimitedBuffer } from './limited-buffer.ts';

test('a UART loses what comes when it is full', () => {
  const buffer = new LimitedBuffer<number>(2, 'lose-new');
  expect([1, 2, 3].map((byte) => buffer.push(byte))).toEqual([true, true, false]);
  expect(buffer.items).toEqual([1, 2]);
  expect([buffer.lost, buffer.fullest, buffer.free, buffer.length]).toEqual([1, 2, 0, 2]);
  expect([buffer.peek(), buffer.take(), buffer.take(), buffer.take()]).toEqual([1, 1, 2, undefined]);
  expect(buffer.push(4)).toBe(true);
});

test('a ring loses what is oldest', () => {
  const buffer = new LimitedBuffer<number>(2, 'lose-old');
  expect([1, 2, 3].map((byte) => buffer.push(byte))).toEqual([true, true, false]);
  expect(buffer.items).toEqual([2, 3]);
  expect(buffer.lost).toBe(1);
});

test('what is cleared is not lost, and the fullest is remembered', () => {
  const buffer = new LimitedBuffer<string>(3, 'lose-new');
  buffer.push('a');
  buffer.push('b');
  buffer.clear();
  expect([buffer.length, buffer.lost, buffer.fullest, buffer.take()]).toEqual([0, 0, 2, undefined]);
});

test('without any room everything is lost', () => {
  for (const overrun of ['lose-new', 'lose-old'] as const) {
    const buffer = new LimitedBuffer<string>(0, overrun);
    expect(buffer.push('a')).toBe(false);
    expect([buffer.length, buffer.lost]).toEqual([0, 1]);
  }
});
