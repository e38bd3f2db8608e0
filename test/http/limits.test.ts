import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { Authority } from '../support/certificates.ts';
import { needs } from '../support/needs.ts';
import { served } from '../support/served.ts';

/** A connection by itself, and all that came over it. */
class Line {
  readonly socket: Socket;
  text = '';
  isOver = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1').on('data', (text: string) => (this.text += text));
    socket.on('error', () => {});
    socket.on('close', () => (this.isOver = true));
    onTestFinished(() => void socket.destroy());
  }

  ask(method: string, path: string, more = ''): void {
    this.socket.write(`${method} ${path} HTTP/1.1\r\nhost: localhost\r\n${more}\r\n`);
  }

  /** Resolves when that has come. */
  async hears(text: string | RegExp): Promise<void> {
    await expect.poll(() => this.text, { timeout: 5000 }).toMatch(text);
  }

  async ends(): Promise<void> {
    await expect.poll(() => this.isOver, { timeout: 5000 }).toBe(true);
  }
}

async function line(url: string): Promise<Line> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  return new Line(socket);
}

async function lines(url: string, count: number, one = line): Promise<Line[]> {
  const all: Line[] = [];
  for (let each = 0; each < count; each++) all.push(await one(url));
  return all;
}

const limits = (text: string) => `server: { port: 0, limits: { ${text} } }`;

describe('too many connections', () => {
  test('whoever has been idle for longest goes, whether it sent nothing yet or is between two requests', async () => {
    const { url } = await served(limits('connections: 10'));
    const early = await lines(url, 10);
    const [first, second, third] = early as [Line, Line, Line];
    first.ask('GET', '/health/live');
    await first.hears('"ok"');
    const [eleventh, twelfth] = (await lines(url, 2)) as [Line, Line];
    for (const each of [eleventh, twelfth]) {
      each.ask('GET', '/health/live');
      await each.hears('"ok"');
    }
    await second.ends();
    await third.ends();
    expect(first.isOver).toBe(false);
    first.text = '';
    first.ask('GET', '/health/live');
    await first.hears('"ok"');
  });

  const busy = async (url: string, one: typeof line) => {
    const readers = await lines(url, 10, one);
    for (const reader of readers) reader.ask('GET', '/v1/stream');
    for (const reader of readers) await reader.hears('synced');
    const other = await one(url);
    other.ask('GET', '/v1/devices');
    await other.hears('HTTP/1.1 503');
    expect(other.text).toMatch(/"code":"overloaded"/);
    expect(other.text).toMatch(/retry-after: 1\r\n/);
    await other.ends();
    const probe = await one(url);
    probe.ask('GET', '/health/live');
    await probe.hears('HTTP/1.1 200');
    const stop = await one(url);
    stop.ask('POST', '/v1/stop', 'content-length: 0\r\n');
    await stop.hears('HTTP/1.1 200');
    const release = await one(url);
    release.ask('DELETE', '/v1/stop');
    await release.hears('HTTP/1.1 204');
    const page = await one(url);
    page.ask('GET', '/');
    await page.hears(/HTTP\/1\.1 200 .*<!doctype html>/is);
    const who = await one(url);
    who.ask('GET', '/v1/me');
    await who.hears('HTTP/1.1 200');
    const reader = await one(url);
    reader.ask('GET', '/v1/stream');
    await reader.hears('HTTP/1.1 503');
    expect(readers.filter(({ isOver }) => isOver)).toEqual([]);
    readers[0]?.socket.destroy();
    await expect
      .poll(async () => {
        const late = await one(url);
        late.ask('GET', '/v1/devices', 'connection: close\r\n');
        await late.ends();
        return late.text;
      })
      .toMatch('HTTP/1.1 200');
  };

  test('where all are busy a stop gets in, and what leads to one, and nothing else', async () => {
    const { url } = await served(limits('connections: 10'));
    await busy(url, line);
  });

  test.skipIf(!needs('openssl', 'connections over TLS'))('over TLS as well', async () => {
    const authority = new Authority();
    authority.issue('server', '/CN=bench');
    const tls = 'tls: { certificate: server.pem, key: server.key }';
    const { url } = await served(`server: { port: 0, ${tls}, limits: { connections: 10 } }`, authority);
    await busy(url, async () => {
      const socket = connectTls({ port: Number(new URL(url).port), host: '127.0.0.1', ca: authority.pem });
      await once(socket, 'secureConnect');
      return new Line(socket);
    });
  });
});

