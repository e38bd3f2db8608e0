import { expect, test } from 'vitest';
import { faulty, Subject } from '../../../test/support/faulty.ts';
import { settle } from '../../../src/testing/virtual-clock.ts';

/** A device that answers what it hears in capitals. */
const shouter = (): Subject => new Subject((text) => text.toUpperCase());

async function asking(faults: readonly object[], asked: readonly string[], subject = shouter(), other?: Subject) {
  const bench = await faulty({ subject, ...(other && { other }) });
  const near = await bench.open();
  await bench.faults(...faults);
  for (const text of asked) {
    await near.write(text);
    await settle();
  }
  return { ...bench, near };
}

test('echo says what is heard, before the answer', async () => {
  const { near, subject, acted } = await asking([{ kind: 'echo', match: 'b' }], ['a', 'b']);
  expect(near.chunks).toEqual(['A', 'b', 'B']);
  expect(subject.heard).toEqual(['a', 'b']);
  expect(acted()).toEqual([1]);
});

test('nak refuses in given words, and the device does not hear of it', async () => {
  const { near, subject } = await asking([{ kind: 'nak', text: 'no\n', match: 'b' }], ['a', 'b']);
  expect(near.chunks).toEqual(['A', 'no\n']);
  expect(subject.heard).toEqual(['a']);
});

test('nak refuses in the device’s own words where it has some', async () => {
  const nak = (heard: Uint8Array) => (heard.length > 1 ? Buffer.from(`!${heard.length}`) : undefined);
  const subject = new Subject((text) => text.toUpperCase(), nak);
  const { near, acted } = await asking([{ kind: 'nak' }], ['ab', 'c'], subject);
  expect(near.chunks).toEqual(['!2', 'C']);
  expect(acted()).toEqual([1]);
});

test('the wrong device answers, and the right one neither hears nor talks, until the fault is over', async () => {
  const other = new Subject((text) => `other ${text}`);
  const bench = await asking([{ kind: 'wrong-device', clearAfter: 2 }], ['a'], shouter(), other);
  await bench.subject.say('unasked');
  await settle();
  expect(bench.near.chunks).toEqual(['other a']);
  for (const text of ['b', 'c']) {
    await bench.near.write(text);
    await settle();
  }
  expect(bench.near.chunks).toEqual(['other a', 'other b', 'C']);
  expect(bench.subject.heard).toEqual(['c']);
  await other.say('unasked');
  await settle();
  expect(bench.near.chunks).toHaveLength(3);
});

test('the wrong device answers what is selected only, and remembers over replaced faults', async () => {
  let count = 0;
  const other = new Subject(() => `other ${++count}`);
  const bench = await asking([{ kind: 'wrong-device', match: 'b' }], ['a', 'b', 'c'], shouter(), other);
  expect(bench.near.chunks).toEqual(['A', 'other 1', 'C']);
  await bench.faults({ kind: 'wrong-device' });
  await bench.near.write('d');
  await settle();
  expect(bench.near.chunks.at(-1)).toBe('other 2');
});

test('a collision garbles both sides alike: a bit is high only if both talkers leave it high', async () => {
  const { near, subject } = await asking([{ kind: 'collision' }], ['\xff\xff\xff\xff']);
  const [heard = ''] = subject.heard;
  expect(near.chunks[0]).toBe(heard);
  expect(heard).toHaveLength(4);
  expect(heard).not.toBe('\xff\xff\xff\xff');
  const masked = await asking([{ kind: 'collision' }], ['\x0f\x0f']);
  const codes = Array.from(masked.subject.heard[0] ?? '', (character) => character.charCodeAt(0));
  expect(codes).toHaveLength(2);
  expect(Math.max(...codes)).toBeLessThanOrEqual(0x0f);
});

