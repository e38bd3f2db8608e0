import { expect, test } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { StopRehearsal, stopRehearsals } from './stop-rehearsal.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

test('a stop is rehearsed whole, one after the other: it takes what waits, and breaks off what is under way', async () => {
  const rehearsal = new StopRehearsal(new VirtualClock());
  await rehearsal.begin();
  const ended = ['unknown', 'not-sent', 'not-sent', 'not-sent'];
  expect(await rehearsal.once()).toEqual(ended);
  expect(await rehearsal.once()).toEqual(ended);
  await rehearsal.close();
});

test('its parts follow one another, and leave no timer', async () => {
  const clock = new VirtualClock();
  const warnings: unknown[] = [];
  const log = { ...silent, warn: (fields: object) => warnings.push(fields) };
  for (const part of stopRehearsals({ rehearses: true, clock, log })) await part();
  expect({ warnings, timers: clock.pendingTimers }).toEqual({ warnings: [], timers: 0 });
});
