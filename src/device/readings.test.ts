import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import type { PropertySpec } from '../driver/spec.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { external } from './cause.ts';
import { Readings } from './readings.ts';

const polled: PropertySpec = { summary: '', access: 'read', source: { pollMs: 1000 }, schema: Type.Number() };
const pushed: PropertySpec = { summary: '', access: 'read', source: 'pushed', schema: Type.Number() };

function readings() {
  const clock = new VirtualClock();
  const changes: unknown[] = [];
  return { clock, changes, values: new Readings(clock, (name, value) => changes.push([name, value])) };
}

test('a value that was never read is bad, and says so', () => {
  expect(readings().values.get('v', polled, true)).toMatchObject({
    value: null,
    quality: 'bad',
    error: 'not read yet',
  });
});

test('a polled value goes stale when its polls are missed, a pushed one does not', async () => {
  const { clock, values, changes } = readings();
  values.put('v', polled, 1, external);
  values.put('p', pushed, 2, external);
  expect(values.get('v', polled, true)).toMatchObject({ value: 1, quality: 'good', at: clock.now() });
  await clock.advance(4001);
  expect(values.get('v', polled, true)).toMatchObject({ value: 1, quality: 'stale' });
  expect(values.get('p', pushed, true)).toMatchObject({ value: 2, quality: 'good' });
  expect(changes).toEqual([
    ['v', 1],
    ['p', 2],
  ]);
});

test('while the device is away every value is stale; after a new session until it is read again', () => {
  const { values } = readings();
  values.put('p', pushed, 2, external);
  expect(values.get('p', pushed, false)).toMatchObject({ value: 2, quality: 'stale' });
  values.restart();
  expect(values.get('p', pushed, true)).toMatchObject({ value: 2, quality: 'stale' });
  expect(values.ageMs('p')).toBe(Number.POSITIVE_INFINITY);
  values.put('p', pushed, 2, external);
  expect(values.get('p', pushed, true)).toMatchObject({ quality: 'good' });
});

test('what the schema does not allow is not kept: the last value stands, and the reading is bad', () => {
  const { values, changes } = readings();
  values.put('v', polled, 1, external);
  values.put('v', polled, Number.NaN, external);
  expect(values.get('v', polled, true)).toMatchObject({ value: 1, quality: 'bad' });
  expect(changes).toHaveLength(1);
  values.put('v', polled, 2, external);
  expect(values.get('v', polled, true)).toMatchObject({ value: 2, quality: 'good' });
});