test('a hung device says nothing, and hears what backed up when it wakes', async () => {
  const bench = await asking([{ kind: 'hang', clearAfterMs: 1000 }], ['a', 'b']);
  await bench.subject.say('unasked');
  await bench.clock.advance(999);
  expect(bench.subject.heard).toEqual([]);
  expect(bench.near.chunks).toEqual([]);
  await bench.clock.advance(1);
  expect(bench.subject.heard.join('')).toBe('ab');
  expect(bench.near.text()).toBe('AB');
  expect([bench.acted(), bench.active()]).toEqual([[1], [false]]);
});

test('what is sent to a hung device waits once the kernel’s buffer is full, and goes on in order', async () => {
  const bench = await asking([{ kind: 'hang' }], []);
  const done: number[] = [];
  const writes = [4000, 96, 1, 5000].map((size, index) =>
    bench.near.write(String(index).repeat(size)).then(() => done.push(index)),
  );
  await settle();
  expect(done).toEqual([0, 1]);
  await bench.control.clearFaults();
  await Promise.all(writes);
  await settle();
  expect(bench.subject.heard.join('')).toBe(`${'0'.repeat(4000)}${'1'.repeat(96)}2${'3'.repeat(5000)}`);
});

test('a write to a hung device that is given up closes the connection, and nothing of it is heard later', async () => {
  const bench = await asking([{ kind: 'hang' }], []);
  const abort = new AbortController();
  const writing = bench.near.write('x'.repeat(5000), abort.signal);
  await settle();
  abort.abort(new Error('deadline'));
  await expect(writing).rejects.toThrow('deadline');
  expect(await bench.near.connection.closed).toMatchObject({ lost: false });
  await bench.control.clearFaults();
  await settle();
  expect(bench.subject.heard).toEqual([]);
});

test('discarding output drops what a hung device has not read', async () => {
  const bench = await asking([{ kind: 'hang' }], ['stale']);
  await bench.near.connection.discardOutput();
  expect(bench.near.connection.isOpen).toBe(true);
  await bench.control.clearFaults();
  await bench.near.write('fresh');
  await settle();
  expect(bench.subject.heard).toEqual(['fresh']);
});

test('a device that hangs on a command hangs on the next connection, too', async () => {
  const bench = await asking([{ kind: 'hang', match: 'b' }], ['a', 'b']);
  await bench.near.connection.close();
  const again = await bench.open();
  await again.write('c');
  await settle();
  expect(bench.subject.heard).toEqual(['a']);
  await bench.control.clearFaults();
  await settle();
  expect(bench.subject.heard).toEqual(['a', 'c']);
  expect(again.text()).toBe('C');
});

test('a device hangs while its state says so', async () => {
  let hot = 20;
  const state = { temperature: { schema: { type: 'number' }, get: () => hot } };
  const bench = await faulty({ subject: shouter(), state });
  const near = await bench.open();
  await bench.faults({ kind: 'hang', when: { state: 'temperature', above: 80 } });
  await near.write('a');
  await settle();
  hot = 81;
  await near.write('b');
  await bench.clock.advance(1000);
  expect(near.text()).toBe('A');
  hot = 80;
  await bench.clock.advance(100);
  expect(near.text()).toBe('AB');
});

test('a partial write never completes; the rest of it is heard once the fault is cleared', async () => {
  const bench = await asking([{ kind: 'partial-write', bytes: 2, match: 'hello' }], ['a']);
  let done = false;
  const writing = bench.near.write('hello').then(() => (done = true));
  const behind = bench.near.write('more');
  await bench.clock.advance(10_000);
  expect(bench.subject.heard.join('')).toBe('ahe');
  expect(done).toBe(false);
  await bench.control.clearFaults();
  await Promise.all([writing, behind]);
  await settle();
  expect(bench.subject.heard.join('')).toBe('ahellomore');
});

test('a partial write that is given up closes the connection, and the next one is free of it', async () => {
  const bench = await asking([{ kind: 'partial-write', bytes: 2, clearAfter: 1 }], []);
  const abort = new AbortController();
  const writing = bench.near.write('hello', abort.signal);
  await settle();
  abort.abort(new Error('deadline'));
  await expect(writing).rejects.toThrow('deadline');
  expect(bench.near.connection.isOpen).toBe(false);
  await settle();
  const again = await bench.open();
  await again.write('again');
  await settle();
  expect(bench.subject.heard).toEqual(['he', 'again']);
});

