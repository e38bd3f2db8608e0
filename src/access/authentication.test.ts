import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { BellcrankError } from '../errors.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { type AccessParts, createAccess } from './access.ts';
import { maxFailures } from './attempts.ts';
import type { Credentials, Method } from './authenticator.ts';
import { callerWith } from './caller.ts';
import { type KeptKeys, keysInMemory, type KeyStorage } from './keys/key.ts';
import { parseScope } from './scope.ts';
import { cookieName } from './sessions/sessions.ts';

const settings = {
  anonymous: [] as string[],
  roles: {},
  jwt: [],
  certificates: [],
  sessions: { idleMinutes: 10, totalHours: 1 },
};

function subject(parts: Partial<AccessParts> = {}) {
  const clock = new VirtualClock();
  const logged: object[] = [];
  const keep = (fields: object, message: string): void => void logged.push({ ...fields, message });
  const log = { debug: keep, info: keep, warn: keep, error: keep };
  const access = createAccess({
    settings,
    keys: keysInMemory(),
    directory: undefined,
    host: '127.0.0.1',
    isLoopback: true,
    insecure: false,
    clock,
    randomBytes,
    log,
    ...parts,
  });
  const ask = async (credentials: Credentials = {}) => await access.authenticate(credentials);
  return { access, clock, logged, ask };
}

const bearer = (key: string): Credentials => ({ authorization: `Bearer ${key}` });
const psu = { id: 'psu-1', labels: {} };

