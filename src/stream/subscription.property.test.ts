import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { type News, type StreamEntry, type StreamType, streamTypes } from './entry.ts';
import { fits, type StreamFilter } from './filter.ts';
import { Stream } from './stream.ts';
import type { Subscription } from './subscription.ts';

const devices = ['a', 'b', 'c'];
const rooms = ['lab', 'hall'];

const labels = fc.record({ room: fc.constantFrom(...rooms), rack: fc.constantFrom('1', '2') }, { requiredKeys: [] });
const subject = fc.record({ device: fc.constantFrom(...devices), labels });
const news: fc.Arbitrary<News> = fc
  .record({ type: fc.constantFrom(...streamTypes), subjects: fc.array(subject, { maxLength: 3 }) })
  .map(({ type, subjects: [first, ...others] }) => ({ type, ...first, others, data: {} }));
const filter: fc.Arbitrary<StreamFilter> = fc.record(
  {
    devices: fc.uniqueArray(fc.constantFrom(...devices), { minLength: 1 }).map((ids) => new Set(ids)),
    labels: fc.array(
      fc.oneof(
        fc.constant({ key: 'room' }),
        fc.constantFrom(...rooms).map((value) => ({ key: 'room', value })),
        fc.constant({ key: 'rack', value: '1' }),
      ),
      { maxLength: 2 },
    ),
    types: fc.uniqueArray(fc.constantFrom(...streamTypes), { minLength: 1 }).map((all) => new Set<StreamType>(all)),
  },
  { requiredKeys: [] },
);

/** A reader that takes so many frames at a time. */
class Reader {
  readonly filter: StreamFilter;
  readonly joinedAfter: number;
  readonly frames: string[] = [];
  room: number;
  overrun = false;
  subscription: Subscription | undefined;

  constructor(filter: StreamFilter, joinedAfter: number, room: number) {
    this.filter = filter;
    this.joinedAfter = joinedAfter;
    this.room = room;
  }

  write(frame: Uint8Array): boolean {
    // What it is handed it takes, full or not; handed anything after it said no, it would not.
    if (this.room <= 0) throw new Error('it is full');
    this.frames.push(Buffer.from(frame).toString());
    return --this.room > 0;
  }

  drain(room: number): void {
    this.room += room;
    if (this.room > 0) this.subscription?.flow();
  }
}

type Step =
  | { readonly news: News }
  | { readonly join: StreamFilter; readonly room: number }
  | { readonly drain: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ news }), weight: 5 },
  { arbitrary: fc.record({ join: filter, room: fc.integer({ min: 1, max: 20 }) }), weight: 1 },
  { arbitrary: fc.record({ drain: fc.integer({ min: 1, max: 10 }) }), weight: 2 },
);

test('every reader hears all that fits, once and in order, however slowly; or that it was too slow', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 5, max: 60 }), (steps, maxEntries) => {
      const stream = new Stream({ clock: new VirtualClock(), maxEntries });
      const all: StreamEntry[] = [];
      stream.follow((entry) => void all.push(entry));
      const readers: Reader[] = [];
      for (const each of steps) {
        if ('news' in each) stream.publish(each.news);
        else if ('drain' in each) for (const reader of readers) reader.drain(each.drain);
        else readers.push(joined(stream, each.join, each.room));
      }
      for (const reader of readers) reader.drain(1000);
      for (const reader of readers) {
        const fitting = all.filter((entry) => entry.id > reader.joinedAfter && fits(reader.filter, entry));
        const frames = fitting.map(({ frame }) => Buffer.from(frame).toString());
        expect(reader.frames).toEqual(reader.overrun ? frames.slice(0, reader.frames.length) : frames);
      }
    }),
    { seed: 20_260_101, numRuns: 300 },
  );
});

function joined(stream: Stream, filter: StreamFilter, room: number): Reader {
  const reader = new Reader(filter, stream.lastId, room);
  const sink = { write: (frame: Uint8Array) => reader.write(frame), overrun: () => void (reader.overrun = true) };
  reader.subscription = stream.subscribe({ filter, sink, after: stream.lastId, mayHear: () => true });
  reader.subscription.flow();
  return reader;
}

test('what a reader may not hear it is not told, and does not miss', () => {
  const stream = new Stream({ clock: new VirtualClock() });
  const heard: string[] = [];
  const subscription = stream.subscribe({
    filter: {},
    after: stream.lastId,
    mayHear: ({ device }) => device !== 'secret',
    sink: { write: (frame) => heard.push(Buffer.from(frame).toString()) > 0, overrun: () => {} },
  });
  const publish = (device: string): void => stream.publish({ type: 'event', device, data: { device } });
  publish('secret');
  publish('a');
  subscription.flow();
  publish('secret');
  publish('b');
  expect(heard.map((frame) => /"device":"(\w+)"/.exec(frame)?.[1])).toEqual(['a', 'b']);
});

test('a reader who left hears nothing more', () => {
  const stream = new Stream({ clock: new VirtualClock() });
  let heard = 0;
  const sink = { write: () => ++heard > 0, overrun: () => {} };
  const subscription = stream.subscribe({
    filter: { devices: new Set(['a']) },
    after: stream.lastId,
    mayHear: () => true,
    sink,
  });
  subscription.flow();
  stream.publish({ type: 'event', device: 'a', data: {} });
  subscription.close();
  subscription.flow();
  stream.publish({ type: 'event', device: 'a', data: {} });
  expect(heard).toBe(1);
});
