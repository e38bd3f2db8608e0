import { X509Certificate } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { JWTPayload } from 'jose';
import { describe, expect, onTestFinished, test } from 'vitest';
import { load, problemsOf } from '../../src/config/fixture.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { Authority } from '../support/certificates.ts';
import { httpOver, openAccess } from '../support/http.ts';
import { secureClient } from '../support/https.ts';
import { IdentityProvider, signingKey } from '../support/identity-provider.ts';
import { needs } from '../support/needs.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { served } from '../support/served.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

describe('tokens', () => {
  async function lab() {
    const provider = await IdentityProvider.start();
    const key = await signingKey('one');
    provider.shown = [key.jwk];
    const toy = new ToyDevice();
    const rig = createRig(toyDriver(), { line: new MemoryLine((far) => toy.serve(far)) }, [
      { id: 'toy', connection: 'line' },
    ]);
    const issuer = {
      issuer: provider.issuer,
      audience: ['bellcrank'],
      algorithms: ['ES256'],
      clockSkewSeconds: 0,
      nameClaim: 'sub',
      scopesClaim: 'scope',
      map: { operate: 'operator', look: 'viewer' },
    };
    const access = openAccess(rig, undefined, { jwt: [issuer] });
    onTestFinished(() => access.close());
    const app = await httpOver(rig, { access });
    await rig.until(() => rig.device('toy').state === 'ready');
    const post = async (url: string, token?: string, body: object = {}) =>
      await app.inject({
        method: 'POST',
        url,
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        payload: JSON.stringify(body),
      });
    return {
      provider,
      key,
      toy,
      rig,
      app,
      post,
      token: (claims: JWTPayload) => provider.token(key, rig.clock.now(), claims),
    };
  }

  test('say who it was, and grant what they say; without one nobody gets in', async () => {
    const { post, token, rig } = await lab();
    const operator = await token({ scope: 'operate' });
    const set = await rig.settled(post('/v1/devices/toy/commands/set', operator, { value: 5 }));
    expect([set.statusCode, set.json()]).toMatchObject([200, { by: 'oidc:ada', outcome: 'succeeded' }]);
    const looking = await post('/v1/devices/toy/commands/set', await token({ scope: 'look' }), { value: 5 });
    expect(looking.statusCode).toBe(403);
    expect(looking.json()).toMatchObject({ code: 'forbidden', detail: 'oidc:ada lacks the scope command:toy:set' });
    const nobody = await post('/v1/devices/toy/commands/set', undefined, { value: 5 });
    expect([nobody.statusCode, nobody.headers['www-authenticate']]).toEqual([401, 'Bearer realm="bellcrank"']);
    const old = await token({ scope: 'operate', exp: Math.floor(rig.clock.now() / 1000) });
    const late = await post('/v1/stop', old);
    expect([late.statusCode, late.json()]).toMatchObject([401, { code: 'unauthenticated' }]);
    expect((await rig.settled(post('/v1/stop', operator))).statusCode).toBe(200);
  });

  test('that end while a command waits in its queue end it: no byte of it leaves', async () => {
    const { post, token, rig, toy } = await lab();
    const exp = Math.floor(rig.clock.now() / 1000) + 1;
    const brief = await token({ scope: 'operate', exp });
    await rig.clock.advance(exp * 1000 - rig.clock.now() - 50);
    toy.held = [];
    const told: string[] = [];
    rig.stream.follow(({ data }) => void told.push(JSON.stringify(data)));
    const first = rig.submit('toy', 'set', { value: 1 });
    const second = post('/v1/devices/toy/commands/set', brief, { value: 2 });
    await expect.poll(() => told.join('\n')).toMatch(/"params":\{"value":2\}.*"state":"queued"/);
    await rig.clock.advance(60);
    toy.release();
    expect((await rig.settled(first)).outcome).toBe('succeeded');
    const ended = await rig.settled(second);
    expect(ended.json()).toMatchObject({ code: 'unauthenticated', outcome: 'not-sent', reason: 'forbidden' });
    expect(toy.executed).toEqual(['SET 1']);
  });

  test('that end while something is followed end it: the stream, a trace, a property', async () => {
    const { token, rig, app } = await lab();
    const exp = Math.floor(rig.clock.now() / 1000) + 62;
    const brief = await token({ scope: 'look', exp });
    const lasting = await token({ scope: 'look', exp: exp + 60 });
    const at = await app.listen({ port: 0, host: '127.0.0.1' });
    const follow = async (path: string, its: string) => {
      const headers = { authorization: `Bearer ${its}`, accept: 'text/event-stream' };
      const answer = await fetch(`${at}${path}`, { headers });
      expect(answer.status, path).toBe(200);
      const state = { isOver: false, body: answer.text() };
      void state.body.then(() => (state.isOver = true));
      return state;
    };
    const paths = ['/v1/stream', '/v1/devices/toy/trace?follow=true', '/v1/devices/toy/wot/properties/value/observe'];
    const ending = await Promise.all(paths.map((path) => follow(path, brief)));
    const other = await follow('/v1/stream', lasting);
    await rig.clock.advance(exp * 1000 - rig.clock.now() - 1);
    expect(ending.map(({ isOver }) => isOver)).toEqual([false, false, false]);
    await rig.clock.advance(1001);
    for (const { body } of ending)
      expect(await body).toMatch(/the token has expired; get another one|may not read the device any more/);
    expect(other.isOver).toBe(false);
    await rig.clock.advance(61_000);
    await other.body;
    expect((await app.inject({ url: '/v1/stream', headers: { authorization: `Bearer ${brief}` } })).statusCode).toBe(
      401,
    );
  });

  test('stop is not held up by an issuer that hangs for longer than two seconds', async () => {
    const { post, token, rig, provider } = await lab();
    provider.answers = () => true;
    const stop = post('/v1/stop', await token({ scope: 'operate' }));
    await expect.poll(() => provider.asked).toHaveLength(1);
    await rig.clock.advance(2000);
    const answer = await stop;
    expect([answer.statusCode, answer.json()]).toMatchObject([503, { code: 'issuer-unavailable', retryable: true }]);
    expect(answer.headers['retry-after']).toBe('5');
  });
});

