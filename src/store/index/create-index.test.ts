import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, expect, test } from 'vitest';
import { appendCommands, appendToLog } from '../../../test/support/json-lines-log.ts';
import { type Clock, systemClock } from '../../clock.ts';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import type { CommandIndex } from '../command-index.ts';
import { matches } from '../memory.ts';
import type { CommandRecord } from '../record.ts';
import type { CommandQuery } from '../store.ts';
import { createIndex } from './create-index.ts';

const readLogModule = new URL('../../../test/support/json-lines-log.ts', import.meta.url);
const epoch = Date.UTC(2026, 0, 1);
const opened: CommandIndex[] = [];
const directories: string[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((index) => index.close()));
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'bellcrank-index-'));
  directories.push(directory);
  return directory;
}

function indexOf(directory: string, module = readLogModule, clock: Clock = systemClock): CommandIndex {
  const index = createIndex({ directory, clock, readLogModule: module });
  opened.push(index);
  return index;
}

/** The nth command, a second after the one before. */
function command(n: number, changes: Partial<CommandRecord> = {}): CommandRecord {
  const submittedAt = epoch + n * 1000;
  return {
    id: uuidv7({ msecs: submittedAt, seq: n, random: new Uint8Array(16) }),
    device: `device-${n % 3}`,
    command: n % 2 === 0 ? 'set' : 'pulse',
    params: { value: n },
    by: n % 5 === 0 ? 'script' : 'panel',
    simulated: n % 11 === 0,
    declared: 'acknowledged',
    submittedAt,
    ...(n % 13 === 0
      ? { state: n % 2 === 0 ? 'queued' : 'sent' }
      : { state: 'ended', outcome: n % 7 === 0 ? 'unknown' : 'succeeded' }),
    ...changes,
  };
}

const many = (count: number): CommandRecord[] => Array.from({ length: count }, (_, n) => command(n));

async function pages(index: CommandIndex, query: CommandQuery): Promise<CommandRecord[]> {
  const items: CommandRecord[] = [];
  let before: string | undefined = query.before;
  do {
    const page = await index.list({ ...query, ...(before === undefined ? {} : { before }) });
    expect(page.items.length).toBeLessThanOrEqual(query.limit);
    items.push(...page.items);
    before = page.next;
  } while (before !== undefined);
  return items;
}

test('a command is found as its last entry tells it, as soon as it is in the log', async () => {
  const directory = folder();
  const index = indexOf(directory);
  const first = command(1, { state: 'sent', key: { value: 'k', fingerprint: 'f' } });
  expect(await index.get(first.id)).toBeUndefined();
  appendToLog(directory, [
    { kind: 'fact', key: 'latch:x', value: true },
    { kind: 'command', record: { ...first, state: 'queued' } },
    { kind: 'command', record: first },
  ]);
  expect(await index.get(first.id)).toEqual(first);
  expect(await index.byKey(first.by, 'k', first.submittedAt)).toEqual(first);
  expect(await index.byKey(first.by, 'k', first.submittedAt + 1)).toBeUndefined();
  expect(await index.byKey('other', 'k', 0)).toBeUndefined();
  const { key: _, ...released } = { ...first, state: 'ended' as const, outcome: 'not-sent' as const };
  appendCommands(directory, [released]);
  expect(await index.byKey(first.by, 'k', 0)).toBeUndefined();
  expect((await index.list({ limit: 5, outcome: 'not-sent' })).items).toEqual([released]);
});

test('of two commands with one key the newer one is found', async () => {
  const directory = folder();
  const key = { value: 'k', fingerprint: 'f' };
  appendCommands(directory, [command(1, { by: 'a', key }), command(2, { by: 'a', key })]);
  expect(await indexOf(directory).byKey('a', 'k', 0)).toEqual(command(2, { by: 'a', key }));
});

test.each<Omit<CommandQuery, 'limit'>>([
  {},
  { device: 'device-1' },
  { command: 'set' },
  { by: 'script' },
  { outcome: 'unknown' },
  { outcome: 'succeeded', by: 'script' },
  { state: 'queued' },
  { state: 'sent', device: 'device-1' },
  { state: 'ended', outcome: 'unknown', simulated: true },
  { state: 'sent', outcome: 'unknown' },
  { simulated: true },
  { simulated: false, state: 'queued', command: 'set', by: 'panel' },
  { device: 'device-2', command: 'set', by: 'panel', outcome: 'unknown' },
  { from: epoch + 100_000 },
  { to: epoch + 100_000 },
  { from: epoch + 100_000, to: epoch + 200_000, device: 'device-0' },
  { device: 'none' },
  { before: command(300).id, outcome: 'unknown' },
])('pages of %j hold what they should, once and newest first', async (filters) => {
  const directory = folder();
  const records = many(1200);
  appendCommands(directory, records);
  const index = indexOf(directory);
  const expected = records.filter((record) => matches(record, { ...filters, limit: 0 })).toReversed();
  expect(await pages(index, { ...filters, limit: 37 })).toEqual(expected);
  const exact = Math.max(1, expected.length);
  expect(await index.list({ ...filters, limit: exact })).toEqual({ items: expected });
});

