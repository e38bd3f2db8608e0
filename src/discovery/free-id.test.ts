import { expect, test } from 'vitest';
import { FreeIds } from './free-id.ts';

function ids() {
  const taken = new Set<string>();
  let asked = 0;
  const free = new FreeIds((id) => {
    asked++;
    return taken.has(id);
  });
  const take = (name: string, prefix?: string): string => {
    const id = free.of(name, prefix);
    taken.add(id);
    return id;
  };
  return { take, taken, asked: () => asked };
}

test('equal names are numbered, and what is free again is not skipped for ever', () => {
  const { take, taken } = ids();
  expect([take('Küche 1'), take('kuche-1'), take('KUCHE 1')]).toEqual(['kuche-1', 'kuche-1-2', 'kuche-1-3']);
  taken.delete('kuche-1');
  expect(take('Küche 1')).toBe('kuche-1');
  expect(take('lamp', 'z-')).toBe('z-lamp');
});

test('an id is one, however long the name is and whatever it is made of', () => {
  const { take } = ids();
  for (const name of ['x'.repeat(500), 'x'.repeat(500), '日本', '日本', '-', '', 'a'.repeat(60) + '-b']) {
    expect(take(name, 'prefix-of-thirty-characters-xx')).toMatch(/^[a-z0-9][a-z0-9-]{0,62}$/);
  }
});

test('the thousandth of one name is found as quickly as the second', () => {
  const { take, asked } = ids();
  for (let n = 0; n < 1000; n++) take('lamp');
  expect(asked()).toBeLessThan(4000);
});
