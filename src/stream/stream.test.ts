import { expect, test } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { maxEntryCharacters, type StreamEntry } from './entry.ts';
import { Stream, timeOfId } from './stream.ts';

function followed(parts: { maxEntries?: number; maxBytes?: number; clock?: VirtualClock } = {}) {
  const clock = parts.clock ?? new VirtualClock();
  const failed: unknown[] = [];
  const stream = new Stream({ ...parts, clock, failed: (error) => void failed.push(error) });
  const told: StreamEntry[] = [];
  stream.follow((entry) => void told.push(entry));
  const publish = (n: number): void => stream.publish({ type: 'event', device: 'a', data: { n } });
  return { clock, stream, told, failed, publish };
}

test('ids grow, are times, and go on growing in the next process', async () => {
  const { clock, stream, told, publish } = followed();
  publish(1);
  publish(2);
  await clock.advance(5);
  publish(3);
  const ids = told.map(({ id }) => id);
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
  expect(new Set(ids).size).toBe(3);
  expect(timeOfId(ids[2] ?? 0)).toBe(clock.now());
  await clock.advance(1);
  expect(new Stream({ clock }).lastId).toBeGreaterThan(stream.lastId);
});

test('a wall clock that is set back does not take ids back', () => {
  let now = 1_000_000;
  const stream = new Stream({ clock: { now: () => now } });
  stream.publish({ type: 'event', data: {} });
  const before = stream.lastId;
  now = 500;
  stream.publish({ type: 'event', data: {} });
  expect(stream.lastId).toBe(before + 1);
});

test('what is kept is bounded by entries, and by what they weigh', () => {
  const few = followed({ maxEntries: 3 });
  for (let n = 0; n < 10; n++) few.publish(n);
  expect(few.stream.kept.entries).toBe(3);
  const light = followed({ maxBytes: 100 });
  for (let n = 0; n < 10; n++) light.stream.publish({ type: 'event', data: { text: 'x'.repeat(30) } });
  expect(light.stream.kept.bytes).toBeLessThanOrEqual(100);
  expect(light.stream.kept.entries).toBe(2);
});

test('whoever comes back can go on from what is kept, and is told why not otherwise', async () => {
  const clock = new VirtualClock();
  const { stream, told, publish } = followed({ maxEntries: 3, clock });
  const first = stream.lastId;
  for (let n = 0; n < 5; n++) publish(n);
  const [, second, third] = told.map(({ id }) => id);
  expect(stream.gapAfter(third ?? 0)).toBeUndefined();
  // The third is the oldest that is kept, so nothing is missing after the second.
  expect(stream.gapAfter(second ?? 0)).toBeUndefined();
  expect(stream.gapAfter((second ?? 0) - 1)).toBe('expired');
  expect(stream.gapAfter(stream.lastId)).toBeUndefined();
  expect(stream.gapAfter(stream.lastId + 1)).toBe('unknown');
  expect(stream.gapAfter(first - 1)).toBe('restarted');
  await clock.advance(60_000);
  expect(new Stream({ clock }).gapAfter(stream.lastId)).toBe('restarted');
});

test('what is published while something is told comes after it, for everybody', () => {
  const { stream, told } = followed();
  stream.follow(({ type }) => {
    if (type === 'property') stream.publish({ type: 'alarm', data: {} });
  });
  const late: string[] = [];
  stream.follow(({ type }) => void late.push(type));
  stream.publish({ type: 'property', data: {} });
  stream.publish({ type: 'event', data: {} });
  expect(told.map(({ type }) => type)).toEqual(['property', 'alarm', 'event']);
  expect(late).toEqual(['property', 'alarm', 'event']);
});

test('one listener that fails keeps the others from nothing', () => {
  const { stream, failed, publish } = followed();
  stream.follow(() => {
    throw new Error('broken');
  });
  const heard: unknown[] = [];
  const leave = stream.follow(({ data }) => void heard.push(data));
  publish(1);
  leave();
  publish(2);
  expect(heard).toEqual([{ n: 1 }]);
  expect(failed).toMatchObject([{ message: 'broken' }, { message: 'broken' }]);
});

test('an entry is text once, and its data can be asked for later', () => {
  const { told, publish } = followed();
  publish(1);
  const [entry] = told;
  expect(entry?.json).toBe('{"n":1}');
  expect(entry?.data).toEqual({ n: 1 });
  expect(Buffer.from(entry?.frame ?? []).toString()).toBe(`id: ${entry?.id}\nevent: event\ndata: {"n":1}\n\n`);
  expect(entry?.frame).toBe(entry?.frame);
});

test('of what is too long the long parts are left out and named', () => {
  const { stream, told } = followed();
  stream.publish({ type: 'property', data: { device: 'a', value: 'x'.repeat(maxEntryCharacters), simulated: true } });
  expect(told[0]?.data).toEqual({ device: 'a', simulated: true, omitted: ['value'] });
});

test('what is no JSON fails nobody', () => {
  const { stream, told } = followed();
  const circle: { self?: object } = {};
  circle.self = circle;
  stream.publish({ type: 'event', data: circle });
  expect(told[0]?.data).toEqual({ omitted: ['*'] });
});

/** The numbers that somebody hears who comes with an id. */
function heardAfter(stream: Stream, after: number): unknown[] {
  const heard: unknown[] = [];
  const write = (frame: Uint8Array): boolean => heard.push(/"n":(\d+)/.exec(Buffer.from(frame).toString())?.[1]) > 0;
  const sink = { write, overrun: () => heard.push('overrun') };
  const subscription = stream.subscribe({ filter: {}, after, mayHear: () => true, sink });
  subscription.flow();
  subscription.close();
  return heard;
}

test('nothing is kept while nobody has ever followed; ids go on', () => {
  const stream = new Stream({ clock: new VirtualClock() });
  const before = stream.lastId;
  expect(stream.isHeard).toBe(false);
  stream.publish({ type: 'event', data: { n: 1 } });
  stream.pass();
  expect(stream.lastId).toBe(before + 2);
  expect(stream.kept).toEqual({ entries: 0, bytes: 0 });
  expect(stream.gapAfter(before)).toBe('expired');
  expect(stream.gapAfter(stream.lastId)).toBeUndefined();
});

test('for an hour after the last one has gone all is kept for those who come back, and then nothing', async () => {
  const clock = new VirtualClock();
  const stream = new Stream({ clock });
  heardAfter(stream, stream.lastId);
  const left = stream.lastId;
  await clock.advance(3_600_000);
  stream.publish({ type: 'event', data: { n: 1 } });
  expect(stream.gapAfter(left)).toBeUndefined();
  expect(heardAfter(stream, left)).toEqual(['1']);
  await clock.advance(3_600_001);
  stream.publish({ type: 'event', data: { n: 2 } });
  expect(stream.kept.entries).toBe(0);
  expect(stream.gapAfter(left)).toBe('expired');
});

test('while somebody follows, an hour is nothing', async () => {
  const clock = new VirtualClock();
  const stream = new Stream({ clock });
  const leave = stream.follow(() => {});
  const first = stream.lastId;
  await clock.advance(10 * 3_600_000);
  stream.publish({ type: 'event', data: { n: 1 } });
  expect(heardAfter(stream, first)).toEqual(['1']);
  leave();
});
