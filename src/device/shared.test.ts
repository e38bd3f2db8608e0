import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { systemClock as clock } from '../clock.ts';
import { MemoryHub, memoryBytes } from '../transport/memory.ts';
import { SharedThings } from './shared.ts';

const quiet = (): void => {};
const upkeep = { clock, randomBytes, log: { debug: quiet, info: quiet, warn: quiet, error: quiet } };

test('a thing is made once, on the connection itself', () => {
  const connection = new MemoryHub().connect();
  const shared = new SharedThings(connection, upkeep);
  const made = shared.get('a/things', (given) => ({ given }));
  expect(made.given).toBe(connection);
  expect(shared.get('a/things', () => ({ given: undefined }))).toBe(made);
  expect(shared.get('b/things', () => 'other')).toBe('other');
});

test('what could not be made is made by the next who asks', () => {
  const shared = new SharedThings(new MemoryHub().connect(), upkeep);
  const fail = (): never => {
    throw new Error('no');
  };
  expect(() => shared.get('a', fail)).toThrow('no');
  expect(shared.get('a', () => 1)).toBe(1);
});

test.each([null, memoryBytes().near])('only what carries messages is shared', (connection) => {
  const shared = new SharedThings(connection, upkeep);
  expect(() => shared.get('a', () => 1)).toThrow(expect.objectContaining({ code: 'driver-fault' }));
});