describe.skipIf(!needs('openssl', 'client certificates'))('client certificates', { timeout: 30_000 }, () => {
  const yaml = (mode: string) => `
server: { port: 0, tls: { certificate: server.pem, key: server.key, ca: ca.pem, clientCertificates: ${mode} } }
access:
  certificates:
    - { subject: 'CN=robot-*,O=Acme', role: viewer }
    - { subject: 'CN=panel', name: wall, scopes: [stop] }
`;

  async function lab(mode = 'request') {
    const authority = new Authority('Ours');
    const { folder } = authority;
    copyFileSync(authority.certificate.cert, join(folder, 'ca.pem'));
    authority.issue('server', '/CN=bench');
    const { url, app } = await served(yaml(mode), { folder });
    const as = (file: string, subject: string, by = authority, options = {}) =>
      secureClient(authority.pem, by.issue(file, subject, options));
    return { authority, folder, url, app, as };
  }

  test('let in whom the configuration names, and say who it was', async () => {
    const { authority, url, as } = await lab();
    const robot = as('robot', '/O=Acme/CN=robot-7');
    expect((await robot.ask('GET', `${url}/v1/devices`)).status).toBe(200);
    const stop = await robot.ask('POST', `${url}/v1/stop`);
    expect([stop.status, JSON.parse(stop.body)]).toMatchObject([403, { detail: 'cert:robot-7 lacks the scope stop' }]);
    const panel = as('panel', '/CN=panel');
    expect((await panel.ask('POST', `${url}/v1/stop`)).status).toBe(200);
    const read = await panel.ask('GET', `${url}/v1/devices`);
    expect(JSON.parse(read.body)).toMatchObject({ detail: 'cert:wall lacks the scope read' });
    // Believed, but named nowhere.
    expect((await as('guest', '/O=Acme/CN=guest').ask('GET', `${url}/v1/devices`)).status).toBe(401);
    expect((await secureClient(authority.pem).ask('GET', `${url}/v1/devices`)).status).toBe(401);
    expect((await secureClient(authority.pem).ask('GET', `${url}/health/live`)).status).toBe(200);
  });

  test('of another authority, signed by themselves, or out of their time let nobody in', async () => {
    const { authority, url, as } = await lab();
    const eve = new Authority('Ours');
    expect((await as('eve', '/O=Acme/CN=robot-7', eve).ask('GET', `${url}/v1/devices`)).status).toBe(401);
    const itself = new Authority('robot-7');
    const own = secureClient(authority.pem, itself.certificate);
    expect((await own.ask('GET', `${url}/v1/devices`)).status).toBe(401);
    const past = { validity: ['-days', '-1'] };
    const old = as('old', '/O=Acme/CN=robot-7', authority, past);
    expect((await old.ask('GET', `${url}/v1/devices`)).status).toBe(401);
  });

  test('where they are required nobody without one of them gets in at all', async () => {
    const { authority, url, as } = await lab('require');
    expect((await as('robot', '/O=Acme/CN=robot-7').ask('GET', `${url}/v1/devices`)).status).toBe(200);
    await expect(secureClient(authority.pem).ask('GET', `${url}/health/live`)).rejects.toThrow();
    const eve = as('eve', '/O=Acme/CN=robot-7', new Authority('Ours'));
    await expect(eve.ask('GET', `${url}/health/live`)).rejects.toThrow();
  });

  test('of an authority that is not believed any more count for nothing, on connections that are open as well', async () => {
    const { authority, folder, url, app, as } = await lab();
    const robot = as('robot', '/O=Acme/CN=robot-7');
    expect((await robot.ask('GET', `${url}/v1/devices`)).status).toBe(200);
    await app.reloadCertificates();
    expect((await robot.ask('GET', `${url}/v1/devices`)).status).toBe(200);
    const next = new Authority('Next');
    copyFileSync(next.certificate.cert, join(folder, 'ca.pem'));
    await app.reloadCertificates();
    expect((await robot.ask('GET', `${url}/v1/devices`)).status).toBe(401);
    const late = secureClient(authority.pem, next.issue('robot', '/O=Acme/CN=robot-7'));
    expect((await late.ask('GET', `${url}/v1/devices`)).status).toBe(200);
    expect((await as('again', '/O=Acme/CN=robot-7').ask('GET', `${url}/v1/devices`)).status).toBe(401);
  });
});

