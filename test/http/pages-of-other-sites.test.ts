import { describe, expect, test } from 'vitest';
import { exchange } from '../support/raw-http.ts';
import { served } from '../support/served.ts';

const panel = 'https://panel.example';
const yaml = `server: { port: 0, allowedHosts: [bench.example], cors: { origins: ['${panel}'] } }`;

describe('what a page of another site has a browser ask for', () => {
  const embedded = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };

  test('is refused, be it an image, a script, a frame or a read that is never seen', async () => {
    const { app } = await served(yaml);
    for (const url of ['/v1/devices', '/v1/stream', '/', '/docs/', '/openapi.json', '/v1/nothing', '/health/live']) {
      for (const headers of [
        embedded,
        { ...embedded, 'sec-fetch-dest': 'script' },
        { ...embedded, 'sec-fetch-site': 'same-site' },
        { ...embedded, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
        { ...embedded, 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', origin: 'http://evil.example' },
      ]) {
        for (const method of ['GET', 'HEAD'] as const) {
          const answer = await app.http.inject({ method, url, headers });
          expect(answer.statusCode, `${method} ${url} ${JSON.stringify(headers)}`).toBe(403);
        }
      }
    }
  });

  test('is refused with what to do where a proxy has changed the name that the page was loaded from', async () => {
    const { app } = await served(yaml);
    const headers = { host: '127.0.0.1:7080', origin: 'https://bench.example', 'sec-fetch-site': 'same-origin' };
    const answer = await app.http.inject({ method: 'POST', url: '/v1/stop', headers });
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({
      detail: expect.stringContaining('proxy_set_header Host $http_host') as string,
    });
  });

  test('is answered if it is a link that somebody follows, the service’s own page, or a page that is configured', async () => {
    const { app } = await served(yaml);
    for (const headers of [
      {},
      { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', origin: panel },
    ]) {
      const { statusCode } = await app.http.inject({ url: '/v1/devices', headers });
      expect(statusCode, JSON.stringify(headers)).toBe(200);
    }
  });
});

test.each([
  ['http://evil.example/v1/devices', 'localhost', 403],
  ['http://evil.example:80/v1/devices', '127.0.0.1', 403],
  ['HTTP://evil.example/health/live', 'localhost', 403],
  ['http://user@evil.example/v1/devices', 'localhost', 403],
  ['http://127.0.0.1@evil.example/v1/devices', 'localhost', 403],
  ['ftp://evil.example/v1/devices', 'localhost', 403],
  ['http:///v1/devices', 'localhost', 400],
  ['/v1/devices', 'evil.example', 403],
  ['http://bench.example/v1/devices', 'evil.example', 200],
  ['http://localhost:7080/v1/devices', 'evil.example', 200],
  ['/v1/devices', 'bench.example:7080', 200],
  ['/v1/devices', 'BENCH.example', 200],
])('a request for %s with Host %s is answered %i', async (target, host, expected) => {
  const { url } = await served(yaml);
  const text = `GET ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;
  const { status, body } = await exchange(Number(new URL(url).port), Buffer.from(text));
  expect(status, body).toBe(expected);
  if (expected === 200) expect(JSON.parse(body)).toEqual({ items: [] });
});

test.each(['localhost', 'evil.example'])('two Host headers, the second one %s, are no request', async (second) => {
  const { url } = await served(yaml);
  const text = `GET /v1/devices HTTP/1.1\r\nhost: localhost\r\nHost: ${second}\r\nconnection: close\r\n\r\n`;
  const { status, body } = await exchange(Number(new URL(url).port), Buffer.from(text));
  expect([status, JSON.parse(body)]).toMatchObject([400, { detail: 'send one Host header' }]);
});

test('a form of another site is no own one by the host in its target', async () => {
  const { url } = await served(yaml);
  const text = [
    'POST http://bench.example/v1/stop HTTP/1.1',
    'host: evil.example',
    'origin: http://evil.example',
    'content-length: 0',
    'connection: close',
  ];
  const { status } = await exchange(Number(new URL(url).port), Buffer.from(`${text.join('\r\n')}\r\n\r\n`));
  expect(status).toBe(403);
});