describe('who takes their time', () => {
  test('over headers is answered with 408, whether they come one by one or not at all', async () => {
    const { url } = await served(limits('headersTimeoutMs: 200'));
    const slow = await line(url);
    slow.socket.write('GET /health/live HTTP/1.1\r\nhost: localhost\r\n');
    const timer = setInterval(() => slow.socket.write('x-more: 1\r\n'), 20);
    onTestFinished(() => clearInterval(timer));
    const silent = await line(url);
    await slow.hears('HTTP/1.1 408');
    expect(slow.text).toMatch(/"code":"request-timeout"/);
    await slow.ends();
    await silent.ends();
  });

  test('over a body, too', async () => {
    const { url } = await served(limits('headersTimeoutMs: 200, requestTimeoutMs: 300'));
    const slow = await line(url);
    slow.ask('POST', '/v1/devices', 'content-type: application/json\r\ncontent-length: 1000\r\n');
    slow.socket.write('{');
    await slow.hears('HTTP/1.1 408');
    await slow.ends();
  });

  test.skipIf(!needs('openssl', 'a slow handshake'))('over a handshake is let go', async () => {
    const authority = new Authority();
    authority.issue('server', '/CN=bench');
    const tls = 'tls: { certificate: server.pem, key: server.key }';
    const { url } = await served(`server: { port: 0, ${tls}, limits: { headersTimeoutMs: 200 } }`, authority);
    await (await line(url)).ends();
  });
});

describe('headers', () => {
  test('beyond the count or the length are answered with 431, not dropped', async () => {
    const { url } = await served(limits('headerCount: 20, headerBytes: 4096'));
    const ask = async (more: string) => {
      const each = await line(url);
      each.ask('GET', '/health/live', `connection: close\r\n${more}`);
      await each.ends();
      return each.text;
    };
    const few = Array.from({ length: 18 }, (_, index) => `x-${index}: 1\r\n`).join('');
    expect(await ask(few)).toMatch('HTTP/1.1 200');
    expect(await ask(`${few}x-more: 1\r\n`)).toMatch(/^HTTP\/1.1 431[^]*"code":"headers-too-large"/);
    expect(await ask(few.repeat(30))).toMatch('HTTP/1.1 431');
    const long = await ask(`x-long: ${'x'.repeat(5000)}\r\n`);
    expect(long).toMatch(/^HTTP\/1.1 431[^]*"code":"headers-too-large"/);
    expect(long).toMatch('x-content-type-options: nosniff');
  });
});

