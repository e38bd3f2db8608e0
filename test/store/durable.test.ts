import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { encodeFrames } from '../../src/store/log/frame.ts';
import { factLine } from '../../src/store/log/line.ts';
import { FactSource, type Store } from '../../src/store/store.ts';
import { encodeHeader, listSegments, segmentPath } from '../../src/store/log/segment.ts';
import { dayMs, lastStates, makeRecord, readAll, startStore, TailIndex, temporaryDirectory } from '../support/store.ts';

const newest = (directory: string): string => listSegments(directory).at(-1)?.path ?? '';

async function openedIn(directory: string): Promise<Store> {
  const { store } = startStore(directory);
  await store.opened;
  return store;
}

test('what was put is there after a restart: commands, facts, and those in doubt', async () => {
  const directory = join(temporaryDirectory(), 'made', 'when', 'needed');
  const first = startStore(directory).store;
  expect(await first.opened).toEqual({ inDoubt: [] });
  const ended = makeRecord('c1');
  await first.commands.put(ended);
  Object.assign(ended, { state: 'ended', outcome: 'succeeded' });
  await Promise.all([
    first.commands.put(ended),
    first.commands.put(makeRecord('c2', 'sent')),
    first.facts.set('latch:psu-1', { by: 'x' }),
    first.facts.set('latch:psu-2', true),
    first.facts.set('latch:psu-2', undefined),
  ]);
  await first.close();
  const { store, troubles } = startStore(directory);
  expect((await store.opened).inDoubt).toEqual([makeRecord('c2', 'sent')]);
  expect(store.facts.entries('latch:')).toEqual([['latch:psu-1', { by: 'x' }]]);
  expect(await store.commands.get('c1')).toEqual(ended);
  expect((await store.commands.list({ limit: 10 })).items.map(({ id }) => id)).toEqual(['c2', 'c1']);
  expect(troubles).toEqual([]);
});

test('a command that is accepted and sent in one turn is one entry', async () => {
  const directory = temporaryDirectory();
  const { store } = startStore(directory);
  await store.opened;
  const record = makeRecord('c1');
  const accepted = store.commands.put(record);
  await Promise.resolve();
  record.state = 'sent';
  await Promise.all([accepted, store.commands.put(record)]);
  expect(readAll(directory)).toEqual([{ kind: 'command', record: makeRecord('c1', 'sent') }]);
});

test('puts of one turn are one batch, and those that come while it is written are the next one', async () => {
  const directory = temporaryDirectory();
  const { store, index } = startStore(directory);
  await store.opened;
  const first = Array.from({ length: 100 }, (_, count) => store.commands.put(makeRecord(`a${count}`)));
  await setImmediate();
  const second = Array.from({ length: 100 }, (_, count) => store.commands.put(makeRecord(`b${count}`)));
  await Promise.all([...first, ...second]);
  // The index is told once per batch.
  expect(index().wakes).toBe(2);
  expect(lastStates(directory).size).toBe(200);
});

test('a put is durable when it resolves', async () => {
  const directory = temporaryDirectory();
  const { store } = startStore(directory);
  for (let count = 0; count < 50; count++) {
    await store.commands.put(makeRecord(`c${count}`, 'sent'));
    expect(lastStates(directory).get(`c${count}`)?.state).toBe('sent');
  }
});

test('a batch of any length is put on record, and what comes behind it', async () => {
  const directory = temporaryDirectory();
  const { store } = startStore(directory);
  await store.opened;
  const long = makeRecord('long', 'sent', { params: { text: 'x'.repeat(1_000_000) } });
  const wide = makeRecord('wide', 'sent', { params: { text: '€"'.repeat(10_000) } });
  for (const record of [long, wide]) await store.commands.put(record);
  await store.close();
  const again = startStore(directory).store;
  expect((await again.opened).inDoubt).toEqual([long, wide]);
});

