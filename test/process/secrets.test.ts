import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createWebServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { root, run } from '../cli/run.ts';
import { Authority } from '../support/certificates.ts';
import { type SecureAnswer, secureClient } from '../support/https.ts';
import { IdentityProvider, signingKey } from '../support/identity-provider.ts';
import { needs } from '../support/needs.ts';
import { startService } from './service.ts';
import { built } from '../support/built.ts';

/** What must stand nowhere, by what it is; in the forms that it could be written in. */
class Planted {
  readonly #secrets = new Map<string, string>();

  /** A secret that nothing else looks like. */
  make(what: string, prefix = ''): string {
    return this.add(what, `${prefix}${randomBytes(18).toString('base64url')}`);
  }

  add(what: string, secret: string): string {
    if (secret.length < 16) throw new Error(`${what} is too short to be told from chance`);
    this.#secrets.set(what, secret);
    return secret;
  }

  /** What of it stands in these bytes. */
  in(bytes: Buffer): string[] {
    const found: string[] = [];
    for (const [what, secret] of this.#secrets) {
      const plain = Buffer.from(secret);
      // In the middle of base64 text it begins at any of three places.
      const inner = [0, 1, 2].map((shift) =>
        Buffer.concat([Buffer.alloc(shift), plain])
          .toString('base64')
          .slice(4, -4),
      );
      const forms = [secret, plain.toString('hex'), encodeURIComponent(secret), ...inner];
      if (forms.some((form) => bytes.includes(form))) found.push(what);
    }
    return found;
  }
}

/** Says no to whoever signs in (MQTT 3.1.1 §3.2.2.3: bad user name or password). */
async function refusingBroker(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(Buffer.from([0x20, 0x02, 0x00, 0x04])));
  });
  return await portOf(server);
}

