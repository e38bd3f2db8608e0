import { randomBytes } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/wire/support.ts';
import { KeyBook } from '../../access/keys/book.ts';
import { KeyFile } from '../../access/keys/file.ts';
import { rolesOf } from '../../access/roles.ts';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { checkCredentials } from './credentials.ts';
import type { Finding } from './finding.ts';

const jwt = { issuer: 'https://id.example', audience: ['bellcrank'] };

function rig(host: string, more: object = {}) {
  const clock = new VirtualClock();
  const directory = temporaryFolder();
  const config = {
    server: { host },
    store: { directory },
    access: { jwt: [], certificates: [], ...more },
  } as unknown as Parameters<typeof checkCredentials>[0]; // all that is looked at
  const book = new KeyBook({ storage: new KeyFile(directory, clock), clock, randomBytes, roles: rolesOf({}) });
  const check = (): Promise<Finding[]> => checkCredentials(config, { clock });
  return { book, check, path: join(directory, 'keys.json') };
}

test('none: all may on loopback; elsewhere the service does not start', async () => {
  expect(await rig('127.0.0.1').check()).toMatchObject([{ status: 'ok' }]);
  expect(await rig('0.0.0.0').check()).toEqual([
    {
      check: 'credentials',
      status: 'fail',
      detail: 'none, and the service does not listen on 0.0.0.0 without, unless it is told to (--insecure)',
      advice: 'make a key: bellcrank keys create --config FILE --name me --role admin; or listen on 127.0.0.1',
    },
  ]);
  expect(await rig('0.0.0.0', { jwt: [jwt] }).check()).toMatchObject([{ status: 'ok' }]);
});

test('keys: for their owner alone, and one at least that is good', async () => {
  const { book, check, path } = rig('0.0.0.0');
  await book.create({ name: 'me', role: 'admin' });
  expect((await check()).map(({ check: what, status }) => [what, status])).toEqual([
    ['secret', 'ok'],
    ['credentials', 'ok'],
  ]);
  expect((await check())[1]?.detail).toBe('1 key, 0 issuers of tokens, 0 entries for certificates');
  chmodSync(path, 0o644);
  expect((await check())[0]).toEqual({
    check: 'secret',
    of: path,
    status: 'fail',
    detail: 'others may read it (mode 644)',
    advice: `chmod 600 ${path}`,
  });
  await book.revoke('me');
  expect((await check())[1]).toMatchObject({
    status: 'warn',
    detail: 'every key there is has ended: nobody is let in',
  });
});

test('a file of keys that cannot be read lets nobody in', async () => {
  const { check, path } = rig('127.0.0.1');
  writeFileSync(path, '{', { mode: 0o600 });
  expect((await check())[1]).toMatchObject({ status: 'fail', advice: expect.stringContaining('make keys anew') });
});
