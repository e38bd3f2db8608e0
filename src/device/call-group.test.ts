import { expect, test } from 'vitest';
import { CallGroup } from './call-group.ts';

function recording() {
  const reasons: Error[] = [];
  return { reasons, abort: (reason: Error) => void reasons.push(reason) };
}

test('an abort ends those that are there, once, and nobody who comes later or has left', () => {
  const group = new CallGroup();
  const [there, gone, later] = [recording(), recording(), recording()];
  group.add(there);
  group.add(gone);
  group.delete(gone);
  const stopped = new Error('stopped');
  group.abort(stopped);
  group.add(later);
  group.abort(new Error('again'));
  expect(there.reasons).toEqual([stopped]);
  expect(gone.reasons).toEqual([]);
  expect(later.reasons).toEqual([new Error('again')]);
});

test('who comes to a closed group is ended at once, for the first reason', () => {
  const group = new CallGroup();
  const [there, later] = [recording(), recording()];
  group.add(there);
  const removed = new Error('removed');
  group.close(removed);
  group.close(new Error('again'));
  group.add(later);
  expect(there.reasons).toEqual([removed]);
  expect(later.reasons).toEqual([removed]);
});

test('one that leaves while the others are ended is none of them twice', () => {
  const group = new CallGroup();
  const left = recording();
  const first = { abort: () => group.delete(left) };
  group.add(first);
  group.add(left);
  group.abort(new Error('stopped'));
  group.abort(new Error('again'));
  expect(left.reasons).toHaveLength(1);
});
