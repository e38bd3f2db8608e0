import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { rolesOf } from '../roles.ts';
import { KeyBook } from './book.ts';
import { keysInMemory, stateOf } from './key.ts';

function subject() {
  const clock = new VirtualClock();
  const storage = keysInMemory();
  const book = new KeyBook({ storage, clock, randomBytes, roles: rolesOf({ bench: ['read', 'command:psu-*'] }) });
  const states = (): string[] => book.list().map((record) => `${record.name} ${stateOf(record, clock.now())}`);
  return { clock, book, states };
}

test.each([
  ['a name with blanks', { name: 'my key', role: 'viewer' }, '/name'],
  ['no name', { name: '', role: 'viewer' }, '/name'],
  ['neither role nor scopes', { name: 'a' }, ''],
  ['both', { name: 'a', role: 'viewer', scopes: ['read'] }, ''],
  ['a role that there is not', { name: 'a', role: 'king' }, '/role'],
  ['no scopes', { name: 'a', scopes: [] }, '/scopes'],
  ['an end that has passed', { name: 'a', role: 'viewer', expiresAt: 0 }, '/expiresAt'],
])('%s is refused', async (_, wanted, pointer) => {
  const { book } = subject();
  await expect(book.create(wanted)).rejects.toMatchObject({ code: 'invalid-request', errors: [{ pointer }] });
  expect(book.list()).toEqual([]);
});

test('the roles that there are are named, those of the configuration as well', async () => {
  const { book } = subject();
  const roles = 'bench, viewer, operator, engineer, admin';
  await expect(book.create({ name: 'a', role: 'king' })).rejects.toThrow(`none of the roles that there are: ${roles}`);
});

test('a scope that cannot be read is refused', async () => {
  const { book } = subject();
  await expect(book.create({ name: 'a', scopes: ['reed'] })).rejects.toMatchObject({ code: 'invalid-request' });
});

test('a name is free again when its key has ended', async () => {
  const { book, clock, states } = subject();
  await book.create({ name: 'ci', role: 'bench', expiresAt: clock.now() + 1000 });
  await expect(book.create({ name: 'ci', role: 'viewer' })).rejects.toMatchObject({ code: 'key-exists' });
  await clock.advance(1000);
  await book.create({ name: 'ci', role: 'viewer' });
  expect(states()).toEqual(['ci expired', 'ci active']);
});

test('rotation: two secrets of one name for the overlap, with the same grant and as long a life', async () => {
  const { book, clock, states } = subject();
  const first = await book.create({ name: 'ci', scopes: ['read'], expiresAt: clock.now() + 90_000 });
  await clock.advance(10_000);
  const second = await book.rotate('ci', { overlapMs: 5000 });
  expect(second.key).not.toBe(first.key);
  expect(second.record).toMatchObject({ name: 'ci', scopes: ['read'], expiresAt: clock.now() + 90_000 });
  expect(states()).toEqual(['ci active', 'ci active']);
  await clock.advance(5000);
  expect(states()).toEqual(['ci expired', 'ci active']);
});

test('rotation never makes the key before last longer', async () => {
  const { book, clock, states } = subject();
  await book.create({ name: 'ci', role: 'viewer', expiresAt: clock.now() + 1000 });
  await book.rotate('ci', { overlapMs: 86_400_000 });
  await clock.advance(1000);
  expect(states()).toEqual(['ci expired', 'ci expired']);
});

test('rotation at once ends the key before', async () => {
  const { book, states } = subject();
  await book.create({ name: 'ci', role: 'viewer' });
  await book.rotate('ci', { overlapMs: 0 });
  expect(states()).toEqual(['ci revoked', 'ci active']);
});

test('what has ended for good stays so when the clock is set back', async () => {
  const { book, clock } = subject();
  await book.create({ name: 'ci', role: 'viewer' });
  await book.rotate('ci', { overlapMs: 0 });
  await book.revoke('ci');
  const yesterday = clock.now() - 86_400_000;
  expect(book.list().map((record) => stateOf(record, yesterday))).toEqual(['revoked', 'revoked']);
});

test('rotation brings back nothing that was revoked, and no grant of a key that has ended', async () => {
  const { book, clock, states } = subject();
  const { record } = await book.create({ name: 'ci', role: 'admin' });
  await book.revoke('ci');
  for (const of of ['ci', record.id]) {
    await expect(book.rotate(of, { overlapMs: 0 })).rejects.toMatchObject({ code: 'invalid-request' });
  }
  await book.create({ name: 'ci', role: 'viewer' });
  const { record: next } = await book.rotate(record.id, { overlapMs: 1000 });
  expect(next.role).toBe('viewer');
  await expect(book.rotate('ci', { overlapMs: 0, expiresAt: clock.now() })).rejects.toMatchObject({
    errors: [{ pointer: '/expiresAt' }],
  });
  expect(states()).toEqual(['ci revoked', 'ci active', 'ci active']);
});

test('a name revokes every key of that name, an id that one, and what has ended keeps its time', async () => {
  const { book, clock } = subject();
  const { record } = await book.create({ name: 'ci', role: 'viewer' });
  await book.rotate('ci', { overlapMs: 5000 });
  const [revoked, ...others] = await book.revoke(record.id);
  expect([revoked?.revokedAt, others]).toEqual([clock.now(), []]);
  await clock.advance(10);
  const all = await book.revoke('ci');
  expect(all.map(({ revokedAt }) => revokedAt)).toEqual([clock.now() - 10, clock.now()]);
  await expect(book.revoke('nobody')).rejects.toMatchObject({ code: 'not-found' });
  await expect(book.rotate('nobody', { overlapMs: 0 })).rejects.toMatchObject({ code: 'not-found' });
});
