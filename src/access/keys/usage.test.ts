import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../../test/support/store.ts';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { maxKeys } from './key.ts';
import { KeyUsage, readUsage } from './usage.ts';

test('of keys that come and go for years no more are remembered than there may be, those that were used last', async () => {
  const directory = temporaryDirectory();
  const clock = new VirtualClock();
  const first = new KeyUsage(directory, clock);
  for (let key = 0; key < maxKeys; key++) first.note(`key-${key}`);
  await clock.advance(1);
  for (let key = 0; key < maxKeys; key++) if (key !== 1) first.note(`key-${key}`);
  await first.close();
  const next = new KeyUsage(directory, clock);
  next.note('key-new');
  await next.close();
  const used = readUsage(directory);
  expect(Object.keys(used)).toHaveLength(maxKeys);
  expect(used).toMatchObject({ 'key-0': clock.now(), 'key-2': clock.now(), 'key-new': clock.now() });
  expect(used).not.toHaveProperty('key-1');
});

test('of a file with more of them than that, those that were used last are kept', async () => {
  const directory = temporaryDirectory();
  const used = Array.from({ length: maxKeys + 2 }, (_, key) => [`key-${key}`, key + 1]);
  writeFileSync(join(directory, 'keys-used.json'), JSON.stringify(Object.fromEntries(used)));
  const usage = new KeyUsage(directory, new VirtualClock());
  expect([usage.of('key-1'), usage.of('key-2'), usage.of(`key-${maxKeys + 1}`)]).toEqual([undefined, 3, maxKeys + 2]);
  usage.note('key-new');
  await usage.close();
  expect(Object.keys(readUsage(directory))).toHaveLength(maxKeys);
});
