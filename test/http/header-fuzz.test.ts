import * as fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { httpOver } from '../support/http.ts';
import { exchange, type RawAnswer } from '../support/raw-http.ts';
import { createRig, MemoryLine, type Rig } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

const seed = Number(process.env['BELLCRANK_TEST_SEED'] ?? Date.now() % 2 ** 31);
const short = { seed, numRuns: process.env['BELLCRANK_TEST_LONG'] === undefined ? 500 : 5000 };
const timeout = 600_000;

/** What these headers are made of when they are right, and what breaks them. */
const splinters = {
  prefer: [
    'respond-async',
    'wait=0',
    'wait=30',
    'respond-async, wait=1',
    'wait=',
    '-1',
    '99999999999',
    ',',
    ';',
    '"5"',
  ],
  'idempotency-key': [
    '"a"',
    '"b"',
    '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
    ';q=1',
    ':YQ==:',
    '?1',
    'token',
    '1.5',
    ',',
  ],
  'request-timeout': ['0', '0.001', '1', '5', '86400', '86401', '.', '-', '+', 'e3', 'NaN', 's', ','],
  'lease-token': ['abc', '.', '_', '~', '-', '=', '/', '+', '__proto__', 'x'.repeat(201)],
};
const names = ['prefer', 'idempotency-key', 'request-timeout', 'lease-token'] as const;
const shared = ['', ' ', '\t', '"', '\\', '(', ')', 'é', '\u00ff', '\u007f', 'constructor', '%00', 'y'.repeat(3000)];

type Header = readonly [name: (typeof names)[number], value: string];

/** Mostly one splinter, which is often right; sometimes several. */
const header: fc.Arbitrary<Header> = fc.constantFrom(...names).chain((name) => {
  const own = fc.constantFrom(...splinters[name]);
  const any = fc.oneof({ weight: 3, arbitrary: own }, { weight: 1, arbitrary: fc.constantFrom(...shared) });
  const value = fc.oneof(
    { weight: 4, arbitrary: own },
    { weight: 3, arbitrary: fc.array(any, { maxLength: 5 }).map((parts) => parts.join('')) },
    { weight: 1, arbitrary: fc.string({ maxLength: 30, unit: latin1(0x20) }) },
  );
  return fc.tuple(fc.constant(name), value);
});

function latin1(from: number): fc.Arbitrary<string> {
  return fc.integer({ min: from, max: 0xff }).map((code) => String.fromCharCode(code));
}

const requests = [
  { method: 'POST', url: '/v1/devices/toy/commands/set', payload: '{"value":5}' },
  { method: 'POST', url: '/v1/devices/toy/commands/pulse', payload: '{}' },
  { method: 'POST', url: '/v1/devices/toy/commands/ask', payload: '{}' },
  { method: 'PUT', url: '/v1/devices/toy/properties/setpoint', payload: '{"value":6}' },
  { method: 'POST', url: '/v1/devices/nobody/commands/set', payload: '{"value":7}' },
  { method: 'POST', url: '/v1/devices/toy/stop', payload: '' },
] as const;
const json = { 'content-type': 'application/json' };

let rig: Rig;
let http: FastifyInstance;
let port: number;

beforeAll(async () => {
  console.info(`header fuzz: BELLCRANK_TEST_SEED=${seed}`);
  const toy = new ToyDevice();
  rig = createRig(toyDriver(), { line: new MemoryLine((far) => toy.serve(far)) }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').state === 'ready');
  http = await httpOver(rig);
  await http.listen({ host: '127.0.0.1', port: 0 });
  // `listen` to a host gives an address with a port.
  ({ port } = http.server.address() as AddressInfo);
});

afterAll(async () => {
  await http.close();
});

/** Like the rig's, but sockets have their turns, too. */
async function settled<T>(promise: Promise<T>): Promise<T> {
  const watch = { done: false };
  promise.finally(() => (watch.done = true)).catch(() => {});
  for (let turns = 0; !watch.done; turns++) {
    if (turns > 20_000) throw new Error('no answer');
    await rig.clock.advance(10);
    await turn();
  }
  return await promise;
}

function check({ status, contentType, body }: RawAnswer): void {
  expect(status, body).toBeGreaterThanOrEqual(200);
  expect(status, body).not.toBe(500);
  if (status < 300) return;
  expect(contentType).toMatch(/^application\/problem\+json/);
  expect(JSON.parse(body)).toMatchObject({ status, type: expect.stringMatching(/^\/problems\/[a-z-]+$/) as string });
}

/** A stop or a lease that a run has left behind is none of this one's. */
async function checkAlive(): Promise<void> {
  await http.inject({ method: 'DELETE', url: '/v1/stop' });
  const { method, url, payload } = requests[0];
  const answer = await settled(http.inject({ method, url, payload, headers: json }));
  expect(answer.json()).toMatchObject({ outcome: 'succeeded', result: { value: 5 } });
}

test(
  'whatever these headers say, the answer is a result or a problem, and the service goes on',
  { timeout },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...requests), fc.array(header, { maxLength: 3 }), async (request, headers) => {
        const { method, url, payload } = request;
        const lines: Record<string, string[]> = {};
        for (const [name, value] of headers) (lines[name] ??= []).push(value);
        const answer = await settled(http.inject({ method, url, payload, headers: { ...json, ...lines } }));
        check({ status: answer.statusCode, contentType: String(answer.headers['content-type']), body: answer.body });
        await checkAlive();
      }),
      short,
    );
  },
);

test('whatever bytes they are on the wire, the same', { timeout }, async () => {
  const wild = fc.tuple(fc.constantFrom(...names), fc.string({ maxLength: 20, unit: latin1(0) }));
  const either = fc.oneof({ weight: 4, arbitrary: header }, { weight: 1, arbitrary: wild });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...requests), fc.array(either, { maxLength: 3 }), async (request, headers) => {
      const { method, url, payload } = request;
      const fixed = `host: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${payload.length}`;
      const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      const text = `${method} ${url} HTTP/1.1\r\n${fixed}\r\n${lines}\r\n${payload}`;
      check(await settled(exchange(port, Buffer.from(text, 'latin1'))));
      await checkAlive();
    }),
    short,
  );
});

test('more headers than there may be are refused, and the service goes on', async () => {
  const lines = `prefer: ${'wait=1, '.repeat(4000)}\r\n`;
  const text = `POST ${requests[0].url} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n${lines}\r\n`;
  const answer = await settled(exchange(port, Buffer.from(text, 'latin1')));
  check(answer);
  expect(answer.status).toBe(431);
  await checkAlive();
});
