import { Duplex, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { settle, VirtualClock } from '../testing/virtual-clock.ts';
import { ReadAhead, readAheadLimits } from './read-ahead.ts';

const pieceBytes = 8 * 1024;

/** What takes what is read, a millisecond of the clock for each piece, while it takes something. */
function bench() {
  let busyMs = 0;
  class BusyClock extends VirtualClock {
    override monotonic(): number {
      return super.monotonic() + busyMs;
    }
  }
  const clock = new BusyClock();
  const taken: Uint8Array[] = [];
  const earlier: unknown[] = [];
  let isStuck = false;
  let held: (() => void) | undefined;
  const source = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
  const sink = new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      taken.push(chunk);
      earlier.push(ahead.earlier?.written);
      busyMs++;
      if (isStuck) held = done;
      else done();
    },
  });
  const ahead = new ReadAhead(clock);
  let notes = 0;
  ahead.noteBy(() => ({ written: notes++, time: 0, listening: 0 }));
  ahead.connect(source, sink);
  return {
    ahead,
    clock,
    source,
    taken,
    earlier,
    bytes: () => taken.reduce((sum, { length }) => sum + length, 0),
    /** Lets time pass without a turn of the event loop. */
    pass: (ms: number) => (busyMs += ms),
    stick: () => (isStuck = true),
    goOn: () => {
      isStuck = false;
      held?.();
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** What follows at once, in the same turn. */
const ticks = (): Promise<void> => new Promise((resolve) => process.nextTick(() => process.nextTick(resolve)));
const numbered = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 7) % 251);

test('what comes alone is handed on as it is read', async () => {
  const { ahead, source, taken } = bench();
  source.resume();
  await settle();
  const chunk = numbered(100);
  source.emit('data', chunk);
  expect(Buffer.concat(taken).equals(chunk)).toBe(true);
  expect(ahead.earlier).toBeUndefined();
  expect(ahead.isBehind).toBe(false);
});

test('much at once is handed on for four milliseconds of a turn, whole and in order', async () => {
  const { source, taken, ahead } = bench();
  const all = numbered(40 * pieceBytes + 5);
  for (let from = 0; from < all.length; from += 65_536) source.emit('data', all.subarray(from, from + 65_536));
  const byTurn: number[] = [];
  for (let before = 0; ahead.isBehind; before = taken.length) {
    await turn();
    byTurn.push(taken.length - before);
  }
  // The first one’s is what was handed on as it was read, and that of the turn.
  expect(Math.max(...byTurn.slice(1))).toBeLessThanOrEqual(4);
  expect(byTurn[0]).toBeLessThanOrEqual(8);
  expect(Buffer.concat(taken).equals(all)).toBe(true);
});

test('many small ones in one turn are no more than much at once', async () => {
  const { source, taken } = bench();
  for (let index = 0; index < 50; index++) {
    source.emit('data', Uint8Array.of(index));
    await ticks();
  }
  expect(taken.length).toBeLessThanOrEqual(5);
  for (let turns = 0; turns < 20; turns++) await turn();
  expect(taken.map(([first]) => first)).toEqual(Array.from({ length: 50 }, (_, index) => index));
});

test('what is read later in another turn does not overtake what waits', async () => {
  const { source, taken, ahead, pass } = bench();
  source.emit('data', numbered(10 * pieceBytes));
  await ticks();
  expect(ahead.isBehind).toBe(true);
  pass(100);
  source.emit('data', Uint8Array.of(255));
  while (ahead.isBehind) await turn();
  expect(taken.at(-1)?.[0]).toBe(255);
  expect(taken).toHaveLength(11);
});

test.each([
  ['bytes', 65_536],
  ['chunks', 1],
] as const)('what waits is bounded in %s; beyond no more is read, and nothing is lost', async (_, size) => {
  const { source, bytes, stick, goOn, ahead } = bench();
  stick();
  const many = Math.ceil((readAheadLimits.bytes * 2) / size);
  let said = 0;
  for (let turns = 0; said < Math.min(many, 5000) && !source.isPaused(); turns++) {
    source.push(numbered(size));
    said++;
    await turn();
  }
  expect(source.isPaused()).toBe(true);
  // One is at the sink.
  expect(said - 1).toBeLessThanOrEqual(Math.min(readAheadLimits.chunks, readAheadLimits.bytes / size) + 1);
  source.push(numbered(size));
  said++;
  goOn();
  while (ahead.isBehind) await turn();
  await settle();
  expect(source.isPaused()).toBe(false);
  while (ahead.isBehind) await turn();
  await settle();
  expect(bytes()).toBe(said * size);
});

test('caught up is who has told what was read by then, and no more', async () => {
  const { source, bytes, ahead } = bench();
  source.emit('data', numbered(20 * pieceBytes));
  const caughtUp = ahead.caughtUp();
  const again = ahead.caughtUp();
  source.emit('data', numbered(20 * pieceBytes));
  await caughtUp;
  await again;
  expect(bytes()).toBeGreaterThanOrEqual(20 * pieceBytes);
  expect(bytes()).toBeLessThan(30 * pieceBytes);
  await ahead.caughtUp();
  expect(bytes()).toBe(40 * pieceBytes);
});

test('nobody waits for ever for a broker that takes nothing', async () => {
  const { source, stick, ahead, clock } = bench();
  stick();
  source.emit('data', numbered(2 * pieceBytes));
  let isOver = false;
  void ahead.caughtUp().then(() => (isOver = true));
  await clock.advance(1900);
  expect(isOver).toBe(false);
  await clock.advance(200);
  expect(isOver).toBe(true);
});

test('of what had to wait is noted when it was read', async () => {
  const { source, earlier, ahead } = bench();
  source.emit('data', Uint8Array.of(1));
  source.emit('data', numbered(pieceBytes + 1));
  source.emit('data', Uint8Array.of(1));
  while (ahead.isBehind) await turn();
  expect(earlier).toEqual([undefined, 0, 0, 1]);
});
