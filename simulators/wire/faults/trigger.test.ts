import { expect, test } from 'vitest';
import { faulty } from '../../../test/support/faulty.ts';
import { settle } from '../../../src/testing/virtual-clock.ts';
import { seedsOf } from './live-fault.ts';

/** Which of the frames 0, 1, 2 … get through a `drop` with this trigger, 10 ms apart. */
async function passing(trigger: object, count = 8, more: object = {}): Promise<string> {
  const bench = await faulty(more);
  const near = await bench.open();
  await bench.faults({ kind: 'drop', ...trigger });
  for (let index = 0; index < count; index++) {
    await bench.subject.say(String(index));
    await bench.clock.advance(10);
  }
  return near.text();
}

test.each([
  [{}, ''],
  [{ skip: 3 }, '012'],
  [{ every: 3 }, '124578'.slice(0, 5)],
  [{ skip: 1, every: 2 }, '0246'],
  [{ afterBytes: 5 }, '01234'],
  [{ afterMs: 30 }, '012'],
  [{ match: '[246]' }, '01357'],
  [{ match: '[246]', skip: 1 }, '012357'],
  [{ match: '[246]', every: 2 }, '013457'],
  [{ clearAfter: 2 }, '234567'],
  [{ clearAfterMs: 30 }, '34567'],
  [{ skip: 2, clearAfter: 3 }, '01567'],
  [{ afterMs: 20, clearAfterMs: 40 }, '014567'],
  [{ afterBytes: 2, clearAfter: 1, match: '[1357]' }, '0124567'],
])('%j', async (trigger, through) => {
  expect(await passing(trigger)).toBe(through);
});

test('a share of what passes, by the seed', async () => {
  const lost = 1000 - (await passing({ probability: 0.2 }, 1000)).length / 2.89;
  expect(lost).toBeGreaterThan(0);
  const text = await passing({ probability: 0.5 }, 8);
  expect(await passing({ probability: 0.5 }, 8)).toBe(text);
  const others = await Promise.all(Array.from({ length: 6 }, (_, seed) => passing({ probability: 0.5 }, 8, { seed })));
  expect(new Set(others).size).toBeGreaterThan(2);
});

test('the device’s state has a say', async () => {
  const bench = await faulty({
    state: { door: { schema: { type: 'string' }, get: () => door }, level: { schema: {}, get: () => level } },
  });
  let door = 'closed';
  let level = 5;
  const near = await bench.open();
  await bench.faults(
    { kind: 'drop', when: { state: 'door', is: 'open' } },
    { kind: 'garbage', text: '#', when: { state: 'level', above: 2, below: 7 } },
  );
  const say = async (text: string): Promise<void> => {
    await bench.subject.say(text);
    await settle();
  };
  await say('a');
  door = 'open';
  await say('b');
  door = 'closed';
  level = 7;
  await say('c');
  level = 2;
  await say('d');
  expect(near.chunks).toEqual(['#a', 'c', 'd']);
});

test('each fault has its own choices: another one beside it does not change them', async () => {
  const drops = { kind: 'drop', probability: 0.5 };
  const text = async (...faults: object[]): Promise<string> => {
    const bench = await faulty();
    const near = await bench.open();
    await bench.faults(...faults);
    for (let index = 0; index < 64; index++) await bench.subject.say(String.fromCharCode(32 + index));
    await bench.clock.advance(1000);
    return near.text();
  };
  const alone = await text(drops);
  expect(await text(drops, { kind: 'delay', ms: 1, jitterMs: 5 })).toBe(alone);
  expect(await text({ kind: 'late', ms: 0 }, { kind: 'delay', ms: 1, jitterMs: 5 }, drops)).toBe(alone);
  // Two that are equal still choose each for itself.
  const both = await text(drops, drops);
  expect(both.length).toBeLessThan(alone.length * 0.75);
  expect(both.length).toBeGreaterThan(0);
});

test('counts go on over connections', async () => {
  const bench = await faulty();
  await bench.faults({ kind: 'drop', skip: 2, clearAfter: 1 });
  const texts: string[] = [];
  for (const text of ['1', '2', '3', '4']) {
    const near = await bench.open();
    await bench.subject.say(text);
    await settle();
    texts.push(near.text());
    await near.connection.close();
    await settle();
  }
  expect(texts).toEqual(['1', '2', '', '4']);
});

test('faults keep to the simulator’s own time', async () => {
  const bench = await faulty();
  const near = await bench.open();
  await bench.faults({ kind: 'delay', ms: 100 });
  bench.control.setTime({ speed: 10 });
  await bench.subject.say('a');
  await bench.clock.advance(9);
  expect(near.text()).toBe('');
  await bench.clock.advance(1);
  expect(near.text()).toBe('a');
  bench.control.setTime({ paused: true });
  await bench.subject.say('b');
  await bench.clock.advance(10_000);
  expect(near.text()).toBe('a');
  bench.control.setTime({ paused: false });
  await bench.clock.advance(10);
  expect(near.text()).toBe('ab');
});

test('a frame that reaches beyond so many bytes is the first to be acted on', async () => {
  const bench = await faulty();
  const near = await bench.open();
  await bench.faults({ kind: 'drop', afterBytes: 4 });
  for (const text of ['abc', 'def', 'g']) await bench.subject.say(text);
  await settle();
  expect(near.chunks).toEqual(['abc']);
});

test('equal faults have seeds of their own, which others do not change', () => {
  const drop = { kind: 'drop', probability: 0.5 } as const;
  const [first, second] = seedsOf([drop, drop], 1);
  expect(first).not.toBe(second);
  expect(seedsOf([{ kind: 'echo' }, drop, drop], 1).slice(1)).toEqual([first, second]);
  expect(seedsOf([drop], 2)).not.toEqual([first]);
});