test('a command is served from memory until it is on record, its key included, and then by the index', async () => {
  const { store } = startStore(temporaryDirectory());
  await store.opened;
  const record = makeRecord('c1', 'queued', { key: { value: 'k', fingerprint: 'f' }, submittedAt: 2000 });
  const done = store.commands.put(record);
  expect(await store.commands.get('c1')).toBe(record);
  expect(await store.commands.byKey('tester', 'k', 2000)).toBe(record);
  expect(await store.commands.byKey('tester', 'k', 2001)).toBeUndefined();
  await done;
  expect(await store.commands.get('c1')).toEqual(record);
  expect((await store.commands.byKey('tester', 'k', 0))?.id).toBe('c1');
  delete record.key;
  const released = store.commands.put(record);
  expect(await store.commands.byKey('tester', 'k', 0)).toBeUndefined();
  await released;
});

test('what is put before the log is open is written when it is', async () => {
  const directory = temporaryDirectory();
  const { store } = startStore(directory);
  await expect(store.commands.list({ limit: 1 })).rejects.toMatchObject({ code: 'journal-unavailable' });
  await Promise.all([store.commands.put(makeRecord('c1')), store.facts.set('latch:a', 1)]);
  expect(readAll(directory)).toHaveLength(2);
});

test('a fact that somebody lends is what he says until it is set anew', async () => {
  const directory = temporaryDirectory();
  const first = await openedIn(directory);
  const described = new FactSource((key) => `said of ${key}`);
  first.facts.lend('device:none', described);
  await first.facts.set('device:a', 'as it was set');
  first.facts.lend('device:a', described);
  expect(first.facts.entries('device:')).toEqual([['device:a', 'said of device:a']]);
  await first.close();
  const second = await openedIn(directory);
  expect(second.facts.get('device:a')).toBe('as it was set');
  second.facts.lend('device:a', described);
  const set = second.facts.set('device:a', { as: 'it is set now' });
  expect(second.facts.entries('')).toEqual([['device:a', { as: 'it is set now' }]]);
  await set;
  expect(second.facts.keys('device')).toEqual(['device:a']);
});

test('facts that were set before the log is open are newer than what it holds; it loses none to a removal', async () => {
  const directory = temporaryDirectory();
  const first = startStore(directory).store;
  await Promise.all(['a', 'b', 'c', 'd'].map((key) => first.facts.set(key, 'old')));
  await first.close();
  const second = startStore(directory).store;
  const set = [
    second.facts.set('a', 'new'),
    // Nobody can mean to remove what nobody knows yet.
    second.facts.set('b', undefined),
    second.facts.set('d', 'taken back'),
    second.facts.set('d', undefined),
    second.facts.set('e', 'taken back'),
    second.facts.set('e', undefined),
  ];
  await Promise.all([second.opened, ...set]);
  const expected = { a: 'new', b: 'old', c: 'old', d: 'old' };
  expect(Object.fromEntries(second.facts.entries(''))).toEqual(expected);
  await second.close();
  const { store } = startStore(directory);
  await store.opened;
  expect(Object.fromEntries(store.facts.entries(''))).toEqual(expected);
  await store.facts.set('b', undefined);
  expect(store.facts.get('b')).toBeUndefined();
});

test('what was refused while the directory was in use, and taken back, leaves what is on record', async () => {
  const directory = temporaryDirectory();
  const holder = startStore(directory).store;
  await holder.facts.set('lease:psu-1', { token: 'old' });
  const { store, clock } = startStore(directory);
  await store.attempted;
  await expect(store.facts.set('lease:psu-1', { token: 'refused' })).rejects.toThrow('in use');
  await expect(store.facts.set('lease:psu-1', undefined)).rejects.toThrow('in use');
  // A latch stays although it cannot be put on record yet.
  await expect(store.facts.set('latch:psu-1', { by: 'x' })).rejects.toThrow('in use');
  await holder.close();
  await clock.advance(1000);
  await store.opened;
  await store.facts.set('later', 1);
  const expected = { 'lease:psu-1': { token: 'old' }, 'latch:psu-1': { by: 'x' }, later: 1 };
  expect(Object.fromEntries(store.facts.entries(''))).toEqual(expected);
  await store.close();
  const again = startStore(directory).store;
  await again.opened;
  expect(Object.fromEntries(again.facts.entries(''))).toEqual(expected);
});

