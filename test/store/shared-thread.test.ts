import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { createHistory } from '../../src/store/history/create-history.ts';
import { createIndex } from '../../src/store/index/create-index.ts';
import { SharedThread } from '../../src/store/thread/shared-thread.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { openEmbeddedStore } from '../../src/store/embedded.ts';
import { silentLog } from '../support/rig.ts';

const retention = { rawMaxAgeMs: 1e12, maxAgeMs: 1e12, maxBytes: 1e9 };
const span = { device: 'a', property: 'b', from: 0, to: 1e15, limit: 10 };

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'bellcrank-shared-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** The threads that are started from now on. */
function startedThreads(): Worker[] {
  const threads: Worker[] = [];
  const note = (worker: Worker): unknown => threads.push(worker);
  process.on('worker', note);
  onTestFinished(() => void process.off('worker', note));
  return threads;
}

function both() {
  const threads = startedThreads();
  const common = { directory: folder(), clock: new VirtualClock(), shared: new SharedThread() };
  const told: string[] = [];
  const index = createIndex(common);
  const history = createHistory({ ...common, retention, onTrouble: (trouble) => told.push(trouble) });
  history.open();
  onTestFinished(async () => void (await Promise.all([index.close(), history.close()])));
  return { threads, index, history, told };
}

test('the index and the history have one thread, until both have gone', async () => {
  const { threads, index, history } = both();
  expect(await index.devices()).toEqual([]);
  history.add({ device: 'a', property: 'b', at: 5, value: 7 });
  expect((await history.samples(span)).items).toHaveLength(1);
  expect(threads).toHaveLength(1);
  await index.close();
  expect((await history.samples(span)).items).toHaveLength(1);
  const ended = Promise.withResolvers<number>();
  threads[0]?.once('exit', ended.resolve);
  await history.close();
  await ended.promise;
});

test('when their thread dies each says so, and the index has another one', async () => {
  const { threads, index, history, told } = both();
  expect(await index.devices()).toEqual([]);
  void threads[0]?.terminate();
  const asked = [index.devices(), history.samples(span)];
  const failure = { code: 'journal-unavailable', message: expect.stringMatching(/thread ended/) as string };
  for (const promise of asked) await expect(promise).rejects.toMatchObject(failure);
  expect(told).toEqual([expect.stringMatching(/the history of properties failed/)]);
  expect(history.trouble).toMatch(/restart the service/);
  expect(await index.devices()).toEqual([]);
  expect(threads).toHaveLength(2);
});

test('a store has two threads: the journal’s, and one for what is looked up', async () => {
  const threads = startedThreads();
  const store = openEmbeddedStore({
    directory: folder(),
    durability: 'process',
    retention: { maxAgeMs: 1e12, maxBytes: 1e9 },
    history: retention,
    clock: new VirtualClock(),
    log: silentLog,
  });
  onTestFinished(() => store.close());
  await store.opened;
  expect((await store.commands.list({ limit: 10 })).items).toEqual([]);
  expect((await store.history.samples(span)).items).toEqual([]);
  expect(threads).toHaveLength(2);
});
