import { expect, test } from 'vitest';
import { faulty, Subject } from '../../../test/support/faulty.ts';
import { settle } from '../../../src/testing/virtual-clock.ts';
import { holdLimitBytes } from './holding.ts';

test('what earlier faults hold back goes on at once, in order, past those that are set now', async () => {
  const bench = await faulty();
  const near = await bench.open();
  await bench.faults({ kind: 'delay', ms: 100, match: '[ab]' }, { kind: 'merge', frames: 9, ms: 1000, match: 'a' });
  await bench.subject.say('a');
  await bench.clock.advance(100);
  await bench.subject.say('b');
  await bench.subject.say('c');
  await settle();
  expect(near.chunks).toEqual([]);
  await bench.faults({ kind: 'drop' });
  await bench.subject.say('d');
  await bench.clock.advance(5000);
  expect(near.chunks).toEqual(['a', 'b', 'c']);
  expect(bench.clock.pendingTimers).toBe(0);
});

test('what is late goes on in the order in which it would have', async () => {
  const bench = await faulty();
  const near = await bench.open();
  await bench.faults({ kind: 'late', ms: 500, match: 'a' }, { kind: 'late', ms: 100, match: 'b' });
  await bench.faults({ kind: 'late', ms: 500, match: 'a' });
  await bench.subject.say('a1');
  await bench.clock.advance(1);
  await bench.subject.say('a2');
  await bench.control.clearFaults();
  await settle();
  expect(near.chunks).toEqual(['a1', 'a2']);
});

const everything: readonly object[] = [
  { kind: 'delay', ms: 50, jitterMs: 10 },
  { kind: 'late', ms: 500, every: 3 },
  { kind: 'duplicate', gapMs: 70 },
  { kind: 'split', gapMs: 5 },
  { kind: 'merge', frames: 5 },
  { kind: 'baud', baudRate: 300 },
  { kind: 'baud', baudRate: 300, direction: 'heard' },
  { kind: 'delay', ms: 50, direction: 'heard', afterMs: 1 },
  { kind: 'partial-write', bytes: 3, skip: 5 },
  { kind: 'hang', afterMs: 3000 },
  { kind: 'mute', afterMs: 2000, clearAfterMs: 2500 },
  { kind: 'wrong-device', afterMs: 1000, clearAfterMs: 1200 },
  { kind: 'reset', bootMs: 300 },
  { kind: 'unplug', afterMs: 5000, returnAfterMs: 100 },
  { kind: 'io-error', when: { state: 'level', above: 1 } },
];

async function busy() {
  const bench = await faulty({
    subject: new Subject((text) => text),
    state: { level: { schema: { type: 'number' }, get: () => 0 } },
  });
  const near = await bench.open();
  await bench.faults(...everything);
  for (let index = 0; index < 5; index++) {
    void near.write(`ask ${index}`).catch(() => {});
    await bench.subject.say(`says ${index}`);
    await bench.clock.advance(7);
  }
  expect(bench.clock.pendingTimers).toBeGreaterThan(5);
  return { ...bench, near };
}

test('clearing leaves nothing pending', async () => {
  const bench = await busy();
  await bench.control.clearFaults();
  expect(bench.clock.pendingTimers).toBe(0);
  await bench.near.write('fresh');
  await settle();
  expect(bench.near.chunks.at(-1)).toBe('fresh');
  expect(bench.subject.heard.at(-1)).toBe('fresh');
});

test.each(['near', 'far'] as const)(
  'a connection that the %s side closes takes with it what is held back',
  async (side) => {
    const bench = await busy();
    const { chunks } = bench.near;
    const before = [...chunks];
    const heard = [...bench.subject.heard];
    await (side === 'near' ? bench.near.connection : bench.subject.far).close();
    await settle();
    // What is left is of the faults, not of the connection.
    const ofFaults = bench.clock.pendingTimers;
    await bench.control.clearFaults();
    expect(bench.clock.pendingTimers).toBe(0);
    expect(ofFaults).toBeLessThanOrEqual(10);
    await bench.clock.advance(10_000);
    expect(chunks).toEqual(before);
    expect(bench.subject.heard).toEqual(heard);
  },
);

