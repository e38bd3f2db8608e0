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
  return {
    clock,
    changes,
    values: new Readings(clock, { changed: (name, value) => changes.push([name, value]), failed: () => {} }),
  };
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

test('what is read again and is as it was is no news for ten seconds, unless somebody asked for it', async () => {
  const clock = new VirtualClock();
  const news: unknown[] = [];
  const values = new Readings(clock, {
    changed: (_, value, __, repeats) => repeats || news.push(value),
    failed: (_, error, __, repeats) => repeats || news.push(error),
  });
  const poll = { kind: 'poll' } as const;
  const put = (value: unknown, asked = false): void => values.put('p', pushed, value, poll, asked);
  put(1);
  put(1);
  expect(news).toEqual([1]);
  put(1, true);
  values.put('p', pushed, 1, { kind: 'command', commandId: 'c' });
  put(2);
  put(1);
  expect(news).toEqual([1, 1, 1, 2, 1]);
  await clock.advance(9999);
  put(1);
  expect(news).toHaveLength(5);
  await clock.advance(1);
  put(1);
  values.fail('p', 'silent', poll);
  values.fail('p', 'silent', poll);
  put(1);
  expect(news.slice(5)).toEqual([1, 'silent', 1]);
  values.restart();
  put(1);
  expect(news).toHaveLength(9);
});

test('an invalid value is told as it is, bounded and without what terminals obey; one with parts by its property alone', () => {
  const { values } = readings();
  const told = (value: unknown): string | undefined => {
    values.put('v', polled, value, external);
    return values.get('v', polled, true).error;
  };
  expect(told(null)).toContain('the device told v=null, which must be number');
  expect(told('\u001b[2J')).toContain('the device told v="\\u001b[2J", which must be number');
  expect(told('x'.repeat(1_000_000))?.length).toBeLessThan(200);
  expect(told({ a: 1 })).toContain('the device told v, which must be number');
});