describe('answers that nobody waits for', () => {
  test('a connection that sends many requests at once is cut', async () => {
    const { url } = await served('server: { port: 0 }');
    const polite = await line(url);
    polite.socket.write('GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(3));
    await polite.hears(/("status":"ok"[^]*){3}/);
    const rude = await line(url);
    rude.socket.write('GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(50));
    await rude.ends();
    expect(polite.isOver).toBe(false);
  });

  test('where there is no room, whoever reads nothing of a long answer goes after a while', async () => {
    const clock = new VirtualClock();
    const { url } = await served(limits('connections: 10, clientRequestsPerSecond: 0'), { clock });
    const stuck = await lines(url, 10);
    for (const each of stuck) {
      each.socket.once('data', () => each.socket.pause());
      each.socket.write('GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(4));
    }
    for (const each of stuck) await each.hears('HTTP/1.1 200');
    const asks = async () => {
      const other = await line(url);
      other.ask('GET', '/v1/devices', 'connection: close\r\n');
      await other.ends();
      await clock.advance(1100);
      return other.text;
    };
    expect(await asks()).toMatch('HTTP/1.1 503');
    await expect.poll(asks, { timeout: 10_000 }).toMatch('HTTP/1.1 200');
  });
});

describe('rates', () => {
  test('answers say what is left; too many are answered with 429, but a stop never', async () => {
    const clock = new VirtualClock();
    const { app } = await served(limits('clientRequestsPerSecond: 5'), { clock });
    const get = () => app.http.inject({ url: '/v1/devices' });
    const first = await get();
    expect(first.headers).toMatchObject({ 'ratelimit-policy': '"client";q=10;w=2', ratelimit: '"client";r=9;t=1' });
    for (let each = 0; each < 9; each++) expect((await get()).statusCode).toBe(200);
    const over = await get();
    expect([over.statusCode, over.json()]).toMatchObject([429, { code: 'rate-limited', retryable: true }]);
    expect(over.headers).toMatchObject({ 'retry-after': '1', ratelimit: '"client";r=0;t=2' });
    for (let each = 0; each < 20; each++) {
      expect((await app.http.inject({ method: 'POST', url: '/v1/stop' })).statusCode).toBe(200);
      expect((await app.http.inject({ url: '/health/live' })).statusCode).toBe(200);
    }
    expect((await app.http.inject({ method: 'DELETE', url: '/v1/stop' })).statusCode).toBe(429);
    expect((await app.http.inject({ url: '/v1/devices', remoteAddress: '10.0.0.7' })).statusCode).toBe(200);
    await clock.advance(200);
    expect((await get()).statusCode).toBe(200);
  });

  test('who has a whole network of IPv6 has it but once, whichever of its addresses asks', async () => {
    const { app } = await served(limits('clientRequestsPerSecond: 5'), { clock: new VirtualClock() });
    const from = async (remoteAddress: string) =>
      (await app.http.inject({ url: '/v1/devices', remoteAddress })).statusCode;
    for (let each = 1; each <= 10; each++) expect(await from(`2001:db8:0:7::${each}`)).toBe(200);
    expect(await from('2001:db8:0:7:a:b:c:d')).toBe(429);
    expect(await from('2001:db8:0:8::1')).toBe(200);
  });

  test('a device has one of its own, whoever asks, that its stop knows nothing of', async () => {
    const { app } = await served(limits('deviceRequestsPerSecond: 1'), { clock: new VirtualClock() });
    // Whether there is such a device is found out later.
    const ask = (method: 'GET' | 'POST', path: string, remoteAddress = '127.0.0.1') =>
      app.http.inject({ method, url: `/v1/devices/toy${path}`, remoteAddress });
    const first = await ask('GET', '');
    expect(first.headers['ratelimit-policy']).toBe('"client";q=4000;w=2, "device";q=2;w=2');
    expect(first.headers['ratelimit']).toBe('"client";r=3999;t=1, "device";r=1;t=1');
    expect((await ask('GET', '', '10.0.0.7')).statusCode).toBe(404);
    const third = await ask('GET', '/properties', '10.0.0.8');
    expect([third.statusCode, third.json()]).toMatchObject([429, { code: 'rate-limited' }]);
    expect(third.body).toContain('toy is sent more than 1 requests a second');
    for (let each = 0; each < 5; each++) expect((await ask('POST', '/stop')).statusCode).toBe(404);
    expect((await app.http.inject({ url: '/v1/devices/other' })).statusCode).not.toBe(429);
    expect((await app.http.inject({ url: '/v1/devices' })).statusCode).toBe(200);
  });
});

test.skipIf(!needs('openssl', 'closing amid handshakes'))(
  'who never finishes a handshake, or speaks no HTTP, is not waited for at the end',
  async () => {
    const authority = new Authority();
    authority.issue('server', '/CN=bench');
    const tls = 'tls: { certificate: server.pem, key: server.key }';
    const slow = 'limits: { headersTimeoutMs: 600000, requestTimeoutMs: 600000 }';
    const secure = await served(`server: { port: 0, ${tls}, ${slow} }`, authority);
    const plain = await served('server: { port: 0 }');
    const [silent, noise] = [await line(secure.url), await line(plain.url)];
    noise.socket.write('SSH-2.0-OpenSSH\r\n\r\n');
    await noise.hears('HTTP/1.1 400');
    await Promise.all([secure.app.close(), plain.app.close()]);
    await silent.ends();
    await noise.ends();
  },
);

test('short of memory, everybody is told to come later, but for a stop and the question whether it lives', async () => {
  const { url } = await served(limits('heapPercent: 1, clientRequestsPerSecond: 0'));
  await expect.poll(async () => (await fetch(`${url}/v1/devices`)).status, { timeout: 10_000 }).toBe(503);
  const answer = await fetch(`${url}/v1/devices`);
  expect(await answer.json()).toMatchObject({ code: 'overloaded', retryable: true });
  expect(answer.headers.get('retry-after')).toBe('5');
  expect((await fetch(`${url}/v1/stop`, { method: 'POST' })).status).toBe(200);
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  expect((await fetch(`${url}/v1/stop`, { method: 'DELETE' })).status).toBe(503);
});
