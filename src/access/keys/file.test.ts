import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { rolesOf } from '../roles.ts';
import { KeyBook } from './book.ts';
import { KeyFile } from './file.ts';
import { maxKeys } from './key.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'bellcrank-keys-'));
  folders.push(made);
  return made;
}

const roles = rolesOf({});
const bookOf = (storage: KeyFile): KeyBook => new KeyBook({ storage, clock: systemClock, randomBytes, roles });

test('a key is kept as its SHA-256, in a file for its owner alone', async () => {
  const directory = join(folder(), 'not', 'there', 'yet');
  const storage = new KeyFile(directory, systemClock);
  expect(storage.read()).toEqual({ records: [] });
  const { key, record } = await bookOf(storage).create({ name: 'ci', scopes: ['read', 'command:psu-*'] });
  expect(key).toMatch(/^bck_[0-9a-z]{8}_[A-Za-z0-9_-]{43}$/);
  expect(key.slice(4, 12)).toBe(record.id);
  expect(statSync(storage.path).mode & 0o777).toBe(0o600);
  const text = readFileSync(storage.path, 'utf8');
  expect(text).toContain(record.sha256);
  expect(text).not.toContain(key.slice(13));
  expect(new KeyFile(directory, systemClock).read().records).toEqual([record]);
  expect(readdirSync(directory).sort()).toEqual(['keys-lock.db', 'keys.json']);
});

test('a link in the place of the lock leads nowhere: root would open, or make, what the owner of the folder likes', async () => {
  const directory = folder();
  const [there, missing] = [join(folder(), 'passwd'), join(folder(), 'nologin')];
  writeFileSync(there, '', { mode: 0o644 });
  for (const target of [there, missing]) {
    const path = join(directory, 'keys-lock.db');
    rmSync(path, { force: true });
    symlinkSync(target, path);
    const making = bookOf(new KeyFile(directory, systemClock)).create({ name: 'ci', role: 'admin' });
    await expect(making).rejects.toThrow('is a link');
  }
  expect([statSync(there).mode & 0o777, existsSync(missing)]).toEqual([0o644, false]);
});

// Nobody else may give a file away.
test.runIf(userInfo().uid === 0)(
  'what root makes belongs to whose folder it is: the service changes keys, too',
  async () => {
    const directory = folder();
    writeFileSync(join(directory, 'keys-lock.db'), '');
    for (const owner of [4711, 4712]) {
      chownSync(directory, owner, owner);
      await bookOf(new KeyFile(directory, systemClock)).create({ name: `of-${owner}`, role: 'admin' });
      const owners = ['keys-lock.db', 'keys.json'].map((name) => statSync(join(directory, name)).uid);
      expect(owners).toEqual([owner, owner]);
    }
  },
);

test('a lock that cannot be opened is named, with what to do', async () => {
  const directory = folder();
  mkdirSync(join(directory, 'keys-lock.db'));
  const making = bookOf(new KeyFile(directory, systemClock)).create({ name: 'ci', role: 'viewer' });
  await expect(making).rejects.toMatchObject({
    code: 'keys-unavailable',
    message: expect.stringMatching(/keys-lock\.db cannot be opened.*chown/),
  });
});

test('writers at the same time lose nothing of each other', async () => {
  const directory = folder();
  const names = Array.from({ length: 12 }, (_, index) => `key-${index}`);
  // Each with a storage of its own, as processes have.
  const making = names.map((name) => bookOf(new KeyFile(directory, systemClock)).create({ name, role: 'viewer' }));
  await Promise.all(making);
  const kept = new KeyFile(directory, systemClock).read().records.map(({ name }) => name);
  expect(kept.sort()).toEqual(names.sort());
});

test('what another process did is known at the next look', async () => {
  const directory = folder();
  const [here, there] = [new KeyFile(directory, systemClock), new KeyFile(directory, systemClock)];
  for (const round of [1, 2, 3]) {
    await bookOf(there).create({ name: `key-${round}`, role: 'viewer' });
    expect(here.read().records).toHaveLength(round);
  }
  const { records } = here.read();
  expect(here.read().records).toBe(records);
});

test.each([
  ['no JSON', '{'],
  ['nothing', ''],
  ['another version', '{"version":2,"keys":[]}'],
  ['a key that is none', '{"version":1,"keys":[{"id":"x"}]}'],
  [
    'a key that it does not understand',
    '{"version":1,"keys":[{"id":"abcdefgh","name":"a","role":"admin","sha256":"00","createdAt":"","blocked":true}]}',
  ],
])('%s is damage: there are no keys, and it is not written over', async (_, text) => {
  const storage = new KeyFile(folder(), systemClock);
  await bookOf(storage).create({ name: 'ci', role: 'viewer' });
  writeFileSync(storage.path, text);
  expect(storage.read()).toEqual({ records: [], damage: expect.stringContaining('keys.json is damaged') });
  await expect(bookOf(storage).create({ name: 'other', role: 'viewer' })).rejects.toMatchObject({
    code: 'keys-unavailable',
  });
  expect(readFileSync(storage.path, 'utf8')).toBe(text);
});

test('two keys with one id are damage', async () => {
  const storage = new KeyFile(folder(), systemClock);
  await bookOf(storage).create({ name: 'ci', role: 'viewer' });
  const { version, keys } = JSON.parse(readFileSync(storage.path, 'utf8')) as { version: number; keys: object[] };
  writeFileSync(storage.path, JSON.stringify({ version, keys: [...keys, ...keys] }));
  expect(storage.read().damage).toContain('the same id');
});

test('keys that were known go on when the file is gone, and it is said; a service that starts then has none', async () => {
  const storage = new KeyFile(folder(), systemClock);
  await bookOf(storage).create({ name: 'ci', role: 'viewer' });
  expect(storage.read().warning).toBeUndefined();
  rmSync(storage.path);
  await nextTurn();
  expect(storage.read()).toMatchObject({ records: [{ name: 'ci' }], warning: expect.stringContaining('is gone') });
  await expect(bookOf(storage).create({ name: 'b', role: 'viewer' })).rejects.toMatchObject({
    code: 'keys-unavailable',
  });
});

test('where it is full, the oldest goes that has ended, and none that works', async () => {
  const directory = folder();
  const storage = new KeyFile(directory, systemClock);
  const kept = Array.from({ length: maxKeys }, (_, index) => ({
    id: String(index).padStart(8, '0'),
    name: `key-${index}`,
    role: 'viewer',
    sha256: '0'.repeat(64),
    createdAt: 0,
    ...(index === 7 ? { revokedAt: 1 } : {}),
  }));
  await storage.change(() => ({ records: kept, result: undefined }));
  const { record } = await bookOf(storage).create({ name: 'new', role: 'viewer' });
  const ids = storage.read().records.map(({ id }) => id);
  expect(ids).toHaveLength(maxKeys);
  expect(ids).toContain(record.id);
  expect(ids).not.toContain('00000007');
  await expect(bookOf(storage).create({ name: 'newer', role: 'viewer' })).rejects.toMatchObject({ code: 'key-limit' });
});

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('whoever asks often in one turn is answered by one look; in the next it is as somebody else left it', async () => {
  const directory = folder();
  const [storage, other] = [new KeyFile(directory, systemClock), new KeyFile(directory, systemClock)];
  const { record } = await bookOf(other).create({ name: 'ci', scopes: ['read'] });
  expect(storage.read().records).toEqual([record]);
  writeFileSync(storage.path, 'gone');
  expect(storage.read().records).toEqual([record]);
  await nextTurn();
  expect(storage.read()).toMatchObject({ records: [], damage: expect.stringContaining('damaged') });
});
