import { expect, test } from 'vitest';
import type { DeviceEvent } from '../device/settings.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { DeviceLog } from './device-log.ts';

function bench() {
  const clock = new VirtualClock();
  const lines: { level: string; fields: object; message: string }[] = [];
  const level = (name: string) => (fields: object, message: string) =>
    void lines.push({ level: name, fields, message });
  const log = new DeviceLog(
    { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') },
    clock,
  );
  // Of a device the log reads no more than this.
  const device = { id: 'a', simulated: true } as DeviceEvent['device'];
  const event = (data: unknown): void => log.take({ device, kind: 'event', name: 'alarm', data });
  return { clock, lines, log, device, event };
}

test('what a device tells is logged without control characters', () => {
  const { event, lines } = bench();
  event({ text: 'a\x9b31m\x1b[0m', code: 3 });
  expect(lines).toEqual([
    {
      level: 'info',
      fields: {
        device: 'a',
        simulated: true,
        event: 'alarm',
        data: { text: 'a\\u009b31m\\u001b[0m', code: 3 },
      },
      message: 'device event',
    },
  ]);
});

test('names of what it tells steer no terminal either', () => {
  const { event, lines } = bench();
  event({ ['a\x9b31m']: [{ ['\x1b'.repeat(300)]: 1 }] });
  expect(lines).toMatchObject([{ fields: { data: { 'a\\u009b31m': [{ ['\\u001b'.repeat(100)]: 1 }] } } }]);
});

test('one line is never longer than people read', () => {
  const { event, lines } = bench();
  event({ rows: Array.from({ length: 50_000 }, (_, index) => index) });
  const [line] = lines;
  expect(line?.fields).toMatchObject({ data: expect.stringMatching(/^\{"rows":\[0,1,2,.*…$/) });
  expect(JSON.stringify(line).length).toBeLessThan(6000);
});

test('a device that tells more than anybody reads is counted', async () => {
  const { clock, event, lines } = bench();
  for (let index = 0; index < 1000; index++) event({ index });
  expect(lines).toHaveLength(20);
  await clock.advance(1000);
  event({ index: 1000 });
  expect(lines.slice(20).map(({ message, fields }) => [message, fields])).toEqual([
    ['the device told more than was logged', { device: 'a', simulated: true, count: 980 }],
    ['device event', { device: 'a', simulated: true, event: 'alarm', data: { index: 1000 } }],
  ]);
});

test('what belongs to nothing is for whoever looks for it, and takes no room from events', async () => {
  const { clock, device, event, lines, log } = bench();
  for (const _ of [1, 2]) {
    for (let index = 0; index < 30; index++) log.take({ device, kind: 'unmatched', name: '', data: '?' });
    event({});
    await clock.advance(1000);
  }
  expect(lines.filter(({ level }) => level !== 'debug').map(({ message }) => message)).toEqual([
    'device event',
    'device event',
  ]);
  const told = lines.filter(({ message }) => message === 'the device told more than was logged');
  expect(told).toMatchObject([{ level: 'debug', fields: { device: 'a', count: 10 } }]);
});

test('attempts to end an outage are for whoever looks for them', () => {
  const { device, lines, log } = bench();
  for (const [name, from] of [
    ['ready', 'connecting'],
    ['offline', 'ready'],
    ['connecting', 'offline'],
    ['offline', 'connecting'],
  ] as const) {
    log.take({ device, kind: 'state', name, data: { from } });
  }
  expect(lines.map(({ level }) => level)).toEqual(['info', 'info', 'debug', 'debug']);
});
