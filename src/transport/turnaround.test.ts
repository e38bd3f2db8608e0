import { expect, test } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { characterMs } from './character.ts';
import { asHalfDuplex } from './half-duplex.ts';
import { memoryBytes } from './memory.ts';
import { TurnaroundConnection } from './turnaround.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));

function rig() {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes('line');
  const line = new TurnaroundConnection(near, clock, 10);
  line.onData(() => {});
  const sentAt: number[] = [];
  far.onData(() => sentAt.push(clock.monotonic()));
  return { clock, near, far, line, sentAt, start: clock.monotonic() };
}

test('a write waits until the line has been silent for long enough', async () => {
  const { clock, far, line, sentAt, start } = rig();
  await far.write(bytes('x'));
  await clock.advance(4);
  const write = line.write(bytes('A'));
  await clock.advance(3);
  await far.write(bytes('y'));
  await clock.advance(9);
  expect(sentAt).toEqual([]);
  await clock.advance(1);
  await write;
  await clock.advance(0);
  expect(sentAt.map((at) => at - start)).toEqual([17]);
});

test('on a silent line a write leaves at once', async () => {
  const { clock, line, sentAt, start } = rig();
  await clock.advance(50);
  await line.write(bytes('A'));
  await clock.advance(0);
  expect(sentAt.map((at) => at - start)).toEqual([50]);
});

test('a line that never falls silent is written to all the same, after a while', async () => {
  const { clock, far, line, sentAt, start } = rig();
  await far.write(bytes('x'));
  await clock.advance(0);
  void line.write(bytes('A'));
  for (let ms = 0; ms < 200; ms += 5) {
    await far.write(bytes('x'));
    await clock.advance(5);
  }
  expect(sentAt.map((at) => at - start)).toEqual([100]);
});

test('aborted or cut off while it waits, nothing has begun', async () => {
  const { clock, far, line } = rig();
  await far.write(bytes('x'));
  await clock.advance(0);
  const abort = new AbortController();
  const write = line.write(bytes('A'), abort.signal);
  const other = line.write(bytes('B'));
  abort.abort(new Error('deadline'));
  await expect(write).rejects.toThrow('deadline');
  await far.close();
  const refused = expect(other).rejects.toMatchObject({ code: 'device-offline' });
  await clock.advance(20);
  await refused;
  expect(line.written).toBe(0);
});

test('an echo counts for no turnaround', async () => {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes('line');
  const context = { clock, signal: new AbortController().signal };
  const line = asHalfDuplex(near, { echo: true, turnaroundMs: 10 }, context);
  line.onData(() => {});
  far.onData((chunk) => void far.write(chunk));
  const start = clock.monotonic();
  const writes = line.write(bytes('A')).then(() => line.write(bytes('B')));
  await clock.advance(0);
  await writes;
  expect(clock.monotonic()).toBe(start);
  expect(asHalfDuplex(near, {}, context)).toBe(near);
});

test.each([
  [{ baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 }, 10 / 9.6],
  [{ baudRate: 9600, dataBits: 8, parity: 'even', stopBits: 1 }, 11 / 9.6],
  [{ baudRate: 300, dataBits: 7, parity: 'odd', stopBits: 2 }, 11 / 0.3],
])('a character at %j takes %d ms', (format, ms) => {
  expect(characterMs(format)).toBeCloseTo(ms, 9);
});
