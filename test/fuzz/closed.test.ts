import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FuzzAnswer } from './answer.ts';
import { Document, type Operation, type RawDocument } from './document.ts';
import { Places } from './places.ts';
import { type FuzzRequest, requestsOf, validRequestsOf } from './requests.ts';
import { type FuzzService, fuzzService } from './service.ts';

const seed = Number(process.env['BELLCRANK_TEST_SEED'] ?? Date.now() % 2 ** 31);
const isLong = process.env['BELLCRANK_TEST_LONG'] === '1';
const timeout = 600_000;

/** What needs no credentials (docs/access.md): health, and signing in and out; the page and its files beside the API. */
const open = /^\/($|health\/|v1\/session$|assets\/|docs|problems\/)/;

let service: FuzzService;
let document: Document;
let places: Places;
let operations: readonly Operation[];

beforeAll(async () => {
  console.info(`closed fuzz: BELLCRANK_TEST_SEED=${seed}`);
  service = await fuzzService(seed);
  await service.ask('POST', '/v1/devices/supply/commands/output', { on: true });
  document = new Document((await service.ask('GET', '/openapi.json')).json as RawDocument);
  places = new Places(service);
  await places.look();
  ({ operations } = document);
}, timeout);

afterAll(async () => {
  await service.close();
}, timeout);

/** What was done to the service, as far as it is on record, and what left for devices that nobody but it sends to. */
async function traces() {
  const get = async (url: string): Promise<unknown> => (await service.ask('GET', url)).json;
  const devices = service.app.registry.devices.map(({ id, settings, latched }) => ({
    id,
    latched,
    labels: settings.labels,
  }));
  const holders = devices.map(({ id }) => service.app.control.leases.get(id));
  return {
    commands: await get('/v1/commands?limit=500'),
    keys: ((await get('/v1/keys')) as { items: { id: string; name: string }[] }).items.map(({ id, name }) => [
      id,
      name,
    ]),
    alarms: await get('/v1/alarms'),
    devices,
    holders,
  };
}

/** Counts what leaves for devices by somebody's asking; polls and keeping connections alive go on by themselves. */
function countSent(): { readonly asked: string[]; readonly done: () => void } {
  const asked: string[] = [];
  const ends = service.app.registry.devices.map(({ id, wire }) =>
    wire.trace.follow((entry) => {
      if (entry.kind !== 'sent') return;
      const kind = entry.call?.kind ?? 'nobody';
      if (kind !== 'poll' && kind !== 'attach' && kind !== 'probe')
        asked.push(`${id}: ${kind} ${entry.call?.name ?? ''}`);
    }),
  );
  return { asked, done: () => ends.forEach((end) => end()) };
}

async function send({ method, url, headers, payload }: FuzzRequest, credentials: object): Promise<FuzzAnswer> {
  const others = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'cookie'));
  const body = payload === undefined ? {} : { payload };
  return await service.send({ method, url, headers: { ...others, ...credentials }, ...body });
}

const strangers = {
  nobody: { who: () => ({}), expected: [401] },
  // One that is there, but for its end.
  'a key that nobody has': {
    who: () => ({ authorization: `Bearer ${service.keys.admin.slice(0, -3)}AAA` }),
    expected: [401, 429],
  },
  'no key at all': { who: () => ({ authorization: 'Bearer \u00ff, Basic YTpi' }), expected: [401, 429] },
};
/** What is found before anybody asks who it is: bytes that are no URL, another site, too many headers. */
const beforehand = [400, 403, 414, 431];
/** What is said of paths that lead nowhere: there is nothing to keep anybody from. */
const nowhere = [404, 405, 413, 415];

/** Fails unless whoever asked was turned away, and not for what they sent. */
function expectTurnedAway(request: FuzzRequest, { status, text }: FuzzAnswer, expected: readonly number[]): void {
  const { pathname } = new URL(request.url, 'http://localhost');
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const further = document.find(method, pathname) === undefined ? nowhere : [];
  const what = `${request.method} ${request.url.slice(0, 200)}: ${status} ${text.slice(0, 300)}`;
  expect([...expected, ...beforehand, ...further], what).toContain(status);
}

test.each(Object.entries(strangers))('%s: whatever is asked, nothing is done', { timeout }, async (_, stranger) => {
  const before = await traces();
  const sent = countSent();
  const valid = operations.map((operation) => validRequestsOf(operation, document, places, {}));
  // Each operation as it would work for others, and then anything.
  for (const request of valid.flatMap((each) => fc.sample(each, { seed, numRuns: 1 }))) {
    const { status, text } = await send(request, stranger.who());
    const isOpen = open.test(request.url);
    expect(
      isOpen ? [200, 201, 204, 401, 429] : stranger.expected,
      `${request.method} ${request.url} ${status} ${text}`,
    ).toContain(status);
  }
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(...operations.map((operation) => requestsOf(operation, document, places))),
      async (request) => {
        const { pathname } = new URL(request.url, 'http://localhost');
        const answer = await send(request, stranger.who());
        if (open.test(pathname)) expect(answer.status, answer.text).toBeLessThan(500);
        else expectTurnedAway(request, answer, stranger.expected);
      },
    ),
    { seed, numRuns: isLong ? 5000 : 60 },
  );
  sent.done();
  expect(sent.asked).toEqual([]);
  expect(await traces()).toEqual(before);
});

test('who may only read changes nothing', { timeout }, async () => {
  const before = await traces();
  const sent = countSent();
  const viewer = { authorization: `Bearer ${service.keys.viewer}` };
  const changing = operations.filter(({ method, path }) => method !== 'GET' && !open.test(path));
  expect(changing.length).toBeGreaterThan(50);
  for (const operation of changing) {
    const [request] = fc.sample(validRequestsOf(operation, document, places, {}), { seed, numRuns: 1 });
    if (request === undefined) throw new Error('there is no request');
    const { status, text } = await send(request, viewer);
    expect(status, `${request.method} ${request.url} ${text}`).toBe(403);
  }
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(...changing.map((operation) => requestsOf(operation, document, places))),
      async (request) => {
        if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return;
        expectTurnedAway(request, await send(request, viewer), []);
      },
    ),
    { seed, numRuns: isLong ? 5000 : 60 },
  );
  sent.done();
  expect(sent.asked).toEqual([]);
  expect(await traces()).toEqual(before);
});
