import { createHmac, createSecretKey } from 'node:crypto';
import { exportSPKI, type JWTPayload, SignJWT } from 'jose';
import { describe, expect, onTestFinished, test } from 'vitest';
import { JwtMethod } from '../../src/access/jwt/method.ts';
import type { JwtSettings } from '../../src/access/jwt/settings.ts';
import { rolesOf } from '../../src/access/roles.ts';
import type { Caller } from '../../src/access/caller.ts';
import { isoTime } from '../../src/clock.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { IdentityProvider, signedAsIs, signingKey } from '../support/identity-provider.ts';

interface Line {
  readonly level: string;
  readonly text: string;
}

/** What is asked for a token, by an issuer over real HTTP and time that moves when told. */
async function setUp(given: Partial<JwtSettings> = {}, others: readonly Partial<JwtSettings>[] = []) {
  const provider = await IdentityProvider.start();
  const clock = new VirtualClock();
  const lines: Line[] = [];
  const write = (level: string) => (_: object, text: string) => void lines.push({ level, text });
  const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const settings = (more: Partial<JwtSettings>): JwtSettings => ({
    issuer: provider.issuer,
    audience: ['bellcrank'],
    algorithms: ['RS256', 'ES256', 'EdDSA'],
    clockSkewSeconds: 5,
    nameClaim: 'sub',
    scopesClaim: 'scope',
    map: { 'lab:operate': 'operator', 'lab:read': ['read:psu-*'] },
    ...more,
  });
  const issuers = [settings(given), ...others.map(settings)];
  const method = new JwtMethod({ issuers, roles: rolesOf({}), clock, log });
  onTestFinished(() => method.close());
  const key = await signingKey('one');
  provider.shown = [key.jwk];
  const callerOf = async (token: string): Promise<Caller> => {
    const found = await method.credential({ authorization: `Bearer ${token}` });
    if (found === undefined) throw new Error('it is no token');
    return found;
  };
  const token = (claims: JWTPayload = {}, header: object = {}, by = key) =>
    provider.token(by, clock.now(), claims, header);
  return { provider, clock, method, key, token, callerOf, lines };
}

const wrong = (text: string | RegExp) =>
  expect.objectContaining({ code: 'unauthenticated', message: expect.stringMatching(text) as string }) as Error;

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

describe('who a token is of', () => {
  test('its subject, with what its claims are mapped to and nothing else', async () => {
    const { callerOf, token } = await setUp();
    const caller = await callerOf(await token({ scope: 'openid lab:operate admin' }));
    expect(caller.name).toBe('oidc:ada');
    expect(caller.refusal({ action: 'command' })).toBeUndefined();
    expect(caller.refusal({ action: 'admin' })).toMatchObject({ code: 'forbidden' });
    const reader = await callerOf(await token({ scope: ['lab:read', 7, null] }));
    expect(reader.refusal({ action: 'read', device: { id: 'psu-1', labels: {} } })).toBeUndefined();
    expect(reader.refusal({ action: 'read', device: { id: 'oven', labels: {} } })).toMatchObject({ code: 'forbidden' });
    const nobody = await callerOf(await token({ scope: 'constructor __proto__ toString' }));
    expect(nobody.mayAnywhere('read')).toBe(false);
  });

  test('one that is for ever has an end that is a date', async () => {
    const { callerOf, token } = await setUp();
    for (const exp of [1e300, 9e12]) {
      const { expiresAt = NaN, ended } = await callerOf(await token({ exp }));
      expect(isoTime(expiresAt)).toBe('+275760-09-13T00:00:00.000Z');
      expect(ended()).toBeUndefined();
    }
  });

  test('claims may stand in objects, or be called like a URL', async () => {
    const keycloak = await setUp({ scopesClaim: 'realm_access.roles', nameClaim: 'preferred_username' });
    const claims = { realm_access: { roles: ['lab:operate'] }, preferred_username: 'ada.l' };
    const caller = await keycloak.callerOf(await keycloak.token(claims));
    expect([caller.name, caller.mayAnywhere('stop')]).toEqual(['oidc:ada.l', true]);
    const auth0 = await setUp({ scopesClaim: 'https://lab.example/roles' });
    const other = await auth0.callerOf(await auth0.token({ 'https://lab.example/roles': ['lab:operate'] }));
    expect(other.mayAnywhere('lease')).toBe(true);
  });

  test('a name that is none, or that could forge a line of a log, lets nobody in', async () => {
    const { callerOf, token } = await setUp();
    for (const sub of ['', 'a\nb', '\u001b[2J', 'x'.repeat(201), 7, { a: 1 }, null, ['ada']]) {
      await expect(callerOf(await token({ sub: sub as string }))).rejects.toEqual(wrong(/sub/));
    }
  });

  test('what is no token is left to others', async () => {
    const { method } = await setUp();
    expect(method.credential({ authorization: 'Bearer bck_abc' })).toBeUndefined();
    expect(method.credential({ authorization: 'Basic a.b.c' })).toBeUndefined();
    expect(method.credential({})).toBeUndefined();
  });
});

