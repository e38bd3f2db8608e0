import { expect, test } from 'vitest';
import { handlersOf } from './handlers.ts';

test('a handler is what is found by its name when it is looked up', () => {
  const found = new Map<string, () => number>([['set', () => 1]]);
  const handlers = handlersOf(
    () => found.keys(),
    (name) => found.get(name),
  );
  expect([handlers['set']?.(), handlers['get'], 'set' in handlers, 'constructor' in handlers]).toEqual([
    1,
    undefined,
    true,
    false,
  ]);
  found.set('get', () => 2);
  expect(handlers['get']?.()).toBe(2);
  expect(Object.keys(handlers)).toEqual(['set', 'get']);
});
