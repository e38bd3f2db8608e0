import { expect, test } from 'vitest';
import { withinCall } from '../device/cause.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { blameOn } from './blame.ts';

test('what a driver forgot is told with its device, as simulated where it is, and a few times a second', async () => {
  const told: object[] = [];
  const keep = (fields: object): void => void told.push(fields);
  const log = { trace: keep, debug: keep, info: keep, warn: keep, error: keep };
  const clock = new VirtualClock();
  const blame = blameOn(log, clock, { find: (id) => ({ simulated: id === 'toy' }) });
  const running = (device: string) => ({ cause: { device, call: { kind: 'read' } }, call: { isOver: true } });
  expect(blame(new Error('ours'))).toBe(false);
  const rejected = (): boolean => withinCall(running('toy'), () => blame(new Error('bad')));
  for (let time = 0; time < 100; time++) expect(rejected()).toBe(true);
  expect(told).toHaveLength(5);
  expect(told[0]).toMatchObject({ device: 'toy', simulated: true, call: { kind: 'read' }, err: { message: 'bad' } });
  withinCall(running('real'), () => blame(new Error('bad')));
  expect(told.at(-1)).not.toHaveProperty('simulated');
  await clock.advance(1000);
  rejected();
  expect(told.at(-2)).toMatchObject({ device: 'toy', simulated: true, count: 95 });
});

test('what a driver threw where nobody can catch it is its own, and what our code threw that it called is not', () => {
  const told: string[] = [];
  const keep = (_: object, text: string): void => void told.push(text);
  const log = { trace: keep, debug: keep, info: keep, warn: keep, error: keep };
  const blame = blameOn(log, new VirtualClock(), { find: () => undefined });
  const thrownIn = (file: string): Error =>
    Object.assign(new Error('bad'), { stack: `Error: bad\n    at f (${file}:1:2)` });
  const running = { cause: { device: 'd', call: { kind: 'command' } }, call: { isOver: true } };
  const within = (error: Error): boolean => withinCall(running, () => blame(error, true));
  expect(blame(thrownIn('file:///home/me/driver.ts'), true)).toBe(false);
  expect(within(thrownIn(new URL('../device/lane.ts', import.meta.url).href))).toBe(false);
  expect(told).toEqual([]);
  expect(within(thrownIn('file:///home/me/driver.ts'))).toBe(true);
  expect(within(Object.assign(new Error('connect ECONNREFUSED'), { stack: 'Error: x\n    at node:net:1:1' }))).toBe(
    true,
  );
  expect(told.every((text) => text.startsWith('the driver threw where nobody can catch it'))).toBe(true);
});
