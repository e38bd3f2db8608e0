import { expect, test } from 'vitest';
import { jobLines } from './job.ts';

test('a comment of semicolons takes time in proportion to its length', () => {
  const cpu = (length: number): number => {
    const before = process.cpuUsage();
    expect(() => jobLines(`${';'.repeat(length)}\u2028`)).toThrow('nothing in it');
    return process.cpuUsage(before).user;
  };
  cpu(1000);
  // Quadratic, this took seconds.
  expect(cpu(400_000)).toBeLessThan(500_000);
});

test('what stands behind a line separator is still a comment', () => {
  expect(jobLines('G0 X1 ; there\u2028G0 X2').map(({ text }) => text)).toEqual(['G0X1']);
});
