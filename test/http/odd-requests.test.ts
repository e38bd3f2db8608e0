import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { exchange } from '../support/raw-http.ts';
import { served } from '../support/served.ts';

async function asked(lines: readonly string[]) {
  const { url } = await served('server: { port: 0 }');
  const port = Number(new URL(url).port);
  const text = [...lines, 'connection: close', '', ''].join('\r\n');
  const { status, contentType, body } = await exchange(port, Buffer.from(text));
  return { port, status, contentType, body: JSON.parse(body) as unknown };
}

test.each([
  ['none', ['GET /v1/devices HTTP/1.1']],
  ['none, of HTTP/1.0', ['GET /v1/devices HTTP/1.0']],
  ['none beside a target that names a host (RFC 9112 §3.2)', ['GET http://localhost/v1/devices HTTP/1.1']],
  ['an empty one', ['GET /v1/devices HTTP/1.1', 'host:']],
  ['none to stop', ['POST /v1/stop HTTP/1.1', 'content-length: 0']],
])('of Host headers %s: the request is not valid', async (_, lines) => {
  const { status, contentType, body } = await asked(lines);
  expect([status, contentType]).toEqual([400, 'application/problem+json; charset=utf-8']);
  expect(body).toMatchObject({ code: 'invalid-request', detail: 'send one Host header' });
});

test.each([
  ['GET /v1/devices HTTP/1.1', ['expect: tea']],
  ['GET /v1/devices HTTP/1.1', ['expect: tea; strength=4']],
  ['POST /v1/stop HTTP/1.1', ['expect: tea', 'content-length: 0']],
])('%s is answered whatever it expects: %s', async (line, more) => {
  const { status, body } = await asked([line, 'host: localhost', ...more]);
  expect([status, body]).toMatchObject([200, { items: [] }]);
});

test('what expects something else is guarded like anything', async () => {
  const { status } = await asked(['GET /v1/devices HTTP/1.1', 'host: evil.example', 'expect: tea']);
  expect(status).toBe(403);
});

test.each([
  ['example.com:443', 'example.com:443'],
  ['localhost:7080', 'localhost'],
  ['/v1/devices', 'localhost'],
])('CONNECT %s is refused, and the connection with it', async (target, host) => {
  const { port, status, contentType, body } = await asked([`CONNECT ${target} HTTP/1.1`, `host: ${host}`]);
  expect([status, contentType]).toEqual([405, 'application/problem+json']);
  expect(body).toMatchObject({ code: 'method-not-allowed', detail: 'CONNECT is not allowed: this is no proxy' });
  // Others are served.
  expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
});

test('whoever asks for a tunnel and goes, or goes on sending, ends nothing but the connection', async () => {
  const { url } = await served('server: { port: 0 }');
  const port = Number(new URL(url).port);
  for (let each = 0; each < 20; each++) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write(`CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n${'x'.repeat(each * 10_000)}`);
    if (each % 2 === 0) socket.resetAndDestroy();
    else await once(socket.resume(), 'close');
  }
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
});

test('null is a body, and not none: nothing makes an object of it', async () => {
  const { url } = await served('server: { port: 0 }');
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/v1/config/reload?dryRun=true`, { method: 'POST', headers, body: 'null' });
  const errors = [{ pointer: '', detail: 'must be object, not null' }];
  expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'invalid-request', errors }]);
});
