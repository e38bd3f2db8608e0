import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { ReadLog } from '../log/entry.ts';
import { Follower } from './follower.ts';

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

function followerOf(readLog: ReadLog): Follower {
  const directory = mkdtempSync(join(tmpdir(), 'bellcrank-follower-'));
  const follower = new Follower({ directory, path: join(directory, 'index.db'), readLog });
  cleanUps.push(
    () => follower.close(),
    () => rmSync(directory, { recursive: true }),
  );
  return follower;
}

const record = { device: 'd', command: 'c', params: {}, by: 'b', simulated: false, declared: 'sent' };
const entry = (id: string): string =>
  JSON.stringify({ kind: 'command', record: { id, ...record, submittedAt: 5, state: 'queued' } });

test('a log that has always grown a little does not keep a query waiting', async () => {
  let length = 0;
  const follower = followerOf((_, from = { segment: 1, offset: 0 }) => {
    length++;
    return { texts: [entry(`id-${from.offset}`)], next: { segment: 1, offset: from.offset + 1 } };
  });
  expect(await follower.ask((file) => file.get('id-1'))).toContain('"id-1"');
  expect(length).toBeLessThan(10);
});

test('a reader that stops at the end of each segment is asked again', async () => {
  const follower = followerOf((_, from = { segment: 1, offset: 0 }) => {
    if (from.segment === 5) return { texts: [], next: from };
    return { texts: [entry(`id-${from.segment}`)], next: { segment: from.segment + 1, offset: 0 } };
  });
  expect(await follower.ask((file) => file.get('id-4'))).toContain('"id-4"');
});

test('what is no entry is passed once', async () => {
  const asked: number[] = [];
  const follower = followerOf((_, from = { segment: 1, offset: 0 }) => {
    asked.push(from.offset);
    return { texts: [], next: { segment: 1, offset: 100 } };
  });
  await follower.follow();
  await follower.follow();
  expect(asked).toEqual([0, 100]);
});

test('an error of the operating system tells nothing of the log, and nothing is built anew', async () => {
  let fails = false;
  const asked: unknown[] = [];
  const follower = followerOf((_, from) => {
    asked.push(from?.offset);
    if (fails) throw Object.assign(new Error('EMFILE: too many open files'), { errno: -24 });
    return { texts: from === undefined ? [entry('id')] : [], next: { segment: 1, offset: 1 } };
  });
  await follower.follow();
  fails = true;
  await expect(follower.ask((file) => file.get('id'))).rejects.toThrow('EMFILE');
  fails = false;
  expect(await follower.ask((file) => file.get('id'))).toContain('"id"');
  expect(asked.slice(1)).not.toContain(undefined);
});

test('a follower that is closed lets nobody wait', async () => {
  const follower = followerOf((_, from) => ({
    texts: Array.from({ length: 3000 }, () => entry('id')),
    next: { segment: 1, offset: (from?.offset ?? 0) + 1 },
  }));
  const waiting = follower.follow();
  follower.close();
  await expect(waiting).rejects.toMatchObject({ code: 'shutting-down' });
  await expect(follower.follow()).rejects.toMatchObject({ code: 'shutting-down' });
});
