import { expect, test } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { served } from '../support/served.ts';

/** Each command and each stop that is rehearsed sets some. */
const enough = 50;

test('stops are rehearsed after the first answer, and nothing of it is to be seen', async () => {
  let timers = 0;
  const clock: Clock = { ...systemClock, timer: (ms, fire) => (timers++, systemClock.timer(ms, fire)) };
  const said: unknown[] = [];
  const say = (fields: object): void => void said.push(fields);
  const log = { debug: say, info: say, warn: say, error: say, child: () => log };
  const { app, url } = await served('{}', { clock, log, rehearses: true });
  const [before, told] = [timers, said.length];
  await fetch(`${url}/health/live`);
  await expect.poll(() => timers - before).toBeGreaterThan(enough);
  const { items: commands } = (await (await fetch(`${url}/v1/commands`)).json()) as { items: unknown[] };
  const { items: devices } = (await (await fetch(`${url}/v1/devices`)).json()) as { items: unknown[] };
  expect({ commands, devices, lines: app.registry.connections }).toEqual({
    commands: [],
    devices: [],
    lines: [],
  });
  expect(said.slice(told)).toEqual([]);
});
