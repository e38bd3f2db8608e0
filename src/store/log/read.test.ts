import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { entriesOf, makeRecord, readAll, temporaryDirectory } from '../../../test/support/store.ts';
import type { LogEntry, LogPosition } from './entry.ts';
import { encodeFrames } from './frame.ts';
import { commandLine, factLine } from './line.ts';
import { readLog } from './read.ts';
import { encodeHeader, segmentPath } from './segment.ts';

const frameOf = (key: string): Buffer => encodeFrames([factLine(key, 1).text]);

/** Writes a segment of facts with these names. */
function write(directory: string, number: number, keys: readonly string[], version?: number): string {
  const path = segmentPath(directory, number);
  const header = encodeHeader({ createdAt: 0, snapshotBytes: 0 }, version);
  writeFileSync(path, Buffer.concat([header, ...keys.map(frameOf)]));
  return path;
}

const keysOf = (entries: readonly LogEntry[]): string[] =>
  entries.map((entry) => (entry.kind === 'fact' ? entry.key : ''));
const keysFrom = (directory: string, from?: LogPosition): string[] => keysOf(entriesOf(readLog(directory, from, 1000)));

test('entries come in order over segments, in slices of any size', () => {
  const directory = temporaryDirectory();
  write(directory, 1, ['a', 'b']);
  write(directory, 2, []);
  write(directory, 5, ['c', 'd', 'e']);
  for (const step of [1, 2, 3, 100]) expect(keysOf(readAll(directory, step))).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('a directory without segments has no entries, and the first that come are seen', () => {
  const directory = temporaryDirectory();
  const { texts, next } = readLog(directory, undefined, 10);
  expect(texts).toEqual([]);
  write(directory, 1_770_000_000, ['a']);
  expect(keysFrom(directory, next)).toEqual(['a']);
});

test('at the end the position stays, and what is appended later is found from there', () => {
  const directory = temporaryDirectory();
  const path = write(directory, 1, ['a']);
  const end = readLog(directory, undefined, 10).next;
  expect(readLog(directory, end, 10)).toEqual({ texts: [], next: end });
  const frame = frameOf('b');
  appendFileSync(path, frame.subarray(0, 7));
  expect(readLog(directory, end, 10)).toEqual({ texts: [], next: end });
  appendFileSync(path, frame.subarray(7));
  expect(keysFrom(directory, end)).toEqual(['b']);
  write(directory, 2, ['c']);
  expect(keysFrom(directory, end)).toEqual(['b', 'c']);
});

test('a position in a segment that is gone goes on with the next one that is left', () => {
  const directory = temporaryDirectory();
  rmSync(write(directory, 1, ['a']));
  write(directory, 2, ['b']);
  expect(keysFrom(directory, { segment: 1, offset: 50 })).toEqual(['b']);
  expect(keysFrom(directory, { segment: 9, offset: 50 })).toEqual(['b']);
});

test('damage in an old segment is left out and counted; what follows is read', () => {
  const directory = temporaryDirectory();
  const path = write(directory, 1, ['a', 'b', 'c']);
  write(directory, 2, ['d']);
  const bytes = readFileSync(path);
  const length = frameOf('a').length;
  bytes.fill(0, 32 + length + 3, 32 + length + 9);
  writeFileSync(path, Buffer.concat([bytes, Buffer.from('torn')]));
  const slice = readLog(directory, undefined, 100);
  expect(keysOf(entriesOf(slice))).toEqual(['a', 'c', 'd']);
  expect(slice.skippedBytes).toBe(length + 4);
});

test('damage in the newest segment does not hold up what stands behind it', () => {
  const directory = temporaryDirectory();
  const path = write(directory, 1, ['a', 'b', 'c']);
  const bytes = readFileSync(path);
  // A length that reaches beyond the file looks like a frame that is still being written.
  bytes.writeUInt32LE(1_000_000, 32 + frameOf('a').length + 4);
  writeFileSync(path, bytes);
  expect(keysOf(readAll(directory, 1))).toEqual(['a', 'c']);
});

test('an entry longer than what is read at once is read whole', () => {
  const directory = temporaryDirectory();
  const params = 'ü'.repeat(400_000);
  const long = encodeFrames([commandLine(makeRecord('long', 'ended', { params })).text]);
  writeFileSync(
    segmentPath(directory, 1),
    Buffer.concat([encodeHeader({ createdAt: 0, snapshotBytes: 0 }), frameOf('a'), long, frameOf('b')]),
  );
  const entries = readAll(directory, 10);
  expect(keysOf(entries)).toEqual(['a', '', 'b']);
  expect(entries[1]).toMatchObject({ record: { params } });
});

test('a segment of a newer version is not read', () => {
  const directory = temporaryDirectory();
  write(directory, 1, ['a'], 2);
  expect(() => readLog(directory, undefined, 10)).toThrow('newer version');
});

test('other files in the directory are left alone', () => {
  const directory = temporaryDirectory();
  write(directory, 1, ['a']);
  mkdirSync(`${directory}/x.log`);
  writeFileSync(`${directory}/00000002.log.tmp`, 'half');
  expect(keysFrom(directory)).toEqual(['a']);
});
