import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { startService } from '../process/service.ts';
import { run } from '../cli/run.ts';
import { Authority, openssl } from '../support/certificates.ts';
import { handshake, secureClient } from '../support/https.ts';
import { needs } from '../support/needs.ts';
import { served } from '../support/served.ts';
import { built } from '../support/built.ts';

const yaml = `server: { port: 0, tls: { certificate: server.pem, key: server.key } }\n`;

describe.skipIf(!needs('openssl', 'TLS'))('TLS', { timeout: 60_000 }, () => {
  test('speaks https and nothing else, says so everywhere, and has no old TLS', async () => {
    const authority = new Authority();
    authority.issue('server', '/CN=bench');
    const { url } = await served(yaml, { folder: authority.folder });
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const client = secureClient(authority.pem);
    const answer = await client.ask('GET', `${url}/health/live`);
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([200, { status: 'ok' }]);
    await expect(fetch(`${url.replace('https', 'http')}/health/live`)).rejects.toThrow('fetch failed');
    expect(await handshake(url, { ca: authority.pem })).toBe('TLSv1.3');
    expect(await handshake(url, { ca: authority.pem, maxVersion: 'TLSv1.2' })).toBe('TLSv1.2');
    const old = { ca: authority.pem, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
    await expect(handshake(url, old)).rejects.toThrow(/protocol version|alert/i);
  });

  test('browsers are told to stay with TLS, but not for the names that every service of a machine shares', async () => {
    const authority = new Authority();
    authority.issue('server', '/CN=bench', { alternative: 'DNS:bench.example,IP:127.0.0.1' });
    const { url } = await served(yaml.replace('port: 0,', 'port: 0, allowedHosts: [bench.example],'), authority);
    const { ask } = secureClient(authority.pem);
    const named = await ask('GET', `${url}/health/live`, { host: 'bench.example' });
    expect(named.headers['strict-transport-security']).toBe('max-age=2592000');
    const unnamed = await ask('GET', `${url}/health/live`);
    expect(unnamed.headers).not.toHaveProperty('strict-transport-security');
    const { url: plain } = await served('server: { port: 0, allowedHosts: [bench.example] }');
    const over = await fetch(`${plain}/health/live`, { headers: { host: 'bench.example' } });
    expect(over.headers.has('strict-transport-security')).toBe(false);
  });

  test('on localhost every address of that name is served, with the same certificate', async () => {
    const authority = new Authority();
    authority.issue('server', '/CN=bench');
    const { url, app } = await served(yaml.replace('port: 0', 'host: localhost, port: 0'), authority);
    const { port } = new URL(url);
    const { ask } = secureClient(authority.pem);
    expect((await ask('GET', `https://localhost:${port}/health/live`)).status).toBe(200);
    expect((await ask('GET', `https://127.0.0.1:${port}/health/live`)).status).toBe(200);
    await app.close();
    const later = secureClient(authority.pem).ask('GET', `https://localhost:${port}/health/live`);
    await expect(later).rejects.toThrow('ECONNREFUSED');
  });

  test.each([
    [10, 90, []],
    [80, 90, [expect.stringMatching(/^the certificate of the service ends on 20[^Z]+Z; have it renewed/)]],
    [100, 90, [expect.stringMatching(/^the certificate of the service ended on 20[^Z]+Z and clients refuse it; /)]],
    // It is renewed every few days.
    [3, 6, []],
    [5, 6, [expect.stringMatching(/ends on/)]],
  ])('after %i of %i days who watches the service is told what becomes of its certificate', async (days, of, said) => {
    const authority = new Authority();
    authority.issue('server', '/CN=bench', { validity: ['-days', String(of)] });
    const clock = new VirtualClock(Date.now() + days * 86_400_000);
    const { url } = await served(yaml, { folder: authority.folder, clock });
    const { body } = await secureClient(authority.pem).ask('GET', `${url}/health/ready`);
    const { degraded } = JSON.parse(body) as { degraded: { code: string; detail: string }[] };
    expect(degraded.filter(({ code }) => code === 'certificate').map(({ detail }) => detail)).toEqual(said);
  });

  test('a new certificate is shown to who comes, and who is there stays; a bad one changes nothing', async () => {
    const authority = new Authority();
    const { folder } = authority;
    authority.issue('server', '/CN=bench');
    const { url, app } = await served(yaml, { folder });
    const kept = secureClient(authority.pem);
    const before = await kept.ask('GET', `${url}/health/live`);

    const next = authority.issue('next', '/CN=bench');
    copyFileSync(next.cert, join(folder, 'server.pem'));
    await expect(app.reloadCertificates()).rejects.toThrow('server.tls.key is not the key of the certificate');
    expect(await secureClient(authority.pem).ask('GET', `${url}/health/live`)).toMatchObject({
      fingerprint: before.fingerprint,
    });
    copyFileSync(next.key, join(folder, 'server.key'));
    await app.reloadCertificates();
    const after = await secureClient(authority.pem).ask('GET', `${url}/health/live`);
    expect(after.fingerprint).not.toBe(before.fingerprint);
    expect(await kept.ask('GET', `${url}/health/live`)).toMatchObject({ status: 200, fingerprint: before.fingerprint });
    expect(await handshake(url, { ca: authority.pem, maxVersion: 'TLSv1.2' })).toBe('TLSv1.2');
    const old = { ca: authority.pem, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
    await expect(handshake(url, old)).rejects.toThrow(/protocol version|alert/i);

    writeFileSync(join(folder, 'server.key'), '');
    await expect(app.reloadCertificates()).rejects.toThrow('server.tls.key holds no private key');
  });

  test('without TLS there is nothing to read anew', async () => {
    const { app } = await served('server: { port: 0 }');
    await expect(app.reloadCertificates()).resolves.toBeUndefined();
  });

  test('a process says https, and the command line believes a private authority', async () => {
    const authority = new Authority();
    const { folder, certificate } = authority;
    authority.issue('server', '/CN=bench');
    writeFileSync(join(folder, 'bellcrank.yaml'), yaml);
    const service = await startService(join(folder, 'bellcrank.yaml'));
    expect(service.url).toMatch(/^https:/);
    expect(service.stdout()).toContain(`curl -sS ${service.url}/v1/devices`);
    const devices = ['devices', '--url', service.url, '--json'];
    const believing = await run(built(), devices, { NODE_EXTRA_CA_CERTS: certificate.cert });
    expect([believing.code, JSON.parse(believing.stdout)]).toEqual([0, { items: [] }]);
    const wary = await run(built(), devices);
    expect(wary.code).not.toBe(0);
    expect(wary.stderr).toContain('cannot be reached');
    expect(wary.stderr).toContain('NODE_EXTRA_CA_CERTS');
  });
});

test.skipIf(!needs('openssl', 'certificates that are replaced'))(
  'a process reads its certificate anew on SIGHUP, and goes on with the old one while the new one is bad',
  { timeout: 60_000 },
  async () => {
    const authority = new Authority();
    const { folder } = authority;
    authority.issue('server', '/CN=bench');
    writeFileSync(join(folder, 'bellcrank.yaml'), yaml);
    const service = await startService(join(folder, 'bellcrank.yaml'));
    const shown = async () => (await secureClient(authority.pem).ask('GET', `${service.url}/health/live`)).fingerprint;
    const kept = secureClient(authority.pem);
    const before = (await kept.ask('GET', `${service.url}/health/live`)).fingerprint;
    const next = authority.issue('next', '/CN=bench');
    copyFileSync(next.cert, join(folder, 'server.pem'));
    service.child.kill('SIGHUP');
    await expect.poll(service.stderr, { timeout: 20_000 }).toContain('is not the key of the certificate');
    expect(await shown()).toBe(before);
    copyFileSync(next.key, join(folder, 'server.key'));
    service.child.kill('SIGHUP');
    await expect.poll(shown, { timeout: 20_000 }).not.toBe(before);
    expect((await kept.ask('GET', `${service.url}/health/live`)).fingerprint).toBe(before);
    expect((await service.end('SIGTERM')).code).toBe(0);
  },
);

describe.skipIf(!needs('openssl', 'certificates of a configuration'))('what a configuration says of TLS', () => {
  const problems = (tls: string, authority: Authority): Promise<string> =>
    served(`server:\n  port: 0\n  tls:\n    ${tls}\n`, authority).then(
      () => 'none',
      (error: unknown) => String(error).replaceAll(authority.folder, ''),
    );

  test('each mistake is told where it stands, and nothing of a key is', async () => {
    const authority = new Authority();
    const { folder } = authority;
    const { cert, key } = authority.issue('server', '/CN=bench');
    authority.issue('other', '/CN=bench');
    openssl('pkey', '-in', key, '-aes256', '-passout', 'pass:secret', '-out', join(folder, 'locked.key'));
    writeFileSync(
      join(folder, 'broken.pem'),
      readFileSync(cert, 'utf8').replace(/MII.{20}/, 'MIIAAAAAAAAAAAAAAAAAAAAA'),
    );
    const of = (tls: string) => problems(tls, authority);
    expect(await of('{ certificate: server.pem, key: gone.key }')).toContain(
      'tls.key: the file that it names does not exist',
    );
    expect(await of('{ certificate: server.key, key: server.key }')).toContain(
      'tls.certificate: holds no certificate in PEM',
    );
    expect(await of('{ certificate: broken.pem, key: server.key }')).toContain('tls.certificate: holds no certificate');
    expect(await of('{ certificate: server.pem, key: server.pem }')).toContain('tls.key: holds no private key in PEM');
    expect(await of('{ certificate: server.pem, key: other.key }')).toContain(
      'tls.key: is not the key of the certificate',
    );
    writeFileSync(join(folder, 'behind.pem'), authority.pem + readFileSync(cert, 'utf8'));
    expect(await of('{ certificate: behind.pem, key: server.key }')).toContain(
      'tls.certificate: has the certificate of the key behind others: put it first',
    );
    expect(await of('{ certificate: server.pem, key: locked.key }')).toContain('tls.key: is encrypted');
    expect(await of('{ certificate: server.pem, key: server.key, ca: server.key }')).toContain('tls.ca: holds no');
    expect(await of('{ certificate: server.pem, key: server.key, clientCertificates: require }')).toContain(
      'tls.clientCertificates: needs ca',
    );
    expect(await of('{ certificate: server.pem, key: { file: server.key } }')).toBe('none');
    expect(await of('{ certificate: server.pem, key: server.key }')).toBe('none');
  });
});