test('mute on a command swallows its answer, and no other', async () => {
  const { near, subject } = await asking([{ kind: 'mute', match: 'b' }], ['a', 'b', 'c']);
  expect(near.chunks).toEqual(['A', 'C']);
  expect(subject.heard).toEqual(['a', 'b', 'c']);
});

test('what is heard can be delayed, dropped and changed like what is said', async () => {
  const faults = [
    { kind: 'drop', direction: 'heard', match: 'b' },
    { kind: 'garbage', direction: 'heard', text: '#' },
  ];
  expect((await asking(faults, ['a', 'b', 'c'])).subject.heard).toEqual(['#a', '#c']);
});

test('a reset says its banner when the port is opened, after a while in which it is deaf', async () => {
  const bench = await faulty({ subject: shouter() });
  await bench.faults({ kind: 'reset', banner: 'Grbl 1.1h\r\n', bootMs: 500, clearAfter: 1 });
  const near = await bench.open();
  await near.write('a');
  await bench.subject.say('unasked');
  await bench.clock.advance(499);
  expect(near.chunks).toEqual([]);
  await bench.clock.advance(1);
  await near.write('b');
  await settle();
  expect(near.timed).toEqual([
    [500, 'Grbl 1.1h\r\n'],
    [500, 'B'],
  ]);
  expect(bench.subject.heard).toEqual(['b']);
  await near.connection.close();
  const again = await bench.open();
  await bench.clock.advance(1000);
  expect(again.chunks).toEqual([]);
});

test('a reset can be on a command, and says garbage where no banner is given', async () => {
  const { near, subject } = await asking([{ kind: 'reset', match: 'b' }], ['a', 'b', 'c']);
  expect(near.chunks).toHaveLength(3);
  expect(near.chunks[1]).toHaveLength(12);
  expect(subject.heard).toEqual(['a', 'c']);
});

test('a pattern is found in what is heard in pieces, once', async () => {
  const bench = await asking([{ kind: 'nak', text: 'no', match: 'VOLT\\?$' }], ['ME', 'AS:VO', 'LT?'], new Subject());
  expect(bench.near.chunks).toEqual(['no']);
  expect(bench.subject.heard).toEqual(['ME', 'AS:VO']);
  await bench.near.write('X');
  await settle();
  expect(bench.near.chunks).toEqual(['no']);
});

test('a pattern is not found across an answer, nor does an older frame keep it from the beginning of a chunk', async () => {
  const across = await asking([{ kind: 'echo', match: 'abcd' }], ['ab', 'cd']);
  expect(across.near.chunks).toEqual(['AB', 'CD']);
  const first = await asking([{ kind: 'echo', match: '^cd' }], ['ab', 'cd'], new Subject());
  expect(first.near.chunks).toEqual(['cd']);
});

test('a partial write goes on when the time of its fault is over', async () => {
  const bench = await asking([{ kind: 'partial-write', bytes: 2, clearAfterMs: 500 }], []);
  const writing = bench.near.write('hello');
  await bench.clock.advance(499);
  expect(bench.subject.heard.join('')).toBe('he');
  await bench.clock.advance(1);
  await writing;
  expect(bench.subject.heard.join('')).toBe('hello');
});

test('a refusal in silence is nothing that is said: the faults behind it have nothing to act on', async () => {
  const bench = await faulty({ subject: new Subject(undefined, () => new Uint8Array()) });
  await bench.faults({ kind: 'nak' }, { kind: 'garbage', text: '#' });
  const near = await bench.open();
  await near.write('x');
  await settle();
  expect([near.chunks, bench.subject.heard, bench.acted()]).toEqual([[], [], [1, 0]]);
});
