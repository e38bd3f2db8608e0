import { expect, test } from 'vitest';
import { OrderedIds } from '../ordered-ids.ts';
import { newRecord } from './record.ts';
import { MemoryStore } from '../store/memory.ts';

const now = Date.UTC(2026, 0, 1);
const fields = { device: 'd', command: 'c', params: {}, by: 'test', simulated: true, declared: 'sent' } as const;

test('ids sort by acceptance, within a millisecond and when the wall clock is set back', () => {
  const ids = new OrderedIds();
  const made = [now, now, now, now + 1, now - 5000, now + 1, now + 2].map((msecs) => ids.next(msecs));
  expect(made.toSorted()).toEqual(made);
  expect(new Set(made).size).toBe(made.length);
});

test('no two ids share their random part, however many are made', () => {
  const ids = new OrderedIds();
  // RFC 9562 §5.7: what neither the time nor the counter takes, the last 32 of the 122 bits here.
  const made = Array.from({ length: 2000 }, () => ids.next(now).slice(-8));
  expect(new Set(made).size).toBe(made.length);
});

test('pages are complete for many records of one millisecond, and stable while others arrive', async () => {
  const ids = new OrderedIds();
  const records = new MemoryStore(1000).commands;
  const accept = async (): Promise<string> => {
    const record = newRecord(ids.next(now), { ...fields, submittedAt: now });
    await records.put(record);
    return record.id;
  };
  const all: string[] = [];
  for (let count = 0; count < 60; count++) all.push(await accept());
  const seen: string[] = [];
  for (let before: string | undefined, page = 0; page < 7; page++) {
    const found = await records.list({ limit: 10, ...(before === undefined ? {} : { before }) });
    seen.push(...found.items.map(({ id }) => id));
    before = found.next;
    if (before === undefined) break;
    await accept();
  }
  expect(seen).toEqual(all.toReversed());
});

test('over capacity the oldest that has ended goes; what has not ended stays', async () => {
  const ids = new OrderedIds();
  const records = new MemoryStore(2).commands;
  const made = [0, 1, 2].map((offset) => newRecord(ids.next(now + offset), { ...fields, submittedAt: now + offset }));
  const [first, second, third] = made;
  if (first === undefined || second === undefined || third === undefined) throw new Error('three were made');
  second.state = 'ended';
  for (const record of made) await records.put(record);
  expect((await records.list({ limit: 10 })).items).toEqual([third, first]);
});
