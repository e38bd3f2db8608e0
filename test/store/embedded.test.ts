import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openEmbeddedStore } from '../../src/store/embedded.ts';
import type { Store } from '../../src/store/store.ts';
import { VirtualClock } from '../../src/testing/index.ts';
import { dayMs, makeRecord, startStore, temporaryDirectory } from '../support/store.ts';

function start(directory: string) {
  const clock = new VirtualClock();
  const errors: string[] = [];
  const note = (_fields: object, message: string): void => void errors.push(message);
  const store: Store = openEmbeddedStore({
    directory,
    durability: 'process',
    retention: { maxAgeMs: 30 * dayMs, maxBytes: 1e9 },
    history: { rawMaxAgeMs: 7 * dayMs, maxAgeMs: 30 * dayMs, maxBytes: 1e8 },
    clock,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: note },
  });
  onTestFinished(() => store.close());
  return { store, clock, errors };
}

const samples = { device: 'd', property: 'p', from: 0, to: 10, limit: 10 };

test('the history of a directory in use is left alone until the directory is free', async () => {
  const directory = temporaryDirectory();
  const holder = startStore(directory).store;
  await holder.opened;
  const { store, clock } = start(directory);
  await store.attempted;
  store.history.add({ device: 'd', property: 'p', at: 1, value: 5 });
  await clock.advance(500);
  await expect(store.history.samples(samples)).rejects.toMatchObject({ code: 'journal-unavailable' });
  expect(existsSync(join(directory, 'history.db'))).toBe(false);
  await holder.close();
  await clock.advance(1000);
  await store.opened;
  expect((await store.history.samples(samples)).items).toMatchObject([{ at: 1, value: 5 }]);
});

test('an index that cannot be used is told and logged once, and commands are taken all the same', async () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'index.db'));
  const { store, clock, errors } = start(directory);
  await store.opened;
  await clock.advance(500);
  await expect.poll(() => store.indexTrouble).toMatch(/index\.db/);
  for (const id of ['c1', 'c2']) await store.commands.put(makeRecord(id, 'sent'));
  expect(store.trouble).toBeUndefined();
  expect(errors).toEqual([expect.stringContaining('index of commands is in trouble')]);
  rmSync(join(directory, 'index.db'), { recursive: true });
  await store.commands.put(makeRecord('c3', 'sent'));
  // The index takes in what is new after a pause.
  await expect
    .poll(async () => {
      await clock.advance(100);
      return store.indexTrouble;
    })
    .toBeUndefined();
  expect((await store.commands.list({ limit: 5 })).items).toHaveLength(3);
});