describe('a token that is not good', () => {
  test('of another issuer, or for another audience', async () => {
    const { callerOf, token, provider } = await setUp();
    await expect(callerOf(await token({ iss: 'http://127.0.0.1:1' }))).rejects.toEqual(wrong('another|not among'));
    await expect(callerOf(await token({ iss: `${provider.issuer}/` }))).rejects.toEqual(wrong('not among'));
    await expect(callerOf(await token({ aud: 'somebody-else' }))).rejects.toEqual(wrong('another audience'));
    await expect(callerOf(await token({ aud: [] }))).rejects.toEqual(wrong('another audience'));
    await expect(callerOf(await token({ aud: ['somebody-else', 'bellcrank'] }))).resolves.toBeDefined();
    await expect(callerOf('e30.e30.')).rejects.toEqual(wrong('not among'));
    await expect(callerOf('a.b.c')).rejects.toEqual(wrong('cannot be read'));
  });

  test('signed with nothing, or with what everybody knows', async () => {
    const { callerOf, token, key, provider, clock } = await setUp();
    const [, payload = ''] = (await token({ scope: 'lab:operate' })).split('.');
    const none = `${part({ alg: 'none', typ: 'JWT' })}.${payload}.`;
    await expect(callerOf(none)).rejects.toEqual(wrong('algorithm|not valid'));
    // The public key as the secret of an HMAC, in each form in which a library may have it.
    const pem = await exportSPKI(key.publicKey);
    for (const secret of [pem, JSON.stringify(key.jwk), String(key.jwk.x)]) {
      const head = `${part({ alg: 'HS256', kid: 'one' })}.${payload}`;
      const mac = createHmac('sha256', secret).update(head).digest('base64url');
      await expect(callerOf(`${head}.${mac}`)).rejects.toEqual(wrong('algorithm'));
    }
    // A key for it in the set changes nothing.
    provider.shown = [...provider.shown, { kty: 'oct', k: 'AAAA', kid: 'secret', alg: 'HS256' }];
    await clock.advance(60_000);
    const seconds = Math.floor(clock.now() / 1000);
    const claims = { iss: provider.issuer, aud: 'bellcrank', sub: 'eve', exp: seconds + 60 };
    const signed = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'secret' })
      .sign(createSecretKey(Buffer.alloc(32)));
    await expect(callerOf(signed)).rejects.toEqual(wrong('algorithm'));
  });

  test('signed with a key that it brings along, or says where to find', async () => {
    const { callerOf, token, provider, clock } = await setUp();
    const eve = await signingKey('one');
    const url = `${provider.issuer}/eve`;
    for (const header of [{ jwk: eve.jwk }, { jku: url }, { x5u: url }, { x5c: ['AAAA'] }, {}]) {
      await expect(callerOf(await token({ scope: 'lab:operate' }, header, eve))).rejects.toEqual(wrong('not signed'));
    }
    await clock.advance(60_000);
    const other = { ...eve, kid: 'eve' };
    await expect(callerOf(await token({}, { jku: url, jwk: eve.jwk }, other))).rejects.toEqual(wrong('does not have'));
    expect(provider.asked).not.toContain('/eve');
  });

  test('with another algorithm than may be, by a key that its issuer has', async () => {
    const { callerOf, token, provider } = await setUp({ algorithms: ['ES256'] });
    const rsa = await signingKey('rsa', 'RS256');
    provider.shown = [...provider.shown, rsa.jwk];
    await expect(callerOf(await token({}, {}, rsa))).rejects.toEqual(wrong('algorithm'));
    await expect(callerOf(await token())).resolves.toMatchObject({ name: 'oidc:ada' });
  });

  test('changed by one letter', async () => {
    const { callerOf, token } = await setUp();
    const [head = '', , signature = ''] = (await token({ scope: 'lab:read' })).split('.');
    const [, more = ''] = (await token({ scope: 'lab:operate' })).split('.');
    await expect(callerOf(`${head}.${more}.${signature}`)).rejects.toEqual(wrong('not signed'));
  });

  test('that says it must be understood in a way that it is not', async () => {
    const { callerOf, key, provider, clock } = await setUp();
    const claims = { iss: provider.issuer, aud: 'bellcrank', sub: 'ada', exp: Math.floor(clock.now() / 1000) + 60 };
    const plain = { alg: 'ES256', kid: 'one' };
    await expect(callerOf(signedAsIs(key, plain, claims))).resolves.toBeDefined();
    const critical = { ...plain, crit: ['two-persons'], 'two-persons': true };
    await expect(callerOf(signedAsIs(key, critical, claims))).rejects.toEqual(wrong('not valid'));
  });
});

