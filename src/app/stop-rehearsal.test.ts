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

test.each(['begin', 'once', 'close'] as const)(
  'one whose %s hangs is given up in time, and those after it',
  async (hangs) => {
    const clock = new VirtualClock();
    const [warnings, asked]: [unknown[], string[]] = [[], []];
    const log = { ...silent, warn: (fields: object) => warnings.push(fields) };
    const answer = (name: string) => () => {
      asked.push(name);
      return name === hangs ? new Promise<never>(() => {}) : Promise.resolve([]);
    };
    const its = { begin: answer('begin'), once: answer('once'), close: answer('close') };
    const all = (async () => {
      // Its methods resolve with nothing that anybody looks at.
      for (const part of stopRehearsals({ rehearses: true, clock, log }, () => its as unknown as StopRehearsal))
        await part();
    })();
    await clock.advance(2000);
    await all;
    expect(warnings).toEqual([{ error: 'it was not over after 2000 ms' }]);
    expect(asked.filter((name) => name === hangs)).toHaveLength(hangs === 'close' ? 2 : 1);
    expect(asked).toContain('close');
    expect(clock.pendingTimers).toBe(0);
  },
);