test('one that cannot be written is rejected by itself', async () => {
  const directory = temporaryDirectory();
  const { store } = startStore(directory);
  const circular: unknown[] = [];
  circular.push(circular);
  const bad = store.commands.put(makeRecord('bad', 'sent', { result: circular }));
  const good = store.commands.put(makeRecord('good', 'sent'));
  await expect(bad).rejects.toMatchObject({ code: 'journal-unavailable', message: /put on record: .*circular/i });
  await good;
  expect(store.trouble).toBeUndefined();
  expect([...lastStates(directory).keys()]).toEqual(['good']);
});

test('a directory in use is trouble until the other one lets go', async () => {
  const directory = temporaryDirectory();
  const holder = startStore(directory).store;
  await holder.commands.put(makeRecord('c1', 'sent'));
  const { store, clock, troubles } = startStore(directory);
  await store.attempted;
  expect(store.trouble).toContain(`the journal in ${directory} is in use by another process`);
  await expect(store.commands.put(makeRecord('c2', 'sent'))).rejects.toMatchObject({
    code: 'journal-unavailable',
    message: store.trouble,
  });
  await expect(store.commands.list({ limit: 1 })).rejects.toThrow('in use by another process');
  await holder.close();
  await clock.advance(1000);
  expect(await store.opened).toEqual({ inDoubt: [makeRecord('c1', 'sent')] });
  await expect.poll(() => lastStates(directory).get('c2')).toBeDefined();
  expect(troubles).toEqual([expect.stringContaining('in use'), undefined]);
});

test('a torn tail is cut off, and said to be', async () => {
  const directory = temporaryDirectory();
  const first = startStore(directory).store;
  await first.commands.put(makeRecord('c1', 'sent'));
  await first.close();
  const path = newest(directory);
  writeFileSync(path, Buffer.concat([readFileSync(path), encodeFrames(['{"kind":"fact"}']).subarray(0, 15)]));
  const { store, logged } = startStore(directory);
  expect((await store.opened).inDoubt).toHaveLength(1);
  expect(logged).toMatchObject([{ fields: { tornBytes: 15 }, message: expect.stringContaining('cut off') }]);
});

test('a damaged log is refused until somebody has moved the file away, and stays as it is', async () => {
  const directory = temporaryDirectory();
  const path = segmentPath(directory, 5);
  const frames = [1, 2, 3].map((number) => encodeFrames([factLine(`fact${number}`, number).text]));
  const bytes = Buffer.concat([encodeHeader({ createdAt: 0, snapshotBytes: 0 }), ...frames]);
  bytes.writeUInt8(0, 32 + (frames[0]?.length ?? 0) + 20);
  writeFileSync(path, bytes);
  const { store, clock } = startStore(directory);
  await store.attempted;
  expect(store.trouble).toContain(`${path} is not valid at byte ${32 + (frames[0]?.length ?? 0)}`);
  await expect(store.facts.set('a', 1)).rejects.toThrow('Nothing was changed');
  expect(readFileSync(path).equals(bytes)).toBe(true);
  // As restored from a backup.
  writeFileSync(path, Buffer.concat([bytes.subarray(0, 32), ...frames]));
  await clock.advance(5000);
  await store.opened;
  expect(Object.fromEntries(store.facts.entries(''))).toEqual({ a: 1, fact1: 1, fact2: 2, fact3: 3 });
});

test('a log of a newer version is refused as such', async () => {
  const directory = temporaryDirectory();
  writeFileSync(segmentPath(directory, 5), encodeHeader({ createdAt: 0, snapshotBytes: 0 }, 2));
  const { store } = startStore(directory);
  await store.attempted;
  expect(store.trouble).toMatch(/written by a newer version.*format 2/);
  expect(readdirSync(directory).sort()).toEqual(['00000005.log', 'lock.db']);
});

