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
