import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { systemClock as clock } from '../clock.ts';
import { MemoryHub, memoryBytes } from '../transport/memory.ts';
import { settle, VirtualClock } from '../testing/virtual-clock.ts';
import { subscriptionSetOn } from '../transport/subscription-set.ts';
import { SharedThings } from './shared.ts';

const quiet = (): void => {};
const upkeep = { clock, randomBytes, log: { debug: quiet, info: quiet, warn: quiet, error: quiet } };

test('a thing is made once, on a handle of the connection that all of them have', () => {
  const shared = new SharedThings(new MemoryHub().connect(), upkeep);
  const made = shared.get('a/things', (given) => ({ given }));
  expect(shared.get('c/things', (given) => given)).toBe(made.given);
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

test('what fails in a listener or a timer of theirs ends nothing, and is told once', async () => {
  const [hub, clock, told] = [new MemoryHub(), new VirtualClock(), [] as string[]];
  const log = { ...upkeep.log, error: (_: object, text: string) => void told.push(text) };
  const shared = new SharedThings(hub.connect(), { ...upkeep, clock, log });
  const heard: string[] = [];
  const fail = (): never => {
    throw new Error('a mistake');
  };
  await shared.get('a', (connection, its) => {
    its.clock.timer(10, fail);
    return connection.subscribe('#', ({ topic }) => (heard.push(topic), fail()));
  });
  const other = hub.connect();
  for (const topic of ['x', 'y']) await other.publish(topic, '');
  await clock.advance(20);
  expect(heard).toEqual(['x', 'y']);
  expect(told).toEqual(['a driver failed at what came in; its devices and others go on']);
});

test('nor does what fails in a listener of many filters', async () => {
  const [hub, told] = [new MemoryHub(), [] as string[]];
  const log = { ...upkeep.log, error: (_: object, text: string) => void told.push(text) };
  const shared = new SharedThings(hub.connect(), { ...upkeep, log });
  const heard: string[] = [];
  const set = shared.get('a', (connection) =>
    subscriptionSetOn(connection, ({ topic }) => {
      heard.push(topic);
      throw new Error('a mistake');
    }),
  );
  await set.add('x');
  await set.add('y');
  const other = hub.connect();
  for (const topic of ['x', 'y']) await other.publish(topic, '');
  await settle();
  expect(heard).toEqual(['x', 'y']);
  expect(told).toEqual(['a driver failed at what came in; its devices and others go on']);
});

test.each([null, memoryBytes().near])('only what carries messages is shared', (connection) => {
  const shared = new SharedThings(connection, upkeep);
  expect(() => shared.get('a', () => 1)).toThrow(expect.objectContaining({ code: 'driver-fault' }));
});
