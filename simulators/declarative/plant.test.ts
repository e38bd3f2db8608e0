import { expect, test } from 'vitest';
import type { Relation } from '../../drivers/declarative/definition/definition.ts';
import { VirtualClock } from '../../src/testing/index.ts';
import { Plant } from './plant.ts';

const relation = (property: string, more: Partial<Relation>): Relation => ({
  property,
  gain: 1,
  offset: 0,
  timeConstantMs: 0,
  otherwise: 0,
  noise: 0,
  ...more,
});

function plantOf(state: Record<string, unknown>, relations: readonly Relation[], starts = {}) {
  const clock = new VirtualClock();
  return { clock, plant: new Plant(clock, new Map(Object.entries(state)), relations, starts) };
}

test('what follows has settled at first, unless it is told to start elsewhere', () => {
  const relations = [relation('b', { follows: 'a', gain: 2, offset: 1, timeConstantMs: 100 })];
  expect(plantOf({ a: 5, b: 0 }, relations).plant.get('b')).toBe(11);
  expect(plantOf({ a: 5, b: 0 }, relations, { b: 3 }).plant.get('b')).toBe(3);
});

test('it follows in time, whenever anybody looks', async () => {
  const { clock, plant } = plantOf({ a: 0, b: 0 }, [relation('b', { follows: 'a', timeConstantMs: 100 })]);
  plant.set('a', 10);
  expect(plant.get('b')).toBe(0);
  await clock.advance(30);
  plant.get('b');
  await clock.advance(70);
  expect(plant.get('b')).toBeCloseTo(10 * (1 - 1 / Math.E), 10);
});

test('`when` switches between the source and `otherwise`', async () => {
  const { clock, plant } = plantOf({ on: false, a: 12, b: 0 }, [
    relation('b', { follows: 'a', when: 'on', otherwise: -1 }),
  ]);
  expect(plant.get('b')).toBe(-1);
  plant.set('on', true);
  expect(plant.get('b')).toBe(12);
  plant.set('on', false);
  await clock.advance(1);
  expect(plant.get('b')).toBe(-1);
});

test('what follows nothing lags behind what was written to it', async () => {
  const { clock, plant } = plantOf({ a: 0 }, [relation('a', { ratePerSecond: 5 })]);
  plant.set('a', 10);
  await clock.advance(1000);
  expect(plant.get('a')).toBeCloseTo(5, 10);
  await clock.advance(5000);
  expect(plant.get('a')).toBe(10);
});

test('a chain is in order, however it is written', () => {
  const { plant } = plantOf({ a: 1, b: 0, c: 0 }, [
    relation('c', { follows: 'b', offset: 1 }),
    relation('b', { follows: 'a', gain: 10 }),
  ]);
  expect(plant.get('c')).toBe(11);
  plant.set('a', 2);
  expect(plant.get('c')).toBe(21);
});

test('a chain of lags is what the mathematics of two lags in a row says', async () => {
  const { clock, plant } = plantOf({ a: 0, b: 0, c: 0 }, [
    relation('b', { follows: 'a', timeConstantMs: 100 }),
    relation('c', { follows: 'b', timeConstantMs: 200 }),
  ]);
  plant.set('a', 1);
  await clock.advance(150);
  const exact = 1 - (200 * Math.exp(-150 / 200) - 100 * Math.exp(-150 / 100)) / 100;
  expect(plant.get('c')).toBeCloseTo(exact, 2);
  await clock.advance(60_000);
  expect(plant.get('c')).toBeCloseTo(1, 9);
});

test('circles are refused, and name who is in them', () => {
  const circle = [relation('a', { follows: 'b' }), relation('b', { follows: 'c' }), relation('c', { when: 'a' })];
  expect(() => plantOf({ a: 0, b: 0, c: 0 }, circle)).toThrow(/a → b → c → a/);
});

test('booleans and texts follow as they are; numbers count a boolean as 0 or 1', () => {
  const { plant } = plantOf({ on: true, lamp: false, text: 'x', word: '', percent: 0 }, [
    relation('lamp', { follows: 'on' }),
    relation('word', { follows: 'text' }),
    relation('percent', { follows: 'on', gain: 100 }),
  ]);
  expect([plant.get('lamp'), plant.get('word'), plant.get('percent')]).toEqual([true, 'x', 100]);
});
