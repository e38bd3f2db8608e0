import { expect, test } from 'vitest';
import type { SimulatedPart } from '../../state.ts';
import { WatchedState } from './watched-state.ts';

const part = (name: string, state: Readonly<Record<string, unknown>>): SimulatedPart => ({
  name,
  state: Object.fromEntries(
    Object.entries(state).map(([key, value]) => [key, { schema: {}, get: () => value }] as const),
  ),
});

const watched = new WatchedState({
  parts: [
    part('unit-1', { temperature: 20, door: 'open' }),
    part('unit-2', { temperature: 30, alarm: undefined }),
    part('lamp.v2', { on: true, 'b.c': 5 }),
    part('lamp', { 'v2.on': false, on: false }),
  ],
});

test.each([
  ['temperature', 20],
  ['door', 'open'],
  ['unit-1.temperature', 20],
  ['unit-2.temperature', 30],
  ['lamp.v2.b.c', 5],
  ['b.c', 5],
  ['lamp.on', false],
  ['v2.on', false],
])('%s is found', (name, value) => {
  expect(watched.has(name)).toBe(true);
  expect(watched.value(name)).toBe(value);
});

test.each(['x', 'unit-2.door', 'unit-3.temperature', 'unit-1', 'unit-1.', '.temperature', 'toString', 'lamp.toString'])(
  '%s is nothing that is there',
  (name) => {
    expect(watched.has(name)).toBe(false);
    expect(watched.value(name)).toBeUndefined();
  },
);

test('what has no value now is there all the same', () => {
  expect(watched.has('alarm')).toBe(true);
});

test('each is named as it would be found', () => {
  expect(watched.names).toEqual([
    'temperature',
    'door',
    'unit-2.temperature',
    'alarm',
    'on',
    'b.c',
    'v2.on',
    'lamp.on',
  ]);
  expect(new WatchedState({}).names).toEqual([]);
});

test('parts that come later are looked at as well', () => {
  const device: { parts: SimulatedPart[] } = { parts: [] };
  const state = new WatchedState(device);
  expect(state.has('on')).toBe(false);
  device.parts = [part('main', { on: true })];
  expect(state.value('on')).toBe(true);
});
