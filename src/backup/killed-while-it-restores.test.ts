import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startStore, temporaryDirectory } from '../../test/support/store.ts';
import { readFacts } from '../store/log/read-facts.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { backUp } from './backup.ts';
import { restore } from './restore.ts';

const clock = new VirtualClock();
const settings = { withoutHistory: true, version: '1.2.3', clock };

/** A store of several files, the last of which says that a device is stopped; and a backup of it. */
async function stopped() {
  const store = temporaryDirectory();
  for (const key of ['device:a', 'device:b', 'latch:a']) {
    const { store: opened } = startStore(store);
    await opened.opened;
    await opened.facts.set(key, { by: 'me' });
    await opened.close();
  }
  const from = join(temporaryDirectory(), 'backup');
  await backUp({ ...settings, store, to: from });
  return { store, from };
}

const into = (from: string, store: string, stamp: string) => restore({ from, store, force: true, stamp });

const isHalfRestored = (store: string): boolean => existsSync(join(store, 'half-restored'));

/** Whether a service that starts now takes the device for stopped; undefined where it leaves the store alone. */
function isStopped(store: string): boolean | undefined {
  if (isHalfRestored(store)) return undefined;
  const stops = readFacts(store).has('latch:a');
  // Files move while this looks at them.
  return isHalfRestored(store) ? undefined : stops;
}

test('whenever a restore is interrupted, the device that is stopped is, or no service uses the store', async () => {
  const { store, from } = await stopped();
  const until = { isOver: false };
  const restored = into(from, store, 'then').finally(() => (until.isOver = true));
  const seen = new Set<boolean | undefined>();
  while (!until.isOver) {
    seen.add(isStopped(store));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await restored;
  expect(seen).toEqual(new Set([true, undefined]));
  expect(isStopped(store)).toBe(true);
});

test('one that was interrupted is called again, and makes the store whole', async () => {
  const { store, from } = await stopped();
  const [first = '', ...others] = readdirSync(store).filter((name) => name.endsWith('.log'));
  mkdirSync(join(store, 'half-restored'));
  for (const name of others) renameSync(join(store, name), join(store, 'half-restored', name));
  const opened = startStore(store);
  await opened.store.attempted;
  expect(opened.store.trouble).toMatch(/half restored.*call bellcrank restore once more, with --force/);
  await opened.store.close();
  await expect(backUp({ ...settings, store, to: join(temporaryDirectory(), 'to') })).rejects.toThrow('half restored');

  expect((await into(from, store, 'later')).aside).toBe(join(store, 'before-later'));
  expect(readdirSync(join(store, 'before-later'))).toContain(first);
  expect(existsSync(join(store, 'half-restored'))).toBe(false);
  expect(isStopped(store)).toBe(true);
});
