import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../../test/wire/support.ts';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { rolesOf } from '../roles.ts';
import { KeyBook } from './book.ts';
import type { SeenKeys } from './changes.ts';
import { KeyFile } from './file.ts';
import { WatchedKeys } from './watched.ts';

function rig(directory = temporaryFolder()) {
  const clock = new VirtualClock();
  const told: string[] = [];
  let seen: SeenKeys | undefined;
  const keys = new WatchedKeys({
    storage: new KeyFile(directory, clock),
    clock,
    changed(changes, all) {
      told.push(...changes.map(({ what, record }) => `${what} ${record?.name ?? '?'}`));
      seen = all;
    },
  });
  onTestFinished(() => keys.close());
  const bookOf = (storage: KeyFile | WatchedKeys): KeyBook =>
    new KeyBook({ storage, clock, randomBytes, roles: rolesOf({}) });
  const other = bookOf(new KeyFile(directory, clock));
  return { clock, directory, told, keys, here: bookOf(keys), other, seen: () => seen };
}

const viewer = { role: 'viewer' } as const;

test('what another process does is told at the next look, also where nobody asks', async () => {
  const { clock, keys, other, told } = rig();
  keys.begin(undefined);
  await other.create({ name: 'ci', ...viewer });
  keys.read();
  expect(told).toEqual(['keyCreated ci']);
  await other.rotate('ci', { overlapMs: 1000 });
  await other.create({ name: 'me', ...viewer });
  await other.revoke('me');
  await clock.advance(2000);
  expect(told.slice(1)).toEqual(['keyChanged ci', 'keyCreated ci', 'keyCreated me']);
  await other.revoke('ci');
  await clock.advance(2000);
  expect(told.slice(4)).toEqual(['keyRevoked ci', 'keyRevoked ci']);
});

test('what is done here is no news, nor is it at the next start', async () => {
  const { keys, here, told, seen, directory } = rig();
  keys.begin(undefined);
  await here.create({ name: 'ci', ...viewer });
  await here.revoke('ci');
  expect(told).toEqual([]);
  const next = rig(directory);
  next.keys.begin(seen());
  expect(next.told).toEqual([]);
});

test('what others do in between is told, whoever does something next', async () => {
  const { keys, here, other, told } = rig();
  keys.begin(undefined);
  await other.create({ name: 'theirs', ...viewer });
  await here.create({ name: 'ours', ...viewer });
  expect(told).toEqual(['keyCreated theirs']);
});

test('what was done while no service ran is told by the next', async () => {
  const { keys, here, other, told, seen, directory } = rig();
  keys.begin(undefined);
  await here.create({ name: 'ci', ...viewer });
  await here.create({ name: 'gone', ...viewer });
  keys.close();
  const before = seen();
  await other.create({ name: 'new', ...viewer });
  await other.revoke('ci');
  const next = rig(directory);
  next.keys.begin(before);
  expect(next.told).toEqual(['keyRevoked ci', 'keyCreated new']);
  rmSync(`${directory}/keys.json`);
  const last = rig(directory);
  last.keys.begin(next.seen());
  expect(last.told).toEqual(['keyRemoved ?', 'keyRemoved ?', 'keyRemoved ?']);
  expect(told).toEqual([]);
});

test('a state that was made here once is news when somebody else brings it back', async () => {
  const { keys, here, other, told, directory, clock } = rig();
  keys.begin(undefined);
  await here.create({ name: 'ci', ...viewer });
  const kept = keys.read().records;
  await other.revoke('ci');
  keys.read();
  await new KeyFile(directory, clock).change(() => ({ records: kept, result: undefined }));
  keys.read();
  expect(told).toEqual(['keyRevoked ci', 'keyChanged ci']);
});

test('a file that cannot be read is not taken for keys that are gone', async () => {
  const { keys, other, told, directory, clock } = rig();
  await other.create({ name: 'ci', ...viewer });
  keys.begin({});
  writeFileSync(`${directory}/keys.json`, '{');
  await clock.advance(2000);
  expect(told).toEqual(['keyCreated ci']);
});