describe('its time', () => {
  test('it ends when it says, but for what clocks differ by, and begins so', async () => {
    const { callerOf, token, clock, key, provider } = await setUp({ clockSkewSeconds: 5 });
    const seconds = Math.floor(clock.now() / 1000);
    await expect(callerOf(await token({ exp: seconds - 4 }))).resolves.toBeDefined();
    await expect(callerOf(await token({ exp: seconds - 5 }))).rejects.toEqual(wrong('expired'));
    await expect(callerOf(await token({ nbf: seconds + 5 }))).resolves.toBeDefined();
    await expect(callerOf(await token({ nbf: seconds + 6 }))).rejects.toEqual(wrong('nbf'));
    for (const exp of [undefined, 'soon', '9999999999', null, [seconds + 60]]) {
      const claims = { iss: provider.issuer, aud: 'bellcrank', sub: 'ada', exp };
      const its = signedAsIs(key, { alg: 'ES256', kid: 'one' }, claims);
      await expect(callerOf(its)).rejects.toEqual(wrong('exp'));
    }
  });

  test('whoever it let in is out when it ends, and it lets nobody in again although it was known', async () => {
    const { callerOf, token, clock } = await setUp();
    const its = await token({ scope: 'lab:operate' });
    const caller = await callerOf(its);
    await clock.advance(304_999);
    expect(caller.refusal({ action: 'command' })).toBeUndefined();
    expect(await callerOf(its)).toBe(caller);
    await clock.advance(1);
    expect(caller.refusal({ action: 'command' })).toMatchObject({ code: 'unauthenticated' });
    expect(caller.mayAnywhere('read')).toBe(false);
    await expect(callerOf(its)).rejects.toEqual(wrong('expired'));
  });
});