test('a directory that cannot be made is trouble that says why', async () => {
  const file = join(temporaryDirectory(), 'file');
  writeFileSync(file, '');
  const { store } = startStore(join(file, 'journal'));
  await store.attempted;
  expect(store.trouble).toMatch(/directory .*file\/journal cannot be used: a part of the path is a file/);
});

test('an index that cannot be made is trouble until it can', async () => {
  let attempts = 0;
  const createIndex = (directory: string): TailIndex => {
    attempts += 1;
    if (attempts === 1) throw new Error('no index today');
    return new TailIndex(directory);
  };
  const { store, clock } = startStore(temporaryDirectory(), { createIndex });
  await store.attempted;
  expect(store.trouble).toContain('no index today');
  await clock.advance(1000);
  await store.opened;
  await store.commands.put(makeRecord('c1'));
});

test('close writes what was put, rejects what comes later, and closes the index', async () => {
  const directory = temporaryDirectory();
  const { store, index, clock } = startStore(directory);
  await store.opened;
  const last = store.commands.put(makeRecord('last', 'ended'));
  await store.close();
  await last;
  expect(lastStates(directory).get('last')?.state).toBe('ended');
  expect(index().isClosed).toBe(true);
  await expect(store.commands.put(makeRecord('late'))).rejects.toThrow('closed');
  expect(clock.pendingTimers).toBe(0);
});

test('old segments are dropped without anything being written, and the index hears of it', async () => {
  const directory = temporaryDirectory();
  const first = startStore(directory).store;
  await first.commands.put(makeRecord('old', 'ended'));
  await first.close();
  const { store, clock, index } = startStore(directory, { retention: { maxAgeMs: dayMs / 48, maxBytes: 1e9 } });
  await store.opened;
  expect(lastStates(directory).size).toBe(1);
  await clock.advance(3_600_000);
  await expect.poll(() => lastStates(directory).size).toBe(0);
  await expect.poll(() => index().prunedBefore).toBeGreaterThan(0);
});

test('a thread that ended loses nothing that was promised, tells whoever waits, and is started again', async () => {
  const directory = temporaryDirectory();
  const threads: Worker[] = [];
  const note = (worker: Worker): unknown => threads.push(worker);
  process.on('worker', note);
  onTestFinished(() => void process.off('worker', note));
  const { store, clock, troubles } = startStore(directory);
  await store.commands.put(makeRecord('promised', 'sent'));
  // So long that its write is not over before the thread is.
  const waiting = store.commands.put(makeRecord('waiting', 'sent', { params: 'x'.repeat(8_000_000) }));
  await setImmediate();
  void threads[0]?.terminate();
  await expect(waiting).rejects.toMatchObject({ code: 'journal-unavailable', message: /thread ended/ });
  expect(lastStates(directory).get('promised')?.state).toBe('sent');
  await clock.advance(1000);
  await expect.poll(() => store.trouble).toBeUndefined();
  await expect.poll(() => lastStates(directory).get('waiting')?.state).toBe('sent');
  expect(troubles).toHaveLength(2);
  expect(threads).toHaveLength(2);
});

test('a directory that is removed while the store runs is trouble within moments, and made and locked again', async () => {
  const directory = join(temporaryDirectory(), 'journal');
  const { store, clock, troubles } = startStore(directory);
  await store.facts.set('latch:a', true);
  rmSync(directory, { recursive: true });
  await clock.advance(10);
  await expect(store.commands.put(makeRecord('c1', 'sent'))).rejects.toMatchObject({
    code: 'journal-unavailable',
    message: expect.stringMatching(/removed or replaced while the service runs/),
  });
  await clock.advance(1000);
  await expect.poll(() => store.trouble).toBeUndefined();
  await store.commands.put(makeRecord('c2', 'sent'));
  expect(troubles).toEqual([expect.stringContaining('removed or replaced'), undefined]);
  const other = startStore(directory).store;
  await other.attempted;
  expect(other.trouble).toContain('in use by another process');
  await other.close();
  await store.close();
  const again = startStore(directory).store;
  expect((await again.opened).inDoubt.map(({ id }) => id)).toEqual(['c1', 'c2']);
  expect(again.facts.get('latch:a')).toBe(true);
});