test('as long as nobody has credentials everybody on this machine may do everything, and not longer', async () => {
  const { access, ask } = subject();
  const caller = await ask();
  expect([caller.name, caller.refusal({ action: 'admin' })]).toEqual(['anonymous', undefined]);
  await access.keys.create({ name: 'me', role: 'admin' });
  expect(caller.refusal({ action: 'stop', device: psu })).toMatchObject({ code: 'unauthenticated' });
  expect(caller.ended()).toMatchObject({ code: 'unauthenticated' });
  await expect(ask()).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('it says how somebody can show who they are, as soon as anybody has to', async () => {
  const { access } = subject();
  expect(access.ways()).toEqual([]);
  await access.keys.create({ name: 'me', role: 'admin' });
  expect(access.ways()).toEqual(['bearer']);
  const certificates = [{ subject: 'CN=ci', role: 'viewer', scopes: [] }];
  expect(subject({ settings: { ...settings, certificates } }).access.ways()).toEqual(['certificate']);
});

test('it stays closed when the last key has ended', async () => {
  const { access, ask } = subject();
  await access.keys.create({ name: 'me', role: 'admin' });
  await access.keys.revoke('me');
  await expect(ask()).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('elsewhere than on loopback nobody comes in without credentials, unless that was asked for', async () => {
  const elsewhere = { host: '0.0.0.0', isLoopback: false };
  const closed = subject(elsewhere);
  expect(() => closed.access.assertClosed()).toThrow(/0\.0\.0\.0.*keys create.*--insecure/s);
  await expect(closed.ask()).rejects.toMatchObject({ code: 'unauthenticated' });
  const insecure = subject({ ...elsewhere, insecure: true });
  insecure.access.assertClosed();
  expect([(await insecure.ask()).name, insecure.access.isInsecure()]).toEqual(['anonymous', true]);
  await insecure.access.keys.create({ name: 'me', role: 'admin' });
  expect(insecure.access.isInsecure()).toBe(false);
  await expect(insecure.ask()).rejects.toMatchObject({ code: 'unauthenticated' });
  closed.access.keys.create({ name: 'me', role: 'admin' }).catch(() => {});
  await closed.clock.advance(0);
  closed.access.assertClosed();
});

test('a key has its scopes, and an end', async () => {
  const { access, ask, clock } = subject();
  const expiresAt = clock.now() + 1000;
  const { key } = await access.keys.create({ name: 'ci', scopes: ['command:psu-*:set-*'], expiresAt });
  const caller = await ask(bearer(key));
  expect([caller.name, caller.expiresAt]).toEqual(['key:ci', expiresAt]);
  expect(caller.refusal({ action: 'command', device: psu, command: 'set-voltage' })).toBeUndefined();
  expect(caller.refusal({ action: 'command', device: psu, command: 'reset' })).toMatchObject({ code: 'forbidden' });
  expect(caller.refusal({ action: 'read', device: psu })).toMatchObject({
    message: 'key:ci lacks the scope read:psu-1',
  });
  await clock.advance(1000);
  expect(caller.refusal({ action: 'command', device: psu, command: 'set-voltage' })?.message).toContain('has expired');
  await expect(ask(bearer(key))).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('only who has the whole key is told that it was revoked', async () => {
  const { access, ask } = subject();
  const { key } = await access.keys.create({ name: 'ci', role: 'viewer' });
  const caller = await ask(bearer(key));
  await access.keys.revoke('ci');
  expect(caller.ended()).toMatchObject({ message: expect.stringContaining('the key ci was revoked') });
  await expect(ask(bearer(key))).rejects.toMatchObject({ message: expect.stringContaining('the key ci was revoked') });
  const guess = `${key.slice(0, 13)}${'A'.repeat(43)}`;
  for (const wrong of [guess, `${key}x`, key.slice(0, -1), 'bck_', 'bck_00000000_x', 'something-else']) {
    const error = await ask(bearer(wrong)).then(String, (thrown: BellcrankError) => thrown.message);
    expect(error).toMatch(/does not know th/);
    expect(error).not.toContain('revoked');
  }
});

test('other schemes are no credentials: proxies have theirs', async () => {
  const { ask, access } = subject();
  expect((await ask({ authorization: 'Basic Zm9vOmJhcg==' })).name).toBe('anonymous');
  await access.keys.create({ name: 'me', role: 'admin' });
  await expect(ask({ authorization: 'Basic Zm9vOmJhcg==' })).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('whoever has no credentials may what the configuration says, and is asked for some for the rest', async () => {
  const { access, ask } = subject({ settings: { ...settings, anonymous: ['read:psu-*'] } });
  await access.keys.create({ name: 'me', role: 'admin' });
  const caller = await ask();
  expect(caller.refusal({ action: 'read', device: psu })).toBeUndefined();
  expect(caller.refusal({ action: 'stop', device: psu })).toMatchObject({ code: 'unauthenticated' });
  expect(caller.may({ action: 'stop', device: psu })).toBe(false);
});

test('damaged keys let nobody in, whoever was in already included, and are logged once', async () => {
  const memory = keysInMemory();
  let damage: KeptKeys | undefined;
  const keys: KeyStorage = { change: (edit) => memory.change(edit), read: () => damage ?? memory.read() };
  const { access, ask, logged } = subject({ keys });
  const { key } = await access.keys.create({ name: 'me', role: 'admin' });
  const caller = await ask(bearer(key));
  damage = { records: [], damage: 'keys.json is damaged' };
  expect(caller.refusal({ action: 'stop', device: psu })).toMatchObject({ code: 'unauthenticated' });
  await expect(ask(bearer(key))).rejects.toMatchObject({ message: expect.stringContaining('is damaged') });
  await expect(ask()).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(access.trouble()).toEqual({ detail: 'keys.json is damaged', refuses: true });
  damage = undefined;
  expect((await ask(bearer(key))).name).toBe('key:me');
  expect(logged).toEqual([
    { detail: 'keys.json is damaged', message: 'the keys are in trouble' },
    { message: 'the keys can be read again' },
  ]);
});

test('failures are counted by address; who has the key is let in all the same', async () => {
  const { access, ask, clock, logged } = subject();
  const { key } = await access.keys.create({ name: 'me', role: 'admin' });
  const wrong = { ...bearer('bck_00000000_wrong'), from: '192.0.2.1' };
  for (let round = 0; round < maxFailures; round++)
    await expect(ask(wrong)).rejects.toMatchObject({ code: 'unauthenticated' });
  await expect(ask(wrong)).rejects.toMatchObject({ code: 'rate-limited', retryAfterMs: 60_000 });
  await expect(ask({ ...wrong, from: '192.0.2.2' })).rejects.toMatchObject({ code: 'unauthenticated' });
  expect((await ask({ ...bearer(key), from: '192.0.2.1' })).name).toBe('key:me');
  await clock.advance(60_000);
  await expect(ask(wrong)).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(JSON.stringify(logged)).not.toContain('bck_0');
  expect(logged).toHaveLength(4);
});

test('a page is signed in by its cookie, and changes nothing without its token', async () => {
  const { access, ask } = subject();
  const { key } = await access.keys.create({ name: 'me', role: 'operator' });
  const { token, session } = access.sessions.open(await ask(bearer(key)), cookieName(7080, false));
  const cookie = `other=1; ${cookieName(7080, false)}=${token}`;
  expect((await ask({ cookie, method: 'GET' })).name).toBe('key:me');
  const { csrfToken } = session;
  expect((await ask({ cookie, method: 'POST', csrfToken })).name).toBe('key:me');
  await expect(ask({ cookie, method: 'POST' })).rejects.toMatchObject({ code: 'forbidden' });
  await expect(ask({ cookie, method: 'DELETE', csrfToken: 'A'.repeat(43) })).rejects.toMatchObject({
    code: 'forbidden',
  });
  // A cookie that somebody else could set under another name is none.
  await expect(ask({ cookie: `${cookieName(7081, false)}=${token}` })).rejects.toMatchObject({
    code: 'unauthenticated',
  });
  access.sessions.close({ cookie, csrfToken });
  await expect(ask({ cookie })).rejects.toMatchObject({ code: 'unauthenticated' });
});

test.each([
  ['its key is revoked', async ({ access }: ReturnType<typeof subject>) => void (await access.keys.revoke('me'))],
  ['nobody uses it', async ({ clock }: ReturnType<typeof subject>) => await clock.advance(10 * 60_000)],
])('a session is over when %s', async (_, end) => {
  const its = subject();
  const { key } = await its.access.keys.create({ name: 'me', role: 'operator' });
  const { token, session } = its.access.sessions.open(await its.ask(bearer(key)), cookieName(1, true));
  await end(its);
  expect(session.caller.refusal({ action: 'read', device: psu })).toMatchObject({ code: 'unauthenticated' });
  await expect(its.ask({ cookie: `${cookieName(1, true)}=${token}` })).rejects.toMatchObject({
    code: 'unauthenticated',
  });
});

test('a session in use lasts, but not for ever', async () => {
  const { access, ask, clock } = subject();
  const { key } = await access.keys.create({ name: 'me', role: 'operator' });
  const { token } = access.sessions.open(await ask(bearer(key)), cookieName(1, true));
  const cookie = `${cookieName(1, true)}=${token}`;
  for (let minutes = 0; minutes < 54; minutes += 9) {
    await clock.advance(9 * 60_000);
    await ask({ cookie });
  }
  await clock.advance(6 * 60_000);
  await expect(ask({ cookie })).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('the first kind of credentials that knows what came says who it is', async () => {
  const passport: Method = {
    credential: ({ authorization }) =>
      authorization === 'Bearer passport' ? callerWith('oidc:ann', [parseScope('read')]) : undefined,
  };
  const { ask } = subject({ methods: [passport] });
  expect((await ask(bearer('passport'))).name).toBe('oidc:ann');
  await expect(ask()).rejects.toMatchObject({ code: 'unauthenticated' });
  await expect(ask(bearer('other'))).rejects.toMatchObject({ code: 'unauthenticated' });
});