describe('the keys of an issuer', () => {
  test('are asked for once, whoever waits', async () => {
    const { callerOf, token, provider, method } = await setUp();
    method.begin();
    const tokens = await Promise.all([token(), token({ jti: '2' }), token({ jti: '3' })]);
    await Promise.all(tokens.map(callerOf));
    expect(provider.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  test('a new one is found by the first token that it signed, and one that is gone signs no more', async () => {
    const { callerOf, token, provider, clock } = await setUp();
    const early = await token();
    await callerOf(early);
    const next = await signingKey('two');
    provider.shown = [next.jwk];
    await clock.advance(30_000);
    expect((await callerOf(await token({ sub: 'bob' }, {}, next))).name).toBe('oidc:bob');
    expect(provider.times).toBe(2);
    await expect(callerOf(early)).rejects.toEqual(wrong('does not have'));
  });

  test('whoever makes up names of keys has them asked for twice a minute and no more', async () => {
    const { callerOf, token, key, provider, clock } = await setUp();
    await callerOf(await token());
    for (let second = 0; second < 60; second++) {
      await expect(callerOf(await token({}, { kid: `made-up-${second}` }, key))).rejects.toEqual(
        wrong('does not have'),
      );
      await clock.advance(1000);
    }
    expect(provider.times).toBe(2);
  });

  test('are renewed in the background, so that one that was taken back is out', async () => {
    const { callerOf, token, provider, clock } = await setUp();
    const its = await token({ exp: Math.floor(clock.now() / 1000) + 86_400 });
    await callerOf(its);
    provider.shown = [(await signingKey('two')).jwk];
    await clock.advance(600_001);
    await expect(callerOf(its)).resolves.toBeDefined();
    await expect.poll(() => provider.times).toBe(2);
    await expect
      .poll(() =>
        callerOf(its).then(
          () => 'in',
          () => 'out',
        ),
      )
      .toBe('out');
  });

  test('one that was taken back ends what still lives by it, although nobody asks with a token; others go on', async () => {
    const { callerOf, token, key, provider, clock } = await setUp();
    const exp = Math.floor(clock.now() / 1000) + 86_400;
    const kept = await signingKey('two');
    provider.shown = [key.jwk, kept.jwk];
    const [gone, stays] = [await callerOf(await token({ exp })), await callerOf(await token({ exp }, {}, kept))];
    expect([gone.ended(), stays.ended()]).toEqual([undefined, undefined]);
    provider.shown = [kept.jwk];
    await clock.advance(600_001);
    // As the stream looks.
    await expect.poll(() => gone.ended()).toEqual(wrong('does not have'));
    expect(gone.mayAnywhere('read')).toBe(false);
    await expect.poll(() => provider.times).toBe(2);
    expect(stays.ended()).toBeUndefined();
  });

  test('another key by the same name is another one', async () => {
    const { callerOf, token, key, provider, clock } = await setUp();
    const caller = await callerOf(await token({ exp: Math.floor(clock.now() / 1000) + 86_400 }));
    provider.shown = [(await signingKey(key.kid)).jwk];
    await clock.advance(600_001);
    await expect.poll(() => caller.ended()).toEqual(wrong('not signed'));
  });

  test('an issuer that is gone takes nobody out', async () => {
    const { callerOf, token, provider, clock, lines } = await setUp();
    const caller = await callerOf(await token({ exp: Math.floor(clock.now() / 1000) + 86_400 }));
    provider.answers = (_, response) => {
      response.destroy();
      return true;
    };
    await clock.advance(600_001);
    await expect.poll(() => [caller.ended(), lines.length]).toEqual([undefined, 1]);
    expect(caller.ended()).toBeUndefined();
  });

  test('while the issuer is gone those that are known go on, and that is logged once, and once when it is over', async () => {
    const { callerOf, token, provider, clock, lines } = await setUp();
    const fresh = () => token({ jti: String(clock.now()) });
    await callerOf(await fresh());
    provider.answers = (_, response) => {
      response.destroy();
      return true;
    };
    for (let minute = 0; minute < 30; minute++) {
      await clock.advance(60_000);
      await expect(callerOf(await fresh())).resolves.toMatchObject({ name: 'oidc:ada' });
    }
    await expect.poll(() => lines).toHaveLength(1);
    expect(lines).toMatchObject([{ level: 'warn' }]);
    provider.answers = undefined;
    await expect
      .poll(async () => {
        await clock.advance(60_000);
        await callerOf(await fresh());
        return lines;
      })
      .toMatchObject([{ level: 'warn' }, { level: 'info' }]);
  });

  test('an issuer that hangs is waited for two seconds, and then nobody waits for a while', async () => {
    const { callerOf, token, provider, clock } = await setUp();
    provider.answers = () => true;
    const waiting = callerOf(await token());
    const heard = expect(waiting).rejects.toMatchObject({ code: 'issuer-unavailable', retryAfterMs: 5000 });
    await expect.poll(() => provider.asked).toHaveLength(1);
    await clock.advance(1999);
    expect(await Promise.race([waiting.catch(() => 'over'), Promise.resolve('waits')])).toBe('waits');
    await clock.advance(1);
    await heard;
    await expect(callerOf(await token())).rejects.toMatchObject({ code: 'issuer-unavailable' });
    expect(provider.asked).toHaveLength(1);
    provider.answers = undefined;
    await clock.advance(5000);
    await expect(callerOf(await token())).resolves.toMatchObject({ name: 'oidc:ada' });
  });

  test('one that hangs later holds up nobody whose key is known', async () => {
    const { callerOf, token, provider, clock } = await setUp();
    await callerOf(await token());
    provider.answers = () => true;
    await clock.advance(600_001);
    await expect(callerOf(await token())).resolves.toMatchObject({ name: 'oidc:ada' });
    await clock.advance(2000);
  });

  const answers: readonly (readonly [string, (path: string, its: string, place: string) => string | undefined])[] = [
    ['no JSON', () => '<html>'],
    ['no keys', (path) => (path === '/keys' ? '{"keys":[]}' : undefined)],
    ['keys that are none', (path) => (path === '/keys' ? '{"keys":[7]}' : undefined)],
    ['a secret', (path) => (path === '/keys' ? '{"keys":[{"kty":"oct","k":"AAAA","kid":"one"}]}' : undefined)],
    [
      'a set without end',
      (path, its) => (path === '/keys' ? its.replace('{', `{"more":"${'x'.repeat(300_000)}",`) : undefined),
    ],
    [
      'too many keys',
      (path, its) => (path === '/keys' ? its.replace('[', `[${'{"kty":"EC"},'.repeat(100)}`) : undefined),
    ],
    [
      'another issuer',
      (path, its, place) => (path === '/keys' ? its : `{"issuer":"http://eve.example","jwks_uri":"${place}/keys"}`),
    ],
    [
      'keys by an unsafe way',
      (path, its, place) => (path === '/keys' ? its : `{"issuer":"${place}","jwks_uri":"ftp://eve.example"}`),
    ],
  ];
  test.each(answers)('are none that come as %s', async (_, answer) => {
    const { callerOf, token, provider } = await setUp();
    provider.answers = (path, response) => {
      const text = answer(path, JSON.stringify({ keys: provider.shown }), provider.issuer);
      if (text !== undefined) response.end(text);
      return text !== undefined;
    };
    await expect(callerOf(await token())).rejects.toMatchObject({ code: 'issuer-unavailable' });
  });

  test('nobody is followed elsewhere', async () => {
    const { callerOf, token, provider } = await setUp();
    provider.answers = (path, response) => {
      if (path !== '/keys') return false;
      response.writeHead(302, { location: '/elsewhere' }).end();
      return true;
    };
    await expect(callerOf(await token())).rejects.toMatchObject({ code: 'issuer-unavailable' });
    expect(provider.asked).not.toContain('/elsewhere');
  });
});

test('names of several issuers are told apart', async () => {
  const other = await IdentityProvider.start();
  const key = await signingKey('other');
  other.shown = [key.jwk];
  const { callerOf, token, clock } = await setUp({ name: 'lab' }, [{ issuer: other.issuer, name: 'plant' }]);
  expect((await callerOf(await token())).name).toBe('oidc:lab/ada');
  expect((await callerOf(await other.token(key, clock.now()))).name).toBe('oidc:plant/ada');
  // Each signs for itself alone.
  const forged = await other.token(key, clock.now(), { iss: (await IdentityProvider.start()).issuer });
  await expect(callerOf(forged)).rejects.toEqual(wrong('not among'));
});
