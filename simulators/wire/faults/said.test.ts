import { expect, test } from 'vitest';
import { faulty } from '../../../test/support/faulty.ts';
import { settle } from '../../../src/testing/virtual-clock.ts';

/** What arrives, and when, if the device says these things 10 ms apart under these faults. */
async function arriving(faults: readonly object[], said: readonly string[] = ['one\n', 'two\n', 'three\n']) {
  const bench = await faulty();
  const near = await bench.open();
  await bench.faults(...faults);
  for (const text of said) {
    await bench.subject.say(text);
    await bench.clock.advance(10);
  }
  await bench.clock.advance(10_000);
  return { ...bench, near };
}

test('without faults everything passes as it is, at once', async () => {
  const { near } = await arriving([]);
  expect(near.timed).toEqual([
    [0, 'one\n'],
    [10, 'two\n'],
    [20, 'three\n'],
  ]);
});

test('delay holds back in order, and what is not delayed waits behind', async () => {
  const { near, acted } = await arriving([{ kind: 'delay', ms: 25, match: 'one' }]);
  expect(near.timed).toEqual([
    [25, 'one\n'],
    [25, 'two\n'],
    [25, 'three\n'],
  ]);
  expect(acted()).toEqual([1]);
});

test('jitter is within its bound, in order, and of the seed', async () => {
  const run = () => arriving([{ kind: 'delay', ms: 5, jitterMs: 100 }]);
  const { near } = await run();
  expect(near.chunks).toEqual(['one\n', 'two\n', 'three\n']);
  const delays = near.timed.map(([at], index) => at - index * 10);
  expect(Math.max(...delays)).toBeGreaterThan(5);
  expect(Math.max(...delays)).toBeLessThanOrEqual(105);
  expect((await run()).near.timed).toEqual(near.timed);
});

test('late is overtaken by others', async () => {
  const { near } = await arriving([{ kind: 'late', ms: 500, match: 'one' }]);
  expect(near.timed).toEqual([
    [10, 'two\n'],
    [20, 'three\n'],
    [500, 'one\n'],
  ]);
});

test('drop loses', async () => {
  const { near, acted } = await arriving([{ kind: 'drop', skip: 1, clearAfter: 1 }]);
  expect(near.chunks).toEqual(['one\n', 'three\n']);
  expect(acted()).toEqual([1]);
});

test('duplicate repeats at once, or later', async () => {
  expect((await arriving([{ kind: 'duplicate', copies: 2, match: 'one' }])).near.chunks).toEqual([
    'one\n',
    'one\n',
    'one\n',
    'two\n',
    'three\n',
  ]);
  expect((await arriving([{ kind: 'duplicate', gapMs: 15, match: 'one' }])).near.timed).toEqual([
    [0, 'one\n'],
    [10, 'two\n'],
    [15, 'one\n'],
    [20, 'three\n'],
  ]);
});

const bitsApart = (one: string, other: string): number =>
  Array.from(one, (_, at) => (one.charCodeAt(at) ^ other.charCodeAt(at)).toString(2).replaceAll('0', '').length).reduce(
    (sum, bits) => sum + bits,
    0,
  );

test('corrupt flips so many bits', async () => {
  const { near } = await arriving([{ kind: 'corrupt', count: 3 }], ['abcdef']);
  expect(near.chunks).toHaveLength(1);
  expect(bitsApart('abcdef', near.text())).toBe(3);
});

test('corrupt flips bits of one byte, no more than it has', async () => {
  const { near } = await arriving([{ kind: 'corrupt', at: 1, count: 1000 }], ['abc', 'z']);
  expect(near.text()).toBe(`a${String.fromCharCode(0x62 ^ 0xff)}cz`);
});

test('corrupt changes bytes to other ones', async () => {
  const { near, acted } = await arriving([{ kind: 'corrupt', unit: 'byte', at: 1, count: 2 }], ['abcd', 'x']);
  expect(near.text()).toMatch(/^a[^b][^c]dx$/su);
  expect(acted()).toEqual([1]);
});

test('truncate keeps the beginning', async () => {
  const { near, acted } = await arriving([{ kind: 'truncate', keep: 4 }]);
  expect(near.chunks).toEqual(['one\n', 'two\n', 'thre']);
  expect(acted()).toEqual([1]);
  const cut = await arriving(
    [{ kind: 'truncate' }],
    Array.from({ length: 50 }, () => 'abcdef'),
  );
  const lengths = new Set(cut.near.chunks.map(({ length }) => length));
  expect(Math.max(...lengths)).toBeLessThan(6);
  expect(lengths.size).toBeGreaterThan(3);
});

test('split cuts into chunks, with gaps', async () => {
  const { near } = await arriving([{ kind: 'split', bytes: 2, gapMs: 3 }], ['abcde', 'f']);
  expect(near.timed).toEqual([
    [0, 'ab'],
    [3, 'cd'],
    [6, 'e'],
    [10, 'f'],
  ]);
});

test('split by the seed loses nothing, and what follows waits for its chunks', async () => {
  const { near } = await arriving([{ kind: 'split', gapMs: 30, match: 'abc' }], ['abcdefgh', 'ij']);
  expect(near.text()).toBe('abcdefghij');
  expect(near.chunks.length).toBeGreaterThan(2);
  expect(near.chunks.at(-1)).toBe('ij');
});

test('merge makes one chunk of several, or of what there is in time', async () => {
  const { near, acted } = await arriving([{ kind: 'merge', frames: 2, ms: 50 }]);
  expect(near.timed).toEqual([
    [10, 'one\ntwo\n'],
    [70, 'three\n'],
  ]);
  expect(acted()).toEqual([2]);
});

test('garbage comes before, after or around', async () => {
  const text = (where: string) => arriving([{ kind: 'garbage', where, text: 'ÿ?' }], ['a']);
  expect((await text('before')).near.chunks).toEqual(['ÿ?a']);
  expect((await text('after')).near.chunks).toEqual(['aÿ?']);
  expect((await text('around')).near.chunks).toEqual(['ÿ?aÿ?']);
  expect((await arriving([{ kind: 'garbage' }], ['a'])).near.text()).toMatch(/^[^]{4}a$/u);
});

test('baud lets bytes through at the rate of a line', async () => {
  const { near } = await arriving([{ kind: 'baud', baudRate: 1000 }], ['abc', 'd']);
  expect(near.timed).toEqual([
    [10, 'a'],
    [20, 'b'],
    [30, 'c'],
    [40, 'd'],
  ]);
  const fast = await arriving([{ kind: 'baud', baudRate: 9600 }], ['x'.repeat(960)]);
  expect(fast.near.timed.at(-1)?.[0]).toBeCloseTo(1000, 6);
  expect(fast.near.chunks.length).toBeLessThan(300);
});

test('mute says nothing, and the device hears all the same', async () => {
  const bench = await faulty();
  const near = await bench.open();
  await bench.faults({ kind: 'mute', clearAfter: 2 });
  await near.write('a');
  for (const text of ['1', '2', '3']) await bench.subject.say(text);
  await settle();
  expect(bench.subject.heard).toEqual(['a']);
  expect(near.chunks).toEqual(['3']);
  expect(bench.active()).toEqual([false]);
});