/** Takes no event, so that each is tried again, and on record meanwhile. */
async function failingReceiver(): Promise<number> {
  return await portOf(createWebServer((_, response) => void response.writeHead(500).end()));
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

describe.skipIf(!needs('openssl', 'secrets'))('secrets', { timeout: 180_000 }, () => {
  test('stand in no output, no answer, and no file of the store', async () => {
    const planted = new Planted();
    const authority = new Authority();
    const { folder } = authority;
    const { key: keyFile } = authority.issue('server', '/CN=bench');
    const pem = readFileSync(keyFile, 'utf8').split('\n');
    planted.add('the TLS key', pem[1] ?? '');
    const provider = await IdentityProvider.start();
    const signer = await signingKey('first');
    provider.shown = [signer.jwk];
    const env = {
      BELLCRANK_STORE__DIRECTORY: join(folder, 'data'),
      MQTT_PASSWORD: planted.make('the password of the broker'),
      HOOK_SECRET: planted.add('the secret of the webhook', `whsec_${randomBytes(24).toString('base64')}`),
      HOOK_URL: `http://127.0.0.1:${await failingReceiver()}/${planted.make('the path of the webhook')}`,
    };
    writeFileSync(join(folder, 'user'), planted.make('the name of the broker’s user, from a file'));
    writeFileSync(
      join(folder, 'crashing.ts'),
      `process.once('SIGUSR2', () => { throw new Error('a driver failed'); });
export { default } from '${pathToFileURL(join(root, 'drivers/template/driver.ts')).href}';
`,
    );
    const config = join(folder, 'lab.yaml');
    writeFileSync(
      config,
      `server: { port: 0, tls: { certificate: server.pem, key: server.key } }
drivers: [./crashing.ts]
access: { jwt: [{ issuer: '${provider.issuer}', audience: [bellcrank], map: { read: viewer } }] }
connections:
  line: { simulate: { model: scpi-supply, via: tcp } }
  broker: { mqtt: { url: 'mqtt://127.0.0.1:${await refusingBroker()}', username: { file: user }, password: { env: MQTT_PASSWORD } } }
devices:
  supply: { driver: scpi-supply, connection: line }
  plug: { driver: tasmota, connection: broker, options: { topic: plug } }
webhooks:
  - { name: pager, url: { env: HOOK_URL }, secret: { env: HOOK_SECRET }, types: [command, property] }
`,
    );
    const outputs: string[] = [];
    const told = async (...args: string[]): Promise<string> => {
      const { stdout, stderr } = await run(built(), args, env);
      outputs.push(stdout, stderr);
      return stdout;
    };
    // Shown once, to whoever made it.
    const made = await run(built(), ['keys', 'create', '--name', 'ci', '--role', 'admin', '--config', config], env);
    expect(made.code).toBe(0);
    const key = planted.add('the API key', /bck_\S+/.exec(made.stdout)?.[0] ?? '');
    await told('check', config);
    writeFileSync(
      join(folder, 'bad.yaml'),
      `${readFileSync(config, 'utf8')}nonsense: 1\n`.replace('via: tcp', 'via: post'),
    );
    await told('check', join(folder, 'bad.yaml'));
    await told('schema');

    const service = await startService(config, { ...env, BELLCRANK_LOG_LEVEL: 'trace' });
    const client = secureClient(authority.pem);
    const answers: SecureAnswer[] = [];
    const ask = async (method: string, path: string, headers: Record<string, string> = {}, body?: unknown) => {
      const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
      const all = { authorization: `Bearer ${key}`, ...type, ...headers };
      return await client.ask(method, service.url + path, all, body === undefined ? '' : JSON.stringify(body));
    };
    const look = async (...[method, path, headers, body]: Parameters<typeof ask>): Promise<SecureAnswer> => {
      const answer = await ask(method, path, headers, body);
      answers.push(answer);
      return answer;
    };
    await expect.poll(async () => (await ask('GET', '/v1/devices/supply')).body).toContain('"state":"ready"');

    const lease = await ask('PUT', '/v1/devices/supply/lease', {}, { ttlMs: 600_000 });
    const token = planted.add('the token of the lease', (JSON.parse(lease.body) as { token: string }).token);
    const session = await ask('POST', '/v1/session');
    const cookie = String(session.headers['set-cookie']?.[0]).split(';')[0] ?? '';
    planted.add('the cookie', cookie.split('=')[1] ?? '');
    planted.add('the CSRF token', (JSON.parse(session.body) as { csrfToken: string }).csrfToken);
    const jwt = planted.add(
      'the token of the identity provider',
      await provider.token(signer, systemClock.now(), { scope: 'read' }),
    );
    const forged = planted.add(
      'a token that is not valid',
      `${jwt.slice(0, -20)}${planted.make('its signature').slice(0, 20)}`,
    );
    const unknown = planted.make('a key that does not exist', 'bck_aaaaaaaa_');

    const mine = { 'lease-token': token };
    expect((await look('POST', '/v1/devices/supply/commands/set-voltage', mine, { volts: 5 })).status).toBe(200);
    expect(
      (await look('POST', '/v1/devices/supply/commands/set-voltage', { 'lease-token': `${token}x` }, {})).status,
    ).toBe(400);
    const wrong = { 'lease-token': planted.make('a token that is not the lease’s') };
    expect((await look('POST', '/v1/devices/supply/commands/set-voltage', wrong, { volts: 5 })).status).toBe(423);
    expect((await look('POST', '/v1/devices/plug/commands/toggle', {}, {})).status).toBe(503);
    for (const authorization of [`Bearer ${unknown}`, `Bearer ${forged}`, `Basic ${unknown}`, unknown]) {
      expect((await look('GET', '/v1/devices', { authorization })).status).toBe(401);
    }
    expect((await look('GET', '/v1/me', { authorization: `Bearer ${jwt}` })).status).toBe(200);
    expect((await look('POST', '/v1/stop', { authorization: '', cookie }, {})).status).toBe(403);
    for (const name of ['key', 'api_key', 'access_token', 'token']) {
      expect((await look('GET', `/v1/devices?${name}=${key}`)).status).toBe(400);
      expect((await look('GET', `/v1/stream?${name}=${unknown}`)).status).toBe(400);
      expect((await look('POST', '/v1/devices', {}, { id: 'x', driver: 'y', [name]: key })).status).toBe(400);
    }
    // The answer says to whoever asked what they asked for; nothing else may.
    expect((await ask('GET', `/${key}?x=${token}`)).status).toBe(404);
    await look('POST', '/v1/config/reload');
    const paths = Object.entries((JSON.parse((await look('GET', '/openapi.json')).body) as { paths: object }).paths)
      .filter(([path, operations]) => 'get' in (operations as object) && !/stream|observe|events/.test(path))
      .map(([path]) => path.replace('{id}', 'supply').replace('{name}', 'pager'));
    expect(paths.length).toBeGreaterThan(20);
    for (const path of [...paths, '/v1/devices/plug/trace', '/v1/webhooks', '/metrics', '/health/ready', '/v1/keys']) {
      await look('GET', path);
    }
    await told('audit', 'verify', '--config', config);
    await told('backup', '--config', config, '--to', join(folder, 'backup'));
    await expect.poll(() => service.stderr(), { timeout: 20_000 }).toContain('pager');

    service.child.kill('SIGUSR2');
    await once(service.child, 'exit');
    expect(service.stderr()).toContain('a driver failed');

    const said = [
      service.stdout(),
      service.stderr(),
      ...outputs,
      ...answers.map(({ headers, body }) => JSON.stringify(headers) + body),
    ];
    for (const text of said) expect({ text, found: planted.in(Buffer.from(text)) }).toEqual({ text, found: [] });
    const files = [...filesIn(join(folder, 'data')), ...filesIn(join(folder, 'backup'))];
    for (const file of files) expect({ file, found: planted.in(readFileSync(file)) }).toEqual({ file, found: [] });
    // It is there, but as what it cannot be made from again.
    const digest = createHash('sha256').update(key).digest('hex');
    expect(readFileSync(join(folder, 'data', 'keys.json'), 'utf8')).toContain(digest);
  });
});
