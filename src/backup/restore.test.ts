import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startStore, temporaryDirectory } from '../../test/support/store.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { backUp } from './backup.ts';
import { type Manifest, manifestName } from './manifest.ts';
import { restore } from './restore.ts';

const clock = new VirtualClock();

/** A store with one fact in it, a backup of it, and a place for another. */
async function backedUp() {
  const store = temporaryDirectory();
  const place = temporaryDirectory();
  const { store: opened } = startStore(store);
  await opened.opened;
  await opened.facts.set('latch:psu-1', { by: 'me' });
  const from = join(place, 'backup');
  await backUp({ store, to: from, withoutHistory: false, version: '1.2.3', clock });
  await opened.close();
  return { store, place, from, target: join(place, 'target') };
}

function changeManifest(from: string, change: (manifest: Manifest) => object): void {
  const path = join(from, manifestName);
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')) as Manifest)));
}

const into = (from: string, store: string, force = false) => restore({ from, store, force, stamp: 'then' });

test('what comes out is what went in', async () => {
  const { from, target } = await backedUp();
  const { manifest, aside } = await into(from, target);
  expect(manifest).toMatchObject({ format: 1, version: '1.2.3', begunAt: '2026-01-01T00:00:00.000Z' });
  expect(aside).toBe(undefined);
  const { store } = startStore(target);
  await store.opened;
  expect(store.facts.get('latch:psu-1')).toEqual({ by: 'me' });
  await store.close();
});

test('a folder that is not empty is left alone, or moved aside', async () => {
  const { from, target } = await backedUp();
  mkdirSync(target);
  writeFileSync(join(target, 'index.db'), 'mine');
  await expect(into(from, target)).rejects.toThrow('is not empty');
  expect(readdirSync(target).sort()).toEqual(['index.db', 'lock.db']);
  expect((await into(from, target, true)).aside).toBe(join(target, 'before-then'));
  expect(readFileSync(join(target, 'before-then', 'index.db'), 'utf8')).toBe('mine');
  expect(existsSync(join(target, 'index.db'))).toBe(false);
  expect(readdirSync(target).some((name) => name.endsWith('.log'))).toBe(true);
});

test('a store that is in use is refused, whatever is in it', async () => {
  const { from } = await backedUp();
  const store = temporaryDirectory();
  const { store: opened } = startStore(store);
  await opened.opened;
  const before = readdirSync(store);
  await expect(into(from, store, true)).rejects.toThrow('in use by another process');
  expect(readdirSync(store)).toEqual(before);
  await opened.close();
});

test.each<readonly [string, (manifest: Manifest) => object, RegExp]>([
  ['of a version to come', (manifest) => ({ ...manifest, format: 2 }), /newer version of the program \(1\.2\.3\)/],
  ['without its files', ({ files: _, ...manifest }) => manifest, /is not what was written/],
  [
    'that leads elsewhere',
    (manifest) => ({ ...manifest, files: manifest.files.map((file) => ({ ...file, path: '../../outside.log' })) }),
    /belongs in no store/,
  ],
  [
    'with another digest',
    (manifest) => ({ ...manifest, files: manifest.files.map((file) => ({ ...file, sha256: '00' })) }),
    /is not what was written; nothing was changed/,
  ],
  [
    'that names more than there is',
    (manifest) => ({ ...manifest, files: [...manifest.files, { path: 'keys.json', bytes: 1, sha256: '00' }] }),
    /keys\.json of the backup cannot be read/,
  ],
])('a backup %s is refused, and nothing has changed', async (_, change, why) => {
  const { from, target } = await backedUp();
  changeManifest(from, change);
  await expect(into(from, target)).rejects.toThrow(why);
  expect(existsSync(target) ? readdirSync(target) : ['lock.db']).toEqual(['lock.db']);
});

test('what is no backup, or no store, is said to be none', async () => {
  const folder = temporaryDirectory();
  await expect(into(folder, join(folder, 'store'))).rejects.toThrow('is no backup');
  const settings = { withoutHistory: true, version: '1.2.3', clock };
  await expect(backUp({ ...settings, store: folder, to: join(folder, 'to') })).rejects.toThrow('is no store');
  const { store } = await backedUp();
  writeFileSync(join(folder, 'something'), '');
  await expect(backUp({ ...settings, store, to: folder })).rejects.toThrow('is there already');
  expect(readdirSync(folder)).toEqual(['something']);
});
