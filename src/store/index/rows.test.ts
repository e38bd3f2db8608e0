import { join } from 'node:path';
import { array, assert, nat, property } from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { makeRecord, temporaryDirectory } from '../../../test/support/store.ts';
import { commandLine } from '../log/line.ts';
import { IndexFile } from './index-file.ts';

function opened(): IndexFile {
  const file = IndexFile.open(join(temporaryDirectory(), 'index.db'));
  onTestFinished(() => file.close());
  return file;
}

function take(file: IndexFile, ids: readonly string[]): void {
  const texts = ids.map((id) => commandLine(makeRecord(id, 'ended', {})).text);
  file.apply({ texts, next: { segment: 1, offset: 1 } });
}

const idIn = (text: string): string => /"id":"(\w+)"/.exec(text)?.[1] ?? '';
const listed = (file: IndexFile, before = 'z'): string[] =>
  file.list({ device: 'psu-1', limit: 10_000, before }, 10_000).texts.map(idIn);
const named = (numbers: readonly number[]): string[] => numbers.map((n) => `c${String(n).padStart(5, '0')}`);

test('whatever order commands come in, a list has that of their ids', () => {
  assert(
    property(array(array(nat(300), { maxLength: 60 }), { maxLength: 6 }), (slices) => {
      const file = opened();
      for (const slice of slices) take(file, named(slice));
      const ids = [...new Set(named(slices.flat()))].toSorted().toReversed();
      expect(listed(file)).toEqual(ids);
      expect(listed(file, 'c00150')).toEqual(ids.filter((id) => id < 'c00150'));
    }),
    { numRuns: 30 },
  );
});

const late = Array.from({ length: 3000 }, (_, n) => n + 1);

test.each([
  ['thousands', 'in one slice', [late.toReversed()]],
  ['some', 'in many slices, the oldest first', late.slice(0, 300).map((n) => [n])],
  [
    'some',
    'in many slices, the newest first',
    late
      .slice(0, 300)
      .toReversed()
      .map((n) => [n]),
  ],
])('%s that come late between two others find room %s', (_many, _order, slices) => {
  const file = opened();
  take(file, named([0, 9000, 9001, 9002]));
  for (const slice of slices) take(file, named(slice));
  // What stands behind may have moved: the next one is behind it all the same.
  take(file, named([9003]));
  const between = slices.flat().toSorted((a, b) => a - b);
  expect(listed(file)).toEqual(named([0, ...between, 9000, 9001, 9002, 9003]).toReversed());
});
