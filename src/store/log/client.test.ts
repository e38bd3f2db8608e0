import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { type Clock, systemClock } from '../../clock.ts';
import { LogClient } from './client.ts';
import { factLine } from './line.ts';
import type { Durability } from './writer.ts';

function newDirectory(under = tmpdir()): string {
  const directory = mkdtempSync(join(under, 'bellcrank-log-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

interface Its {
  readonly directory?: string;
  readonly clock?: Clock;
  readonly durability?: Durability;
}

function client({ directory = newDirectory(), clock = systemClock, durability = 'process' }: Its = {}) {
  const made = new LogClient({ directory, durability, retention: { maxAgeMs: 1e9, maxBytes: 1e9 } }, clock);
  onTestFinished(() => made.terminate());
  return made;
}

test('what is asked while something is being answered is answered after it', async () => {
  const its = client();
  const order: string[] = [];
  const told = (name: string) => (): number => order.push(name);
  await Promise.all([
    its.open().then(told('open')),
    Promise.resolve(its.append([factLine('a', 'x'.repeat(1_000_000))])).then(told('long')),
    Promise.resolve(its.append([factLine('b', 1)])).then(told('short')),
    its.retain().then(told('retain')),
    its.close().then(told('close')),
  ]);
  expect(order).toEqual(['open', 'long', 'short', 'retain', 'close']);
  // The thread ends by itself; it is only waited for here.
  await its.terminate();
  const { facts } = await its.open();
  expect(facts.map(([key]) => key)).toEqual(['a', 'b']);
});

test('a thread that is ended while it sleeps or works answers nothing more, and can be started again', async () => {
  const its = client();
  await its.open();
  await its.terminate();
  await expect(its.append([])).rejects.toMatchObject({ fault: 'died' });
  const opened = its.open();
  const behind = its.retain();
  const refused = Promise.all([opened, behind].map((asked) => expect(asked).rejects.toMatchObject({ fault: 'died' })));
  await its.terminate();
  await refused;
  expect(await its.open()).toMatchObject({ facts: [] });
});

/** Of many batches, whether one is on record before there is anything to wait for. */
async function isAnyAtOnce(its: LogClient, lines = 1): Promise<boolean> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const appended = its.append(Array.from({ length: lines }, (_, n) => factLine(`a${n}`, attempt)));
    if (!(appended instanceof Promise)) return true;
    await appended;
  }
  return false;
}

/** A clock on which each answer is expected soon, whatever became of the one before. */
function hurried() {
  const state = { now: 0, step: 1000 };
  const clock: Clock = { ...systemClock, monotonic: () => (state.now += state.step) };
  return { state, clock };
}

test('a few lines are on record at once; with a disk that is slow nobody stands still for a while', async () => {
  const { state, clock } = hurried();
  const its = client({ clock });
  await its.open();
  expect(await isAnyAtOnce(its)).toBe(true);
  state.step = 0;
  // A megabyte takes longer than anybody stands still for, unless a busy machine lets nobody go on earlier.
  let hasRested = false;
  for (let attempt = 0; attempt < 20 && !hasRested; attempt++) {
    state.now += 1000;
    await its.append([factLine('long', '€'.repeat(330_000))]);
    state.now += 99;
    hasRested = !(await isAnyAtOnce(its));
  }
  expect(hasRested).toBe(true);
  // Each may be late on a busy machine, and has the next one wait for its answer.
  state.step = 1000;
  expect(await isAnyAtOnce(its)).toBe(true);
});

test('nobody stands still for a batch of many lines', async () => {
  const its = client({ clock: hurried().clock });
  await its.open();
  expect(await isAnyAtOnce(its, 16)).toBe(true);
  expect(await isAnyAtOnce(its, 101)).toBe(false);
});

test('nobody stands still for a disk that is synced, however quick it is', async () => {
  const under = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const its = client({ clock: hurried().clock, durability: 'power', directory: newDirectory(under) });
  await its.open();
  expect(await isAnyAtOnce(its)).toBe(false);
});

test('what is not put on record is told also to who stands still', async () => {
  let now = 0;
  const clock = { ...hurried().clock, now: () => (now += 10) };
  const directory = newDirectory();
  const its = client({ clock, directory });
  await its.open();
  expect(await isAnyAtOnce(its)).toBe(true);
  for (const file of readdirSync(directory)) rmSync(join(directory, file));
  await expect(its.append([factLine('a', 1)])).rejects.toMatchObject({ fault: 'gone' });
});

test('of what the thread reads of a long log it keeps the texts alone, and its young generation does not grow', async () => {
  const its = client();
  const workers: Worker[] = [];
  const note = (worker: Worker): void => void workers.push(worker);
  process.on('worker', note);
  onTestFinished(() => void process.off('worker', note));
  await its.open();
  const before = await workers[0]?.getHeapStatistics();
  const facts = Array.from({ length: 100 }, (_, n) => factLine(`fact-${n}`, 'x'.repeat(50_000)));
  await its.append(facts);
  await its.terminate();
  expect((await its.open()).facts).toHaveLength(100);
  const after = await workers[1]?.getHeapStatistics();
  expect((after?.external_memory ?? NaN) - (before?.external_memory ?? NaN)).toBeLessThan(2_000_000);
  expect(workers[1]?.resourceLimits?.maxYoungGenerationSizeMb).toBeLessThan(8);
});
