import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../test/wire/support.ts';
import { mostOpenFiles, OpenFiles, sharesOf } from './open-files.ts';

test('the bound is what the kernel says; nobody says it elsewhere than on Linux', () => {
  const proc = temporaryFolder();
  mkdirSync(join(proc, 'self'));
  const limits = (most: string): string =>
    `Limit                     Soft Limit           Hard Limit           Units     \nMax open files            ${most}                 4096                 files     \n`;
  writeFileSync(join(proc, 'self/limits'), limits('1024'));
  expect(mostOpenFiles('self', proc)).toBe(1024);
  writeFileSync(join(proc, 'self/limits'), limits('unlimited'));
  expect(mostOpenFiles('self', proc)).toBeUndefined();
  expect(mostOpenFiles(7, proc)).toBeUndefined();
});

test.each([
  [200, 300, { devices: 40, clients: 16 }],
  [1024, 300, { devices: 864, clients: 580 }],
  [20_000, 10, { devices: 19_840, clients: 19_846 }],
  // It hardly starts with so few.
  [64, 1, { devices: 16, clients: 31 }],
])('of %i files, with %i for devices', (most, wanted, shares) => {
  expect(sharesOf(most, wanted)).toEqual(shares);
});

test('devices take no more than their share, and give it back', () => {
  const files = new OpenFiles(163);
  const leave = files.take(3);
  const others = Array.from({ length: 13 }, () => files.take(1));
  expect(files.take(1)).toBeUndefined();
  leave?.();
  expect(files.take(4)).toBeUndefined();
  expect(files.take(3)).toBeDefined();
  for (const other of others) other?.();
  expect(files.take(13)).toBeDefined();
  expect(new OpenFiles(undefined).take(1_000_000)).toBeDefined();
});
