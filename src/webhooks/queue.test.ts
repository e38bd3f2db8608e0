import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Delivery, Lost } from './delivery.ts';
import { Queue, type QueueBounds, type QueueRecord, type Waiting } from './queue.ts';

/** What is on record, as a store would have it. */
class Record implements QueueRecord {
  readonly places = new Map<number, Waiting>();
  lost: Lost | undefined;
  most = 0;

  put(place: number, waiting: Waiting | undefined): void {
    if (waiting === undefined) this.places.delete(place);
    else this.places.set(place, waiting);
    this.most = Math.max(this.most, place);
  }

  lose(lost: Lost | undefined): void {
    this.lost = lost;
  }
}

const event = (at: number, length = 10): Delivery => ({ id: `evt_${at}`, at, body: 'x'.repeat(length) });

function begun(record: Record, bounds: Partial<QueueBounds> = {}): Queue {
  const queue = new Queue({ maxEvents: 3, maxBytes: 1000, ...bounds }, record);
  queue.restore({ waiting: [...record.places.values()], lost: record.lost });
  return queue;
}

const told = (delivery: Delivery | undefined): string => {
  if (delivery === undefined) return 'nothing';
  if (!delivery.id.startsWith('gap')) return delivery.id;
  return `gap of ${(JSON.parse(delivery.body) as { data: { dropped: number } }).data.dropped}`;
};

const lostIn = (delivery: Delivery | undefined): number => Number(/^gap of (\d+)$/.exec(told(delivery))?.[1] ?? 0);

/** Delivers everything. */
function drained(queue: Queue): string[] {
  const all: string[] = [];
  for (let next = queue.next(); next !== undefined; next = queue.next()) {
    all.push(told(next));
    queue.done();
  }
  return all;
}

test('when it is full the oldest go, and a message says so before those that are left', () => {
  const queue = begun(new Record());
  for (let at = 1; at <= 5; at++) queue.add(event(at));
  expect([queue.length, queue.dropped]).toEqual([4, 2]);
  expect(JSON.parse(queue.next()?.body ?? '')).toEqual({
    id: 'gap_2_2',
    type: 'gap',
    at: '1970-01-01T00:00:00.002Z',
    data: {
      dropped: 2,
      from: '1970-01-01T00:00:00.001Z',
      to: '1970-01-01T00:00:00.002Z',
      reload: ['/v1/devices', '/v1/alarms', '/v1/commands'],
    },
    simulated: false,
  });
  expect(drained(queue)).toEqual(['gap of 2', 'evt_3', 'evt_4', 'evt_5']);
  expect([queue.length, queue.bytes]).toEqual([0, 0]);
});

test('what is under way is not given up, and stays the next until it is done', () => {
  const record = new Record();
  const queue = begun(record);
  queue.add(event(1));
  expect(told(queue.next())).toBe('evt_1');
  for (let at = 2; at <= 40; at++) queue.add(event(at));
  expect(told(queue.next())).toBe('evt_1');
  expect(record.most).toBeLessThanOrEqual(5);
  expect(drained(begun(record))).toEqual(['evt_1', 'gap of 36', 'evt_38', 'evt_39', 'evt_40']);
});

test('bytes are bounded as well, and one event may be all of them', () => {
  const queue = begun(new Record(), { maxBytes: 25 });
  for (let at = 1; at <= 3; at++) queue.add(event(at));
  expect(queue.bytes).toBe(20);
  queue.add(event(4, 26));
  expect(drained(queue)).toEqual(['gap of 4']);
});

test('what was added before the record was read comes after what is in it', () => {
  const record = new Record();
  const before = begun(record);
  for (const at of [1, 2]) before.add(event(at));
  const queue = new Queue({ maxEvents: 10, maxBytes: 1000 }, record);
  queue.add(event(3));
  queue.add(event(4));
  expect(record.places.size).toBe(2);
  queue.restore({ waiting: [...record.places.values()].toReversed(), lost: undefined });
  expect(record.places.size).toBe(4);
  expect(drained(queue)).toEqual(['evt_1', 'evt_2', 'evt_3', 'evt_4']);
  expect(record.places.size).toBe(0);
});

test('a smaller queue after a restart keeps the newest, and what was under way', () => {
  const record = new Record();
  const before = begun(record, { maxEvents: 10 });
  for (let at = 1; at <= 10; at++) before.add(event(at));
  expect(drained(begun(record, { maxEvents: 2 }))).toEqual(['evt_1', 'gap of 7', 'evt_9', 'evt_10']);
});

type Act = 'add' | 'next' | 'done' | 'giveUp' | 'restart';

test('in whatever order things happen, each event is delivered in its turn or counted as lost', () => {
  const act = fc.constantFrom<Act>('add', 'add', 'add', 'next', 'done', 'giveUp', 'restart');
  fc.assert(
    fc.property(fc.array(act, { maxLength: 100 }), fc.integer({ min: 1, max: 5 }), (acts, maxEvents) => {
      const record = new Record();
      let queue = begun(record, { maxEvents });
      let added = 0;
      let untold = 0;
      const delivered: string[] = [];
      const finish = (): void => {
        const current = queue.next();
        if (current !== undefined) delivered.push(told(current));
        queue.done();
      };
      for (const each of acts) {
        if (each === 'add') queue.add(event(++added));
        else if (each === 'next') queue.next();
        else if (each === 'done') finish();
        else if (each === 'restart') queue = begun(record, { maxEvents });
        else {
          untold += lostIn(queue.next());
          queue.giveUp();
        }
        expect(queue.length).toBeLessThanOrEqual(maxEvents + 2);
        expect(record.places.size).toBeLessThanOrEqual(maxEvents + 1);
        expect(record.most).toBeLessThanOrEqual(maxEvents + 2);
      }
      while (queue.length > 0) finish();
      const events = delivered.filter((id) => id.startsWith('evt')).map((id) => Number(id.slice(4)));
      const lost = delivered.filter((id) => id.startsWith('gap')).map((id) => Number(id.slice('gap of '.length)));
      // A gap that was not taken either.
      lost.push(untold);
      expect(events).toEqual(events.toSorted((a, b) => a - b));
      expect(new Set(events).size).toBe(events.length);
      expect(events.length + lost.reduce((sum, count) => sum + count, 0)).toBe(added);
      expect([queue.bytes, record.places.size, record.lost]).toEqual([0, 0, undefined]);
    }),
  );
});
