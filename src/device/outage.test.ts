import { expect, test } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { Outage } from './outage.ts';

function told() {
  const clock = new VirtualClock();
  const lines: string[] = [];
  const say = (_: object, message: string): void => void lines.push(message);
  const log = { debug: () => {}, info: say, warn: say, error: say };
  return { clock, lines, outage: new Outage({ clock, log, fields: () => ({}), stableMs: 250 }) };
}

test('a connection that goes again at once is not back', async () => {
  const { clock, lines, outage } = told();
  outage.opened();
  outage.failed(new Error('pulled'));
  for (let time = 0; time < 10; time++) {
    outage.opened();
    await clock.advance(200);
    outage.failed(new Error('pulled again'));
  }
  expect(lines).toEqual(['connection open', 'connection down; retrying']);
  outage.opened();
  await clock.advance(250);
  expect(lines.at(-1)).toBe('connection back');
  outage.failed(new Error('pulled'));
  expect(lines.at(-1)).toBe('connection down; retrying');
});

test('what has been told otherwise is not told here, but its end is', async () => {
  const { clock, lines, outage } = told();
  outage.failed(undefined);
  outage.opened();
  outage.closed();
  await clock.advance(1000);
  expect(lines).toEqual([]);
  outage.opened();
  await clock.advance(1000);
  expect(lines).toEqual(['connection back']);
});