test('a page does not change what follows it, whatever comes in between', async () => {
  const directory = folder();
  appendCommands(directory, many(10));
  const index = indexOf(directory);
  const first = await index.list({ limit: 4 });
  appendCommands(directory, [command(10), command(11), command(3, { outcome: 'failed' })]);
  const second = await index.list({ limit: 4, ...(first.next === undefined ? {} : { before: first.next }) });
  expect([...first.items, ...second.items].map(({ params }) => params)).toEqual(
    [9, 8, 7, 6, 5, 4, 3, 2].map((value) => ({ value })),
  );
  expect(second.items[2]).toMatchObject({ outcome: 'failed' });
});

test('times are those of submission, also where a wall clock was set back and ids ran ahead', async () => {
  const directory = folder();
  const ahead = Array.from({ length: 10 }, (_, n) => {
    return command(n, { submittedAt: epoch - 3_600_000 + n * 1000 });
  });
  appendCommands(directory, [...many(10), ...ahead.map((each, n) => ({ ...each, id: command(20 + n).id }))]);
  const index = indexOf(directory);
  const { items } = await index.list({ limit: 50, to: epoch - 3_600_000 + 5000 });
  expect(items.map(({ submittedAt }) => submittedAt - epoch + 3_600_000)).toEqual([4000, 3000, 2000, 1000, 0]);
});

test('ids without a time are found by time as well', async () => {
  const directory = folder();
  appendCommands(directory, [command(1, { id: 'b' }), command(2, { id: 'a' })]);
  const index = indexOf(directory);
  expect((await index.list({ limit: 5, from: epoch + 2000 })).items.map(({ id }) => id)).toEqual(['a']);
  expect((await index.list({ limit: 5, to: epoch + 2000 })).items.map(({ id }) => id)).toEqual(['b']);
});

test('an index that was closed goes on where it was', async () => {
  const directory = folder();
  appendCommands(directory, many(700));
  const index = indexOf(directory);
  expect(await index.get(command(699).id)).toEqual(command(699));
  await index.close();
  // What is read already is not read again: it may be gone.
  rmSync(join(directory, '1.jsonl'));
  appendCommands(directory, [command(700)], 2);
  const again = indexOf(directory);
  expect(await again.get(command(700).id)).toEqual(command(700));
  expect(await again.get(command(0).id)).toEqual(command(0));
});

test.each([
  ['garbage', (path: string) => writeFileSync(path, 'this is no database'.repeat(1000))],
  ['an older version', (path: string) => change(path, 'PRAGMA user_version = 0')],
  ['a damaged page', (path: string) => damage(path)],
])('%s in place of the index is built anew from the log', async (_, spoil) => {
  const directory = folder();
  appendCommands(directory, many(2000));
  const index = indexOf(directory);
  await index.get('x');
  await index.close();
  spoil(join(directory, 'index.db'));
  const again = indexOf(directory);
  expect(await pages(again, { limit: 400 })).toEqual(many(2000).toReversed());
  expect(await again.get(command(1500).id)).toEqual(command(1500));
});

test('an index of a newer version is left alone, and said', async () => {
  const directory = folder();
  const index = indexOf(directory);
  await index.get('x');
  await index.close();
  change(join(directory, 'index.db'), 'PRAGMA user_version = 99');
  const again = indexOf(directory);
  await expect(again.list({ limit: 1 })).rejects.toMatchObject({
    code: 'journal-unavailable',
    message: expect.stringMatching(/index\.db.*newer.*schema 99.*move the file away/) as string,
  });
  expect(existsSync(join(directory, 'index.db'))).toBe(true);
});

test('an index whose place is not in the log any more is built anew', async () => {
  const directory = folder();
  appendCommands(directory, many(20));
  const index = indexOf(directory);
  await index.get('x');
  await index.close();
  // After a power cut: the end is lost, and something longer stands in its place.
  writeFileSync(join(directory, '1.jsonl'), '');
  appendCommands(directory, [...many(19), command(19, { by: 'somebody with a long name' }), command(20)]);
  expect(await pages(indexOf(directory), { limit: 100 })).toHaveLength(21);
});

test('a log that cannot be read is told, what is known before included, and nothing is built again and again', async () => {
  const directory = folder();
  appendCommands(directory, many(600));
  const index = indexOf(directory);
  expect(await index.get(command(5).id)).toBeDefined();
  writeFileSync(join(directory, '1.jsonl'), `${readFileSync(join(directory, '1.jsonl'), 'utf8')}broken\n`);
  for (let asked = 0; asked < 3; asked++) {
    await expect(index.get(command(5).id)).rejects.toMatchObject({ code: 'journal-unavailable' });
  }
});

test('a folder that is not there is told, and taken once it is', async () => {
  const parent = folder();
  const directory = join(parent, 'later');
  const index = indexOf(directory);
  await expect(index.get('x')).rejects.toMatchObject({
    code: 'journal-unavailable',
    message: expect.stringMatching(/index\.db: it cannot be opened; check that the folder exists/) as string,
  });
  mkdirSync(directory);
  appendCommands(directory, [command(1)]);
  expect(await index.get(command(1).id)).toEqual(command(1));
});

