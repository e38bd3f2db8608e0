import { expect, test } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { Clients } from './clients.ts';

function room(max: number) {
  const clients = new Clients(new VirtualClock(), max, { now: 0, full: 0, slow: 0 });
  const leaving: (() => void)[] = [];
  /** Whether one more of them gets in. */
  const comes = (name: string): boolean => {
    try {
      clients.assertRoom({ name });
    } catch {
      return false;
    }
    leaving.push(clients.add({ beat: () => {}, bye: () => {} }, { name, ended: () => undefined }));
    return true;
  };
  const many = (count: number, name: string): number =>
    Array.from({ length: count }, () => comes(name)).filter((each) => each).length;
  return { clients, comes, many, leave: () => leaving.splice(0).forEach((each) => each()) };
}

test('one key that is everywhere leaves others room to follow', () => {
  const { comes, many } = room(8);
  expect(many(20, 'key:panel')).toBe(6);
  expect(comes('key:anna')).toBe(true);
  expect(comes('key:panel')).toBe(false);
  expect(comes('key:ben')).toBe(true);
  expect(comes('key:carl')).toBe(false);
});

test('whoever has no name may be many', () => {
  expect(room(8).many(20, 'anonymous')).toBe(8);
});

test('where there is room for one, one follows, and who left makes room', () => {
  const { comes, leave } = room(1);
  expect([comes('key:anna'), comes('key:anna')]).toEqual([true, false]);
  leave();
  expect(comes('key:anna')).toBe(true);
});
