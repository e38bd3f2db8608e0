import { expect, test } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { StateLines } from './state-lines.ts';

function bench() {
  const clock = new VirtualClock();
  const told: { level: string; fields: object; message: string }[] = [];
  const level = (name: string) => (fields: object, message: string) => void told.push({ level: name, fields, message });
  const log = { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') };
  const lines = new StateLines(log, clock);
  const write = (state: string, connection = 'broker'): void =>
    lines.write({ connection, state, simulated: true }, { state });
  const info = () => told.filter((line) => line.level === 'info').map(({ message, fields }) => [message, fields]);
  return { clock, told, write, info };
}

test('ten thousand that come back together are a few lines, and each of them is there for whoever looks', async () => {
  const { clock, told, write, info } = bench();
  for (let n = 0; n < 10_000; n++) write('offline');
  for (let n = 0; n < 9_999; n++) write('ready');
  write('offline', 'other');
  expect(info()).toHaveLength(51);
  expect(info().at(-1)).toEqual(['device state', { state: 'offline' }]);
  await clock.advance(1000);
  expect(info().at(-1)).toEqual([
    'more devices changed their state',
    { connection: 'broker', simulated: true, offline: 9950, ready: 9999 },
  ]);
  expect(told.filter(({ message }) => message === 'device state')).toHaveLength(20_000);
  write('ready');
  expect(info().at(-1)).toEqual(['device state', { state: 'ready' }]);
});

test('devices that change now and then have their lines, without a timer', async () => {
  const { clock, write, info } = bench();
  for (let n = 0; n < 200; n++) {
    write('ready');
    await clock.advance(25);
  }
  expect(info()).toHaveLength(200);
  expect(clock.pendingTimers).toBe(0);
});