test('what is held back is bounded: the oldest goes on early, and it is told', async () => {
  const bench = await faulty();
  const near = await bench.open();
  await bench.faults({ kind: 'delay', ms: 3_600_000 });
  const size = 64 * 1024;
  const fits = Math.floor(holdLimitBytes / size) - 1;
  for (let index = 0; index < fits; index++) await bench.subject.say(String(index % 10).repeat(size));
  await settle();
  expect(near.chunks).toEqual([]);
  for (let index = 0; index < 2; index++) await bench.subject.say('x'.repeat(size));
  await settle();
  expect(near.chunks.map((chunk) => chunk[0])).toEqual(['0', '1']);
  expect(bench.events).toContainEqual(expect.objectContaining({ kind: 'acted', fault: 'held-back' }));
  await bench.control.clearFaults();
  await settle();
  expect(near.text()).toHaveLength((fits + 2) * size);
});

test('many empty frames are bounded, too', async () => {
  const bench = await faulty();
  const near = await bench.open();
  await bench.faults({ kind: 'late', ms: 3_600_000 });
  for (let index = 0; index < 20_000; index++) await bench.subject.far.write(new Uint8Array());
  await settle();
  expect(near.chunks.length).toBeGreaterThan(0);
  expect(bench.clock.pendingTimers).toBeLessThan(20_000);
});

test('faults compose in their order', async () => {
  const text = async (...faults: object[]): Promise<string[]> => {
    const bench = await faulty();
    const near = await bench.open();
    await bench.faults(...faults);
    await bench.subject.say('abcd');
    await settle();
    return near.chunks;
  };
  const truncate = { kind: 'truncate', keep: 2 };
  const garbage = { kind: 'garbage', text: '#' };
  const split = { kind: 'split', bytes: 2 };
  expect(await text(truncate, garbage)).toEqual(['#ab']);
  expect(await text(garbage, truncate)).toEqual(['#a']);
  expect(await text(split, garbage)).toEqual(['#ab', '#cd']);
  expect(await text(split, { kind: 'drop', skip: 1 }, garbage)).toEqual(['#ab']);
});

test('a new simulator has no faults; a report tells what has become of each', async () => {
  const bench = await faulty({ seed: 7 });
  expect(bench.control.faults()).toEqual({ seed: 7, faults: [] });
  const near = await bench.open();
  const drop = { kind: 'drop', clearAfter: 1 };
  expect(await bench.control.setFaults({ seed: 9, faults: [drop, { kind: 'mute', afterMs: 5 }] })).toEqual({
    seed: 9,
    faults: [
      { fault: drop, acted: 0, active: true },
      { fault: { kind: 'mute', afterMs: 5 }, acted: 0, active: true },
    ],
  });
  await bench.subject.say('a');
  await settle();
  expect(near.chunks).toEqual([]);
  expect(bench.control.faults().faults[0]).toEqual({ fault: drop, acted: 1, active: false });
  expect(bench.events).toContainEqual({ kind: 'acted', fault: 'drop', detail: '1 bytes' });
  expect(await bench.control.clearFaults()).toEqual({ seed: 7, faults: [] });
});

test.each([
  [{ kind: 'nonsense' }, '/faults/0/kind', 'known: delay, late'],
  [{ kind: 'retained' }, '/faults/0/kind', 'is none that a wire of bytes has'],
  [{ kind: 'drop', match: '(?=x)' }, '/faults/0/match', 'RE2'],
  [{ kind: 'drop', match: '(' }, '/faults/0/match', 'RE2'],
  [{ kind: 'drop', when: { state: 'door', is: true } }, '/faults/0/when/state', 'simulator’s state'],
  [{ kind: 'drop', when: { state: 'level' } }, '/faults/0/when', ''],
  [{ kind: 'nak' }, '/faults/0', 'no refusal of its own'],
  [{ kind: 'unplug', otherPath: true }, '/faults/0/otherPath', 'memory'],
  [{ kind: 'hang', clearAfter: 1 }, '/faults/0/clearAfter', ''],
  [{ kind: 'delay', ms: -1 }, '/faults/0/ms', ''],
  [{ kind: 'delay', ms: 3_600_001 }, '/faults/0/ms', ''],
])('refused, and nothing is changed: %j', async (fault, pointer, text) => {
  const bench = await faulty({ state: { level: { schema: { type: 'number' }, get: () => 0 } } });
  await bench.faults({ kind: 'mute' });
  const errors = expect.arrayContaining([
    expect.objectContaining({ pointer: expect.stringContaining(pointer), detail: expect.stringContaining(text) }),
  ]);
  await expect(bench.faults(fault)).rejects.toMatchObject({ code: 'invalid-request', errors });
  expect(bench.control.faults().faults.map((each) => each.fault)).toEqual([{ kind: 'mute' }]);
});