test('a thread that cannot start is told to each query, and waking it does no harm', async () => {
  const index = indexOf(folder(), new URL('./there-is-no-such-module.ts', import.meta.url));
  await expect(index.get('x')).rejects.toMatchObject({ code: 'journal-unavailable' });
  index.wake();
  await expect(index.list({ limit: 1 })).rejects.toThrow(/the index of commands failed/);
});

test('what is submitted before is forgotten, and the rest is not', async () => {
  const directory = folder();
  appendCommands(directory, many(2500));
  const index = indexOf(directory);
  await index.get('x');
  index.prune(epoch + 1000);
  index.prune(epoch + 2_000_000);
  index.prune(epoch + 500_000);
  await expect.poll(async () => (await pages(index, { limit: 500 })).length).toBe(500);
  expect(await index.get(command(1999).id)).toBeUndefined();
  expect(await index.get(command(2000).id)).toBeDefined();
});

test('too many queries are turned away, and those that wait are answered', async () => {
  const directory = folder();
  appendCommands(directory, many(5000));
  const index = indexOf(directory);
  const asked = Array.from({ length: 1200 }, () => index.get(command(4999).id));
  const answers = await Promise.allSettled(asked);
  const answered = answers.filter((answer) => answer.status === 'fulfilled');
  expect(answered.length).toBeGreaterThan(900);
  expect(answered.every(({ value }) => value?.id === command(4999).id)).toBe(true);
  const refused = answers.filter((answer) => answer.status === 'rejected');
  expect(refused.length).toBeGreaterThan(100);
  expect(refused[0]?.reason).toMatchObject({ code: 'overloaded' });
});

test('a query is answered while the log keeps growing', async () => {
  const directory = folder();
  appendCommands(directory, many(100));
  const index = indexOf(directory);
  let grown = 100;
  const growing = setInterval(() => {
    appendCommands(directory, [command(grown++)]);
    index.wake();
  }, 0);
  try {
    for (let asked = 0; asked < 20; asked++) {
      const newest = command(grown - 1);
      expect(await index.get(newest.id)).toEqual(newest);
    }
  } finally {
    clearInterval(growing);
  }
});

test('what comes in quick succession is taken in together, without a question, and a question does not wait', async () => {
  const directory = folder();
  const clock = new VirtualClock();
  const index = indexOf(directory, readLogModule, clock);
  // A start does not wait for its thread.
  await clock.advance(499);
  expect(existsSync(join(directory, 'index.db'))).toBe(false);
  await clock.advance(1);
  await expect.poll(() => countIn(join(directory, 'index.db'))).toBe(0);
  await expect.poll(() => clock.pendingTimers).toBe(1);
  appendCommands(directory, [command(1)]);
  index.wake();
  await clock.advance(499);
  expect(countIn(join(directory, 'index.db'))).toBe(0);
  appendCommands(directory, [command(2)]);
  index.wake();
  await clock.advance(1);
  await expect.poll(() => countIn(join(directory, 'index.db'))).toBe(2);
  await expect.poll(() => clock.pendingTimers).toBe(1);
  appendCommands(directory, [command(3)]);
  index.wake();
  expect(await index.get(command(3).id)).toEqual(command(3));
  await index.close();
  expect(clock.pendingTimers).toBe(0);
});

test('trouble is told once a change, and is over when it works again', async () => {
  const directory = folder();
  mkdirSync(join(directory, 'index.db'));
  appendCommands(directory, [command(1)]);
  const told: (string | undefined)[] = [];
  const index = createIndex({
    directory,
    clock: systemClock,
    readLogModule,
    onTrouble: (trouble) => told.push(trouble),
  });
  opened.push(index);
  await expect.poll(() => index.trouble).toMatch(/index\.db: it cannot be opened/);
  index.wake();
  await expect(index.get('x')).rejects.toMatchObject({ code: 'journal-unavailable' });
  expect(told).toHaveLength(1);
  rmSync(join(directory, 'index.db'), { recursive: true });
  expect(await index.get(command(1).id)).toEqual(command(1));
  expect([index.trouble, ...told]).toEqual([undefined, expect.stringContaining('cannot be opened'), undefined]);
});

test('a closed index says so', async () => {
  const index = indexOf(folder());
  const asked = index.get('x');
  await index.close();
  await expect(asked).resolves.toBeUndefined();
  await expect(index.get('x')).rejects.toMatchObject({ code: 'shutting-down' });
});

/** How many commands an index's file holds; undefined while there is none. */
function countIn(path: string): unknown {
  try {
    const db = new DatabaseSync(path, { readOnly: true });
    const row = db.prepare('SELECT count(*) AS count FROM commands').get();
    db.close();
    return row?.['count'];
  } catch {
    return undefined;
  }
}

function change(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

/** Overwrites pages in the middle, which is found only when they are read. */
function damage(path: string): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 4096 * 3, 4096 * 20);
  writeFileSync(path, bytes);
}
