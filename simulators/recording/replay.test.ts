import { expect, test } from 'vitest';
import { parseRecording } from '../../src/recording/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import type { Chunking } from '../wire/memory.ts';
import { runSimulator } from '../wire/run.ts';
import { replayOf, type ReplaySettings } from './index.ts';
import type { ReplaySimulator } from './replay.ts';

const supply = `bellcrank recording 1

0 ! opened
10 > "*IDN?\\n"
15 < "ACME,1\\n"
100 > "VOLT?\\n"
130 < "1.0\\n"
200 > "VOLT 2\\n"
300 > "VOLT?\\n"
330 < "2."
331 < "0\\n"
`;

async function replaying(text: string, settings: ReplaySettings, chunking: Chunking = 'as-is') {
  const clock = new VirtualClock();
  const running = await runSimulator(replayOf(parseRecording(text), settings), {
    via: 'memory',
    seed: 1,
    options: {},
    clock,
    chunking,
  });
  if (running.transport !== 'memory') throw new Error('not in memory');
  const near = await running.open(new AbortController().signal);
  if (near.shape !== 'bytes') throw new Error('not a byte stream');
  const heard: { at: number; text: string }[] = [];
  near.onData((chunk) => heard.push({ at: clock.monotonic(), text: Buffer.from(chunk).toString('latin1') }));
  const ask = async (text: string, ms = 100): Promise<string> => {
    heard.length = 0;
    await near.write(Buffer.from(text, 'latin1'));
    await clock.advance(ms);
    return heard.map((one) => one.text).join('');
  };
  // What was put there is what is made here.
  return { ask, heard, clock, simulator: running.simulator as ReplaySimulator, close: () => running.close() };
}

const atOnce = { timing: 'none' } as const;
const chunkings: readonly Chunking[] = ['as-is', 'bytewise', 'merged'];

test.each(chunkings)(
  'by match, each question has its answers in turn, and then the last one (%s)',
  async (chunking) => {
    const { ask, simulator } = await replaying(supply, { by: 'match', ...atOnce }, chunking);
    expect(await ask('VOLT?\n')).toBe('1.0\n');
    expect(await ask('*IDN?\n')).toBe('ACME,1\n');
    expect(await ask('VOLT?\n')).toBe('2.0\n');
    expect(await ask('VOLT?\n')).toBe('2.0\n');
    expect(simulator.log.count).toBe(0);
    expect(simulator.unasked().map(({ number }) => number)).toEqual([3]);
  },
);

test.each(chunkings)('by match, what was never asked is not answered, and noted (%s)', async (chunking) => {
  const { ask, simulator } = await replaying(supply, { by: 'match', ...atOnce }, chunking);
  expect(await ask('CURR?\nVOLT?\n')).toBe('1.0\n');
  expect(await ask('VO')).toBe('');
  expect(simulator.log.unexpected.map(({ heard }) => Buffer.from(heard).toString())).toEqual(['CURR?\n', 'VO']);
});

test.each(chunkings)('by order, only what was asked next is answered (%s)', async (chunking) => {
  const { ask, simulator } = await replaying(supply, { by: 'order', ...atOnce }, chunking);
  expect(await ask('*IDN?\n')).toBe('ACME,1\n');
  expect(await ask('VOLT 2\n')).toBe('');
  const [unexpected] = simulator.log.unexpected;
  expect(unexpected).toMatchObject({ heard: Buffer.from('VOLT 2\n'), expected: { number: 2 } });
  expect(await ask('VOLT?\n')).toBe('1.0\n');
  expect(await ask('VOLT 2\nVOLT?\n')).toBe('2.0\n');
  expect(simulator.unasked()).toEqual([]);
  expect(await ask('VOLT?\n')).toBe('');
  expect(simulator.log.count).toBe(2);
  expect(simulator.log.unexpected[1]).not.toHaveProperty('expected');
});

test('answers take the time that they took', async () => {
  const { ask, heard } = await replaying(supply, { by: 'match', timing: 'recorded' });
  await ask('VOLT?\n', 29);
  expect(heard).toEqual([]);
  const { ask: again, heard: late } = await replaying(supply, { by: 'match', timing: 'recorded' });
  await again('VOLT?\n');
  expect(late).toEqual([{ at: 30, text: '1.0\n' }]);
  await again('VOLT?\n');
  expect(late).toEqual([
    { at: 130, text: '2.' },
    { at: 131, text: '0\n' },
  ]);
});

test('the shorter one of two requests that begin alike is answered once it is silent', async () => {
  const text = 'bellcrank recording 1\n\n0 > "V"\n1 < "v"\n2 > "V1"\n3 < "one"\n';
  const { ask } = await replaying(text, { by: 'match', ...atOnce });
  expect(await ask('V1')).toBe('one');
  expect(await ask('V', 20)).toBe('');
  expect(await ask('V', 100)).toBe('vv');
});

test('each connection begins with what was said first, and nothing is left behind', async () => {
  const text = 'bellcrank recording 1\n\n0 < "READY\\n"\n5 > "A\\n"\n905 < "late\\n"\n';
  const { ask, close, clock, heard } = await replaying(text, { by: 'match', timing: 'recorded' });
  await clock.advance(0);
  expect(heard.map((one) => one.text)).toEqual(['READY\n']);
  expect(await ask('A\n', 10)).toBe('');
  expect(clock.pendingTimers).toBe(1);
  await close();
  expect(clock.pendingTimers).toBe(0);
});

test('a recording in which nothing passed is none to answer from', () => {
  const empty = parseRecording('bellcrank recording 1\n\n0 ! opened\n');
  expect(() => replayOf(empty, { by: 'match', ...atOnce })).toThrow(/nothing passed/);
});
