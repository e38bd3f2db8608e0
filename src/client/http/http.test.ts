import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { eventServer } from '../../../test/support/event-server.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import { BellcrankProblem, connect, Unreachable } from '../index.ts';

async function over() {
  const server = await eventServer();
  const clock = new VirtualClock();
  return { server, clock, http: connect({ url: `${server.url}/lab/`, clock, headers: { 'x-own': '1' } }).http };
}

const thrownBy = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

test('a request has its query, body and headers; the answer its status, headers and JSON', async () => {
  const { server, http } = await over();
  const query = { device: ['a', 'b &c'], limit: 5, all: true, none: undefined };
  const answer = http.request('POST', '/v1/devices', { query, body: { id: 'é' }, headers: { prefer: 'wait=1' } });
  const { request, answer: say } = await server.next();
  expect(request).toMatchObject({
    method: 'POST',
    url: '/lab/v1/devices?device=a&device=b+%26c&limit=5&all=true',
    headers: { 'content-type': 'application/json', prefer: 'wait=1', 'x-own': '1' },
  });
  expect(JSON.parse(Buffer.concat(await request.toArray()).toString())).toEqual({ id: 'é' });
  say(201, { id: 'é' }, { location: '/v1/devices/x' });
  const { status, headers, body } = await answer;
  expect([status, headers.get('location'), body]).toEqual([201, '/v1/devices/x', { id: 'é' }]);
});

test('no body is undefined, and other types are text', async () => {
  const { server, http } = await over();
  const none = http.request('DELETE', '/v1/stop');
  const first = await server.next();
  expect(first.request.headers).not.toHaveProperty('content-type');
  first.response.writeHead(204).end();
  expect((await none).body).toBeUndefined();
  const metrics = http.request('GET', '/metrics');
  (await server.next()).response.writeHead(200, { 'content-type': 'text/plain' }).end('up 1');
  expect((await metrics).body).toBe('up 1');
});

test('a page of something in between is no answer, whatever its status says', async () => {
  const { server, http } = await over();
  const release = thrownBy(http.request('DELETE', '/v1/stop'));
  (await server.next()).response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<h1>Sign in');
  expect(await release).toMatchObject({ name: 'BellcrankProblem', code: 'unexpected-answer', status: 200 });
});

test('a key that no header can carry is turned down before anything is sent, and not repeated', async () => {
  const { server, http } = await over();
  const turnedDown = [
    await thrownBy((async () => await connect({ url: server.url, apiKey: 'hush\nhush' }).devices())()),
    await thrownBy(http.request('GET', '/v1/devices', { headers: { 'lease-token': 'hush\nhush' } })),
  ];
  for (const error of turnedDown) {
    expect(error).toBeInstanceOf(TypeError);
    expect(inspect(error)).not.toContain('hush');
  }
  expect(server.seen).toBe(0);
});

test('a problem has what its body says, and what to wait', async () => {
  const { server, http } = await over();
  const problem = {
    type: '/problems/invalid-request',
    title: 'The request is not valid',
    status: 400,
    detail: 'body /volts must be number',
    code: 'invalid-request',
    retryable: false,
    errors: [
      { pointer: '/volts', detail: 'must be number' },
      { pointer: '/amps', detail: 'is \u001b[31mnot allowed' },
    ],
  };
  const thrown = thrownBy(http.request('POST', '/v1/x', { body: {} }));
  (await server.next()).answer(400, problem, { 'retry-after': '3' });
  const error = await thrown;
  expect(error).toBeInstanceOf(BellcrankProblem);
  expect(error).toMatchObject({
    name: 'BellcrankProblem',
    message: String.raw`invalid-request: body /volts must be number; /amps: is \u001b[31mnot allowed`,
    code: 'invalid-request',
    status: 400,
    errors: problem.errors,
    retryAfterMs: 3000,
    problem,
  });
});

test('an answer of something in between is told as such', async () => {
  const { server, http } = await over();
  const proxy = thrownBy(http.request('GET', '/v1/devices'));
  (await server.next()).response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad\u0007 gateway');
  expect(await proxy).toMatchObject({ code: 'unexpected-answer', status: 502, detail: expect.stringContaining('Bad') });
  const broken = thrownBy(http.request('GET', '/v1/devices'));
  (await server.next()).response.writeHead(200, { 'content-type': 'application/json' }).end('{');
  expect(await broken).toMatchObject({ code: 'unexpected-answer', status: 200 });
});

test('nobody listens: nothing was sent', async () => {
  const port = await freePort();
  const error = await thrownBy(connect({ url: `http://127.0.0.1:${port}` }).http.request('GET', '/v1/devices'));
  expect(error).toBeInstanceOf(Unreachable);
  expect(error).toMatchObject({
    sent: 'no',
    message: expect.stringMatching(/127\.0\.0\.1:\d+ cannot be reached.*REFUSED/),
  });
  const name = await thrownBy(connect({ url: `http://localhost:${port}` }).http.request('GET', '/v1/devices'));
  expect(name).toMatchObject({ sent: 'no' });
});

test('a connection that breaks once the request is out: it may have arrived, and is not repeated', async () => {
  const { server, http } = await over();
  const thrown = thrownBy(http.request('POST', '/v1/x', { body: {} }));
  (await server.next()).cut();
  expect(await thrown).toMatchObject({ name: 'Unreachable', sent: 'maybe' });
  const half = thrownBy(http.request('GET', '/v1/x'));
  const caller = await server.next();
  caller.response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{');
  setImmediate(() => caller.cut());
  expect(await half).toMatchObject({ name: 'Unreachable', sent: 'maybe' });
  expect(server.seen).toBe(2);
});

test('an answer is waited for as long as was said', async () => {
  const { server, http, clock } = await over();
  const thrown = thrownBy(http.request('GET', '/v1/x', { timeoutMs: 500 }));
  await server.next();
  await clock.advance(499);
  expect(clock.pendingTimers).toBe(1);
  await clock.advance(1);
  expect(await thrown).toMatchObject({
    name: 'Unreachable',
    sent: 'maybe',
    message: expect.stringContaining('500 ms'),
  });
  const usual = thrownBy(http.request('GET', '/v1/x'));
  await server.next();
  await clock.advance(15_000);
  expect(await usual).toMatchObject({ name: 'Unreachable', message: expect.stringContaining('15000 ms') });
});

test('whoever aborts gets the reason that was given, before and after it was sent', async () => {
  const { server, http, clock } = await over();
  const reason = new Error('enough');
  expect(await thrownBy(http.request('GET', '/v1/x', { signal: AbortSignal.abort(reason) }))).toBe(reason);
  expect(server.seen).toBe(0);
  const controller = new AbortController();
  const thrown = thrownBy(http.request('GET', '/v1/x', { signal: controller.signal }));
  await server.next();
  controller.abort(reason);
  expect(await thrown).toBe(reason);
  expect(clock.pendingTimers).toBe(0);
});

test.each(['lab', 'ftp://a', 'http://user:pass@a', 'http://a/?x=1', ''])('%j is no address of a service', (url) => {
  expect(() => connect({ url })).toThrow(TypeError);
});

test('outside of a page the address is that of a service on this machine', () => {
  expect(connect().http.url).toBe('http://127.0.0.1:7080');
  expect(connect({ url: 'https://lab.example/bench/' }).http.url).toBe('https://lab.example/bench');
  expect(() => connect({ timeoutMs: 0 })).toThrow('timeoutMs');
});
