import {
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { dayMs, entriesOf, lastStates, makeRecord, readAll, temporaryDirectory } from '../../../test/support/store.ts';
import { type Disk, realDisk } from './disk.ts';
import { encodeFrames } from './frame.ts';
import { commandLine, factLine } from './line.ts';
import { readLog } from './read.ts';
import type { Recovered } from './recover.ts';
import { encodeHeader, headerBytes, listSegments, segmentPath } from './segment.ts';
import { LogWriter, type WriterSettings } from './writer.ts';

const start = Date.UTC(2026, 0, 1);

interface Opened {
  readonly writer: LogWriter;
  readonly recovered: Recovered;
}

function open(directory: string, changes: Partial<WriterSettings> = {}): Opened {
  const retention = { maxAgeMs: 30 * dayMs, maxBytes: 1e9 };
  const opened = LogWriter.open({ directory, durability: 'process', retention, now: () => start, ...changes });
  onTestFinished(() => opened.writer.close());
  return opened;
}

const newest = (directory: string): string => listSegments(directory).at(-1)?.path ?? '';
const factsOf = ({ facts }: Recovered) => new Map(facts.map(([key, json]) => [key, JSON.parse(json) as unknown]));
const names = (directory: string): string[] => readdirSync(directory).sort();

/** The newest segment of a log with two facts and a command, as a crash would leave it. */
function someLog() {
  const directory = temporaryDirectory();
  const first = open(directory).writer;
  first.append([factLine('latch:a', true)]);
  first.close();
  const second = open(directory).writer;
  const path = newest(directory);
  const snapshotEnd = statSync(path).size;
  second.append([factLine('latch:b', { by: 'x' })]);
  second.append([commandLine(makeRecord('c1', 'sent')), commandLine(makeRecord('c2', 'ended'))]);
  second.close();
  return { directory, path, bytes: readFileSync(path), snapshotEnd };
}

test('an empty directory gives an empty log', () => {
  const { recovered } = open(temporaryDirectory());
  expect(recovered).toEqual({ facts: [], inDoubt: [], tornBytes: 0 });
});

test('what was appended is found by the next open: current facts, and commands that had not ended', () => {
  const directory = temporaryDirectory();
  const { writer } = open(directory);
  writer.append([
    factLine('latch:a', true),
    factLine('lease:b', { token: 'x' }),
    commandLine(makeRecord('c2', 'sent')),
  ]);
  writer.append([commandLine(makeRecord('c1')), commandLine(makeRecord('c3', 'sent')), factLine('latch:a', undefined)]);
  writer.append([commandLine(makeRecord('c3', 'ended'))]);
  writer.close();
  const { recovered } = open(directory);
  expect(recovered.facts).toEqual([['lease:b', '{"token":"x"}']]);
  expect(recovered.inDoubt).toEqual([makeRecord('c1'), makeRecord('c2', 'sent')]);
});

test('facts and open commands are carried over segments that were rolled', () => {
  const directory = temporaryDirectory();
  const { writer } = open(directory, { segmentBytes: 1000 });
  writer.append([factLine('latch:a', true), commandLine(makeRecord('open', 'sent'))]);
  for (let count = 0; count < 30; count++) {
    writer.append([commandLine(makeRecord(`c${count}`)), commandLine(makeRecord(`c${count}`, 'ended'))]);
  }
  writer.close();
  expect(listSegments(directory).length).toBeGreaterThan(5);
  const { recovered } = open(directory);
  expect(recovered).toMatchObject({ facts: [['latch:a', 'true']], inDoubt: [{ id: 'open', state: 'sent' }] });
  expect([...lastStates(directory).values()].filter(({ state }) => state === 'ended')).toHaveLength(30);
});

test('a cut at any byte behind the snapshot is a torn tail: whole entries stay, the rest is cut off', () => {
  const { bytes, snapshotEnd } = someLog();
  const latch = snapshotEnd + encodeFrames([factLine('latch:b', { by: 'x' }).text]).length;
  const sent = latch + encodeFrames([commandLine(makeRecord('c1', 'sent')).text]).length;
  const ends = [snapshotEnd, latch, sent, bytes.length];
  for (let cut = snapshotEnd; cut <= bytes.length; cut += ends.some((end) => Math.abs(end - cut) < 16) ? 1 : 5) {
    const directory = temporaryDirectory();
    writeFileSync(segmentPath(directory, 7), bytes.subarray(0, cut));
    const { recovered, writer } = open(directory);
    writer.close();
    expect(recovered.tornBytes).toBe(cut - (ends.findLast((end) => end <= cut) ?? 0));
    expect(recovered.facts).toHaveLength(cut < latch ? 1 : 2);
    expect(recovered.inDoubt).toHaveLength(cut < sent ? 0 : 1);
  }
});

test('any flipped bit but in the last entry is refused, with the place, and nothing is changed', () => {
  const { bytes } = someLog();
  const lastStart = bytes.length - encodeFrames([commandLine(makeRecord('c2', 'ended')).text]).length;
  fc.assert(
    fc.property(fc.nat(lastStart * 8 - 1), (bit) => {
      const directory = temporaryDirectory();
      const path = segmentPath(directory, 7);
      const broken = Buffer.from(bytes);
      broken.writeUInt8(broken.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      writeFileSync(path, broken);
      expect(() => open(directory)).toThrow(/00000007\.log is not valid at byte \d+.*[Nn]othing was changed/);
      expect(names(directory)).toEqual(['00000007.log']);
      expect(readFileSync(path).equals(broken)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test('a file that lost a part of its snapshot is corrupt, not torn', () => {
  const { directory, path, snapshotEnd } = someLog();
  truncateSync(path, snapshotEnd - 1);
  expect(() => open(directory)).toThrow(`${path} is not valid at byte`);
});

test('a whole frame that holds no entry is corrupt', () => {
  const { directory, path, bytes } = someLog();
  writeFileSync(path, Buffer.concat([bytes, encodeFrames(['{"kind":"other"}'])]));
  expect(() => open(directory)).toThrow(`not valid at byte ${bytes.length}`);
});

test('a newer version is refused as such', () => {
  const directory = temporaryDirectory();
  writeFileSync(segmentPath(directory, 3), encodeHeader({ createdAt: start, snapshotBytes: 0 }, 2));
  expect(() => open(directory)).toThrow(/00000003\.log was written by a newer version.*format 2.*up to 1/);
  expect(names(directory)).toEqual(['00000003.log']);
});

test('a segment that was being made when the process died is removed', () => {
  const { directory } = someLog();
  writeFileSync(`${segmentPath(directory, 9_999_999_999)}.tmp`, 'half');
  expect(open(directory).recovered.inDoubt).toHaveLength(1);
  expect(names(directory).every((name) => name.endsWith('.log'))).toBe(true);
});

test('opening again and again leaves no pile of segments', () => {
  const { directory } = someLog();
  const before = listSegments(directory).length;
  for (let count = 0; count < 5; count++) open(directory).writer.close();
  expect(listSegments(directory)).toHaveLength(before + 1);
});

/** A disk with room for so many bytes, or one whose sync fails. */
class FailingDisk implements Disk {
  room = Infinity;
  syncFails = false;

  write(fd: number, bytes: Buffer, from: number): number {
    if (this.room <= 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    const count = realDisk.write(fd, bytes.subarray(0, from + this.room), from);
    this.room -= count;
    return count;
  }

  sync(): void {
    if (this.syncFails) throw Object.assign(new Error('broken'), { code: 'EIO' });
  }
}

test('a batch that did not fit leaves nothing behind, and the next try is clean', () => {
  const directory = temporaryDirectory();
  const disk = new FailingDisk();
  const { writer } = open(directory, { disk });
  writer.append([commandLine(makeRecord('before', 'sent'))]);
  const size = statSync(newest(directory)).size;
  disk.room = 300;
  const batch = [1, 2, 3].map((number) => commandLine(makeRecord(`batch${number}`, 'sent')));
  expect(() => writer.append(batch)).toThrow(/cannot be written: no space is left.*ENOSPC/);
  expect(statSync(newest(directory)).size).toBe(size);
  expect(() => writer.append(batch)).toThrow('ENOSPC');
  disk.room = Infinity;
  writer.append(batch);
  writer.close();
  expect(open(directory).recovered.inDoubt.map(({ id }) => id)).toEqual(['batch1', 'batch2', 'batch3', 'before']);
});

test('a crash at any moment of a roll leaves everything', () => {
  const { directory } = someLog();
  open(directory).writer.close();
  const { size } = statSync(newest(directory));
  const disk = new FailingDisk();
  for (let room = 0; room < size; room += 7) {
    disk.room = room;
    expect(() => open(directory, { disk })).toThrow('ENOSPC');
    disk.room = Infinity;
    disk.syncFails = room % 2 === 1;
    if (disk.syncFails) expect(() => open(directory, { disk })).toThrow('EIO');
    disk.syncFails = false;
    const { recovered, writer } = open(directory);
    writer.close();
    expect(recovered).toMatchObject({ inDoubt: [{ id: 'c1' }], tornBytes: 0 });
    expect(factsOf(recovered)).toEqual(
      new Map<string, unknown>(Object.entries({ 'latch:a': true, 'latch:b': { by: 'x' } })),
    );
  }
});

test('with durability `power` a batch whose sync fails is not on record; with `process` nothing is synced', () => {
  const directory = temporaryDirectory();
  const disk = new FailingDisk();
  const { writer } = open(directory, { disk, durability: 'power' });
  disk.syncFails = true;
  expect(() => writer.append([factLine('latch:a', true)])).toThrow('EIO');
  writer.close();
  disk.syncFails = false;
  const second = open(directory, { disk });
  expect(second.recovered.facts).toEqual([]);
  disk.syncFails = true;
  expect(second.writer.append([factLine('latch:a', true)])).toEqual({});
});

test('a reader that saw what was then cut off sees all that is written afterwards', () => {
  const directory = temporaryDirectory();
  const disk = new FailingDisk();
  const { writer } = open(directory, { disk, durability: 'power' });
  let seen = readLog(directory, undefined, 10);
  const sync = (): void => {
    seen = readLog(directory, seen.next, 10);
    throw Object.assign(new Error('broken'), { code: 'EIO' });
  };
  disk.sync = sync;
  expect(() => writer.append([factLine('a', 'cut off, and longer than what comes then')])).toThrow('EIO');
  expect(seen.texts).toHaveLength(1);
  disk.sync = () => {};
  writer.append([factLine('b', 1)]);
  writer.append([factLine('c', 2)]);
  expect(entriesOf(readLog(directory, seen.next, 10))).toMatchObject([{ key: 'b' }, { key: 'c' }]);
});

test('retention drops whole segments by age, by that of their newest entry, and never the newest', () => {
  const directory = temporaryDirectory();
  let now = start;
  const { writer } = open(directory, { now: () => now });
  for (let day = 0; day < 80; day++) {
    now = start + day * dayMs;
    writer.append([commandLine(makeRecord(`day${String(day).padStart(2, '0')}`, 'ended'))]);
  }
  const days = [...lastStates(directory).keys()];
  expect(days.at(-1)).toBe('day79');
  expect(days.length).toBeGreaterThanOrEqual(30);
  expect(days.length).toBeLessThanOrEqual(37);
  now += 1000 * dayMs;
  const { keptSince } = writer.retain();
  expect(listSegments(directory)).toHaveLength(1);
  expect(keptSince).toBeGreaterThan(start + 70 * dayMs);
  expect(lastStates(directory).has('day79')).toBe(true);
  expect(writer.retain()).toEqual({});
});

test('retention drops the oldest segments by size', () => {
  const directory = temporaryDirectory();
  const retention = { maxAgeMs: 30 * dayMs, maxBytes: 4_000_000 };
  const { writer } = open(directory, { retention });
  const params = 'x'.repeat(10_000);
  for (let count = 0; count < 1000; count++) writer.append([commandLine(makeRecord(`c${count}`, 'ended', { params }))]);
  const total = listSegments(directory).reduce((sum, { path }) => sum + statSync(path).size, 0);
  expect(total).toBeGreaterThan(3_000_000);
  expect(total).toBeLessThan(4_500_000);
  expect(lastStates(directory).has('c999')).toBe(true);
  expect(lastStates(directory).has('c0')).toBe(false);
});

test('whatever is appended, in whatever batches and over however many opens, comes back', () => {
  const entry = fc.record({ id: fc.nat(20), ended: fc.boolean(), fact: fc.boolean(), text: fc.string() });
  fc.assert(
    fc.property(fc.array(fc.array(fc.array(entry, { maxLength: 5 }), { maxLength: 5 }), { maxLength: 4 }), (lives) => {
      const directory = temporaryDirectory();
      const facts = new Map<string, unknown>();
      const inDoubt = new Map<string, unknown>();
      for (const batches of lives) {
        const { writer } = open(directory, { segmentBytes: 500 });
        for (const batch of batches) {
          writer.append(
            batch.map(({ id, ended, fact, text }) => {
              const key = String(id).padStart(2, '0');
              const value = ended ? undefined : text;
              const record = makeRecord(key, ended ? 'ended' : 'sent', { params: text });
              const where = fact ? facts : inDoubt;
              if (ended) where.delete(key);
              else where.set(key, fact ? text : record);
              return fact ? factLine(key, value) : commandLine(record);
            }),
          );
        }
        writer.close();
      }
      const { recovered, writer } = open(directory);
      writer.close();
      expect(factsOf(recovered)).toEqual(facts);
      expect(recovered.inDoubt).toEqual([...inDoubt].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record));
      expect(readAll(directory, 3)).toEqual(readAll(directory, 1000));
    }),
    { numRuns: 20 },
  );
});

test('a segment begins with its header', () => {
  const directory = temporaryDirectory();
  open(directory);
  expect(statSync(join(directory, names(directory)[0] ?? '')).size).toBe(headerBytes);
});

test('a clock that was ahead for a while makes nothing be forgotten that the log still holds', () => {
  const directory = temporaryDirectory();
  const retention = { maxAgeMs: 30 * dayMs, maxBytes: 1 };
  let now = start + 365 * dayMs;
  const { writer } = open(directory, { retention, now: () => now, segmentBytes: 1 });
  writer.append([commandLine(makeRecord('ahead', 'ended'))]);
  writer.append([commandLine(makeRecord('ahead too', 'ended'))]);
  now = start;
  const { keptSince } = writer.append([commandLine(makeRecord('later', 'ended'))]);
  expect(keptSince).toBe(start);
});

test('what is written to a segment after the clock was set back counts, not when the segment was made', () => {
  const directory = temporaryDirectory();
  const retention = { maxAgeMs: 3000 * dayMs, maxBytes: 1e9 };
  let now = start;
  const { writer } = open(directory, { retention, now: () => now, segmentBytes: 2000 });
  now = start + 365 * dayMs;
  const params = 'x'.repeat(2500);
  writer.append([commandLine(makeRecord('old', 'ended', { params }))]);
  writer.append([commandLine(makeRecord('made-ahead', 'ended'))]);
  now = start + 1000;
  writer.append([commandLine(makeRecord('set-back', 'ended'))]);
  now = start + 400 * dayMs;
  retention.maxBytes = 1;
  expect(writer.retain().keptSince).toBe(start + 1000);
  expect(lastStates(directory).has('set-back')).toBe(true);
});

test('after a clock was ahead, what is too old goes as before', () => {
  const directory = temporaryDirectory();
  let now = start;
  const { writer } = open(directory, { now: () => now });
  for (const day of [0, 3650, ...Array.from({ length: 100 }, (_, index) => 1 + index)]) {
    now = start + day * dayMs;
    writer.append([commandLine(makeRecord(`day${day}`, 'ended'))]);
  }
  const days = [...lastStates(directory).keys()];
  expect(days.at(-1)).toBe('day100');
  expect(days.length).toBeGreaterThanOrEqual(30);
  expect(days.length).toBeLessThanOrEqual(37);
});

test.each(['from its start', 'for a while'])('a clock that is behind %s lets nothing go that is not too old', (how) => {
  const directory = temporaryDirectory();
  let now = start;
  const first = open(directory, { now: () => now }).writer;
  first.append([commandLine(makeRecord('before', 'ended'))]);
  first.close();
  now = how === 'from its start' ? 0 : start + dayMs;
  const { writer } = open(directory, { now: () => now });
  now = 1000;
  writer.append([commandLine(makeRecord('behind', 'ended'))]);
  for (now = start + dayMs; now < start + 20 * dayMs; now += dayMs) {
    writer.append([commandLine(makeRecord(`day${(now - start) / dayMs}`, 'ended'))]);
    writer.retain();
  }
  expect([...lastStates(directory).keys()].slice(0, 2)).toEqual(['before', 'behind']);
});

test('of several segments that were made while the clock was ahead, what is before goes as it should', () => {
  const directory = temporaryDirectory();
  let now = start;
  const first = open(directory, { now: () => now }).writer;
  first.append([commandLine(makeRecord('before', 'ended'))]);
  first.close();
  now = start + 3650 * dayMs;
  for (const id of ['ahead', 'ahead too']) {
    const { writer } = open(directory, { now: () => now });
    writer.append([commandLine(makeRecord(id, 'ended'))]);
    writer.close();
  }
  now = start;
  const { writer } = open(directory, { now: () => now });
  for (; now < start + 60 * dayMs; now += dayMs)
    writer.append([commandLine(makeRecord(`day${(now - start) / dayMs}`, 'ended'))]);
  expect([...lastStates(directory).keys()]).not.toContain('before');
});

test('what was written late to a segment is kept as long as all, also if the next was made with a clock that was behind', () => {
  const directory = temporaryDirectory();
  let now = start;
  const first = open(directory, { now: () => now }).writer;
  first.append([commandLine(makeRecord('early', 'ended'))]);
  now = start + 2.9 * dayMs;
  first.append([commandLine(makeRecord('late', 'ended'))]);
  first.close();
  now = 0;
  const { writer } = open(directory, { now: () => now });
  writer.append([commandLine(makeRecord('behind', 'ended'))]);
  for (now = start + 3 * dayMs; now < start + 32.5 * dayMs; now += dayMs / 2) {
    writer.append([commandLine(makeRecord(`day${(now - start) / dayMs}`, 'ended'))]);
    writer.retain();
  }
  expect([...lastStates(directory).keys()]).toContain('late');
});

test('a segment that says it was made after its last change ends what is before it when that was', () => {
  const directory = temporaryDirectory();
  const now = Date.now();
  for (const [number, daysAgo] of [
    [1, 100],
    [2, 60],
    [3, 20],
  ] as const) {
    const header = encodeHeader({ createdAt: now + 365 * dayMs, snapshotBytes: 0 });
    const entry = encodeFrames([commandLine(makeRecord(`c${number}`, 'ended')).text]);
    writeFileSync(segmentPath(directory, number), Buffer.concat([header, entry]));
    utimesSync(segmentPath(directory, number), (now - daysAgo * dayMs) / 1000, (now - daysAgo * dayMs) / 1000);
  }
  const { writer } = open(directory, { now: () => now });
  writer.retain();
  expect([...lastStates(directory).keys()]).toEqual(['c2', 'c3']);
});

test('a segment that says it was made after its last change tells nothing of what is kept', () => {
  const directory = temporaryDirectory();
  const ahead = Date.now() + 365 * dayMs;
  for (const number of [1, 2]) {
    const header = encodeHeader({ createdAt: ahead, snapshotBytes: 0 });
    const entry = encodeFrames([commandLine(makeRecord(`c${number}`, 'ended')).text]);
    writeFileSync(segmentPath(directory, number), Buffer.concat([header, entry]));
  }
  const retention = { maxAgeMs: 30 * dayMs, maxBytes: 600_000 };
  const { writer } = open(directory, { retention, now: () => Date.now() });
  expect(writer.retain()).toEqual({});
  expect([...lastStates(directory).keys()]).toEqual(['c2']);
});

test.each([
  ['its file is removed', (_directory: string, path: string) => rmSync(path)],
  [
    'its file is replaced by a copy under another name',
    (_directory: string, path: string) => renameSync(path, `${path}.old`),
  ],
])('when %s the write is refused, and the next one begins a new file from what is known', (_what, remove) => {
  const directory = temporaryDirectory();
  let now = start;
  const { writer } = open(directory, { now: () => now });
  writer.append([factLine('latch:a', true), commandLine(makeRecord('c1', 'sent'))]);
  remove(directory, newest(directory));
  now += 10;
  const batch = [factLine('latch:b', true)];
  expect(() => writer.append(batch)).toThrow(/\.log was removed or replaced while the service runs/);
  writer.append(batch);
  writer.append([factLine('latch:c', true)]);
  writer.close();
  const { recovered } = open(directory);
  expect(recovered.facts.map(([key]) => key).toSorted()).toEqual(['latch:a', 'latch:b', 'latch:c']);
  expect(recovered.inDoubt.map(({ id }) => id)).toEqual(['c1']);
});

test('with many batches it is looked every 10 ms whether the file is there, also where the clock was set back', () => {
  const directory = temporaryDirectory();
  let now = start;
  const { writer } = open(directory, { now: () => now });
  writer.append([commandLine(makeRecord('c1', 'sent'))]);
  rmSync(newest(directory));
  now += 9;
  writer.append([commandLine(makeRecord('c2', 'sent'))]);
  now += 1;
  expect(() => writer.append([commandLine(makeRecord('c3', 'sent'))])).toThrow('removed or replaced');
  writer.append([commandLine(makeRecord('c3', 'sent'))]);
  expect([...lastStates(directory).keys()]).toEqual(['c1', 'c2', 'c3']);
  rmSync(newest(directory));
  now -= 1000;
  expect(() => writer.append([commandLine(makeRecord('c4', 'sent'))])).toThrow('removed or replaced');
});

test('retention notices as well that the files are gone', () => {
  const directory = temporaryDirectory();
  const { writer } = open(directory);
  rmSync(newest(directory));
  expect(() => writer.retain()).toThrow('removed or replaced');
});

test('files of another process are not hidden by a new one', () => {
  const directory = temporaryDirectory();
  let now = start;
  const { writer } = open(directory, { now: () => now });
  writer.append([factLine('latch:a', true)]);
  now += 10;
  const path = newest(directory);
  copyFileSync(path, `${path}.copy`);
  renameSync(`${path}.copy`, path);
  expect(() => writer.append([factLine('latch:b', true)])).toThrow('removed or replaced');
  for (let again = 0; again < 2; again++) {
    expect(() => writer.append([factLine('latch:b', true)])).toThrow(`${path} is not this process’s own`);
  }
  rmSync(path);
  writer.append([factLine('latch:b', true)]);
  writer.close();
  expect(open(directory).recovered.facts).toHaveLength(2);
});
