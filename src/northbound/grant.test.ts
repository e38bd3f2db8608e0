import { trusted } from '../access/caller.ts';
import { expect, test } from 'vitest';
import type { Device } from '../device/device.ts';
import { BellcrankError } from '../driver/index.ts';
import type { CommandRecord } from '../store/record.ts';
import { Grants } from './grant.ts';

const device = { id: 'oven-1' } as unknown as Device;
const wish = { kind: 'command', device: 'oven-1', command: 'beep', params: {} } as const;
const silent = (): void => {};

function grants() {
  const waiting: PromiseWithResolvers<CommandRecord>[] = [];
  const stops: string[] = [];
  const record = { outcome: 'succeeded' } as CommandRecord;
  const its = new Grants({
    pipeline: {
      start: () => {
        const ended = Promise.withResolvers<CommandRecord>();
        waiting.push(ended);
        return Promise.resolve({ record, ended: ended.promise } as never);
      },
    },
    stops: {
      stop: (id) => {
        stops.push(id);
        return Promise.resolve({ record } as never);
      },
    },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    caller: trusted('mqtt:house'),
  });
  return { its, waiting, stops, record };
}

test('a thousand commands are under way, more are refused, and a stop is taken all the same', async () => {
  const { its, waiting, stops, record } = grants();
  const first = Array.from({ length: 1000 }, () => its.fate(device, wish));
  await Promise.resolve();
  expect(await its.fate(device, wish)).toMatchObject({
    command: 'beep',
    refusal: { outcome: 'not-sent', code: 'overloaded' },
  });
  expect(await its.fate(device, { kind: 'stop', device: 'oven-1' })).toMatchObject({ command: 'stop', record });
  expect(stops).toEqual(['oven-1']);
  for (const { resolve } of waiting) resolve(record);
  await Promise.all(first);
  const next = its.fate(device, wish);
  await Promise.resolve();
  waiting.at(-1)?.resolve(record);
  expect(await next).toMatchObject({ record });
});

test('what fails inside is told as that, without its words', async () => {
  const { its, waiting } = grants();
  const inside = its.fate(device, wish);
  await Promise.resolve();
  waiting[0]?.reject(new Error('a secret'));
  expect(await inside).toMatchObject({ refusal: { outcome: 'unknown', code: 'internal' } });
  const refused = its.fate(device, wish);
  await Promise.resolve();
  waiting[1]?.reject(new BellcrankError('stopped', 'it is stopped'));
  // It had been taken: what became of it nobody knows.
  expect(await refused).toMatchObject({ refusal: { outcome: 'unknown', code: 'stopped', detail: 'it is stopped' } });
});