describe.skipIf(!needs('openssl', 'client certificates that are followed'))(
  'a stream over a client certificate',
  () => {
    test('ends when who signs them changes, and not when the same are read anew', async () => {
      const authority = new Authority('Ours');
      const { folder } = authority;
      copyFileSync(authority.certificate.cert, join(folder, 'ca.pem'));
      authority.issue('server', '/CN=bench');
      const tls = 'tls: { certificate: server.pem, key: server.key, ca: ca.pem, clientCertificates: request }';
      const yaml = `server: { port: 0, ${tls} }\naccess: { certificates: [{ subject: 'CN=robot-*', role: viewer }] }`;
      const its = authority.issue('robot', '/CN=robot-7');
      const cert = readFileSync(its.cert);
      const clock = new VirtualClock(Date.parse(new X509Certificate(cert).validFrom) + 1000);
      const { url, app } = await served(yaml, { folder, clock });
      const own = { ca: authority.pem, cert, key: readFileSync(its.key) };
      const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), ...own });
      onTestFinished(() => void socket.destroy());
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      socket.write('GET /v1/stream HTTP/1.1\r\nhost: localhost\r\n\r\n');
      await expect.poll(() => text).toContain('synced');
      await app.reloadCertificates();
      await clock.advance(5000);
      expect(text).not.toContain('bye');
      copyFileSync(new Authority('Next').certificate.cert, join(folder, 'ca.pem'));
      await app.reloadCertificates();
      await clock.advance(1000);
      await expect.poll(() => text).toContain('who may sign certificates has changed; connect anew');
    });
  },
);

describe('what a configuration says of them', () => {
  const issuer = "issuer: 'https://id.example', audience: [bellcrank], map: { a: viewer }";

  test('has defaults that are safe', async () => {
    const result = await load(`access: { jwt: [{ ${issuer} }] }`);
    expect(result).toMatchObject({
      ok: true,
      config: {
        access: {
          certificates: [],
          jwt: [
            { algorithms: ['RS256', 'ES256', 'EdDSA'], clockSkewSeconds: 30, nameClaim: 'sub', scopesClaim: 'scope' },
          ],
        },
      },
    });
  });

  const cases: readonly (readonly [string, RegExp])[] = [
    [`jwt: [{ ${issuer}, algorithms: [none] }]`, /algorithms\[0\]: must be one of.*RS256/],
    [`jwt: [{ ${issuer}, algorithms: [HS256] }]`, /algorithms\[0\]: must be one of.*RS256/],
    [`jwt: [{ ${issuer}, algorithms: [] }]`, /algorithms/],
    [`jwt: [{ ${issuer}, jwks: 'http://id.example/keys' }]`, /jwks: must be an https:/],
    [`jwt: [{ ${issuer.replace('https', 'http')} }]`, /issuer: must be an https:/],
    [`jwt: [{ ${issuer.replace('https://', 'https://a:b@')} }]`, /issuer: must be an https:.*without user/],
    [`jwt: [{ ${issuer.replace('viewer', 'vewer')} }]`, /map.a: names no role.*viewer/],
    [`jwt: [{ ${issuer.replace('viewer', "['comand:x']")} }]`, /map.a\[0\]: the scope/],
    [`jwt: [{ ${issuer.replace('{ a: viewer }', '{}')} }]`, /map/],
    [`jwt: [{ ${issuer} }, { ${issuer.replace('id.', 'di.')} }]`, /jwt\[0\]: needs a name/],
    [
      `jwt: [{ ${issuer}, name: a }, { ${issuer.replace('id.', 'di.')}, name: a }]`,
      /jwt\[1\].name: is the name of another issuer/,
    ],
    ["certificates: [{ subject: 'CN=a', role: viewer }]", /certificates: needs server.tls/],
    ['certificates: [{ role: viewer }]', /certificates\[0\]: needs subject or fingerprint256/],
    ["certificates: [{ subject: 'CN=a' }]", /certificates\[0\]: needs either role or scopes/],
    [
      "certificates: [{ subject: 'CN=a', role: viewer, scopes: [read] }]",
      /certificates\[0\]: needs either role or scopes/,
    ],
    ['certificates: [{ subject: robot, role: viewer }]', /certificates\[0\].subject: a subject is written/],
    ["certificates: [{ subject: 'CN=a', role: nobody }]", /certificates\[0\].role: names no role/],
    ["certificates: [{ fingerprint256: 'AB', role: viewer }]", /fingerprint256/],
  ];
  test.each(cases)('%s', async (text, expected) => {
    expect((await problemsOf(`access: { ${text} }`)).join('\n')).toMatch(expected);
  });

  test('roles of one’s own are roles', async () => {
    const own = `access: { roles: { night: [read] }, jwt: [{ ${issuer.replace('viewer', 'night')} }] }`;
    expect(await problemsOf(own)).toEqual([]);
  });
});
