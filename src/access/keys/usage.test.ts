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
