import { expect, test } from 'vitest';
import { VirtualClock } from '../testing/index.ts';
import { IdleWatch } from './idle-watch.ts';

function watched() {
  const clock = new VirtualClock();
  const state = { busy: 0.1, devices: 10 };
  const told: boolean[] = [];
  const watch = new IdleWatch({
    clock,
    busyShare: () => state.busy,
    deviceCount: () => state.devices,
    tell: (isIdle) => void told.push(isIdle),
  });
  return { clock, state, told, watch };
}

test('memory is given back once after a start, for a while', async () => {
  const { clock, told } = watched();
  await clock.advance(4999);
  expect(told).toEqual([]);
  await clock.advance(1);
  expect(told).toEqual([true]);
  await clock.advance(14_999);
  expect(told).toEqual([true]);
  await clock.advance(1);
  expect(told).toEqual([true, false]);
  await clock.advance(600_000);
  expect(told).toEqual([true, false]);
});

test('not while there is much to do, and no longer than until there is', async () => {
  const { clock, state, told } = watched();
  state.busy = 0.2;
  await clock.advance(60_000);
  expect(told).toEqual([]);
  state.busy = 0.1;
  await clock.advance(4000);
  state.busy = 0.9;
  await clock.advance(1000);
  state.busy = 0.1;
  await clock.advance(4000);
  expect(told).toEqual([]);
  await clock.advance(1000);
  expect(told).toEqual([true]);
  state.busy = 0.9;
  await clock.advance(1000);
  expect(told).toEqual([true, false]);
  state.busy = 0.1;
  await clock.advance(60_000);
  expect(told).toEqual([true, false]);
});

test('and once more after a hundred devices have come', async () => {
  const { clock, state, told } = watched();
  await clock.advance(60_000);
  state.devices = 109;
  await clock.advance(60_000);
  expect(told).toEqual([true, false]);
  state.devices = 110;
  await clock.advance(1000);
  expect(told).toEqual([true, false, true]);
  await clock.advance(60_000);
  expect(told).toEqual([true, false, true, false]);
});

test('at the end it is as it was', async () => {
  const { clock, told, watch } = watched();
  await clock.advance(5000);
  watch.end();
  await clock.advance(60_000);
  expect(told).toEqual([true, false]);
});
