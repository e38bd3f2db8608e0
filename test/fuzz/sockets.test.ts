import * as fc from 'fast-check';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, test } from 'vitest';
import { exchange } from '../support/raw-http.ts';
import { answered, type FuzzAnswer } from './answer.ts';
import { Document, type Operation, type RawDocument } from './document.ts';
import { judge } from './judge.ts';
import { Places } from './places.ts';
import { type FuzzRequest, requestsOf } from './requests.ts';
import { type FuzzService, fuzzService } from './service.ts';

const seed = Number(process.env['BELLCRANK_TEST_SEED'] ?? Date.now() % 2 ** 31);
const isLong = process.env['BELLCRANK_TEST_LONG'] === '1';
const timeout = 600_000;

let service: FuzzService;
let document: Document;
let places: Places;
let port: number;

beforeAll(async () => {
  console.info(`socket fuzz: BELLCRANK_TEST_SEED=${seed}`);
  service = await fuzzService(seed);
  document = new Document((await service.ask('GET', '/openapi.json')).json as RawDocument);
  places = new Places(service);
  await places.look();
  await service.app.http.listen({ host: '127.0.0.1', port: 0 });
  // `listen` to a host gives an address with a port.
  ({ port } = service.app.http.server.address() as AddressInfo);
}, timeout);

afterAll(async () => {
  await service.close();
}, timeout);

/** What is answered with an end. */
function ends({ responses, path }: Operation): boolean {
  const { content = {} } = responses['200'] ?? {};
  return !('text/event-stream' in content) && !path.endsWith('/trace');
}

/** The request as it stands on the wire. */
function bytesOf({ method, url, headers, payload }: FuzzRequest): Buffer {
  const body = Buffer.from(payload ?? '');
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((each) => `${name}: ${each}\r\n`),
  );
  const own = `host: localhost\r\nconnection: close\r\nauthorization: Bearer ${service.keys.admin}\r\ncontent-length: ${body.length}\r\n`;
  return Buffer.concat([Buffer.from(`${method} ${url} HTTP/1.1\r\n${own}${lines.join('')}\r\n`, 'latin1'), body]);
}

/** Sockets have their turns while time passes. */
async function send(request: FuzzRequest): Promise<FuzzAnswer> {
  const answer = exchange(port, bytesOf(request));
  const watch = { done: false };
  answer.finally(() => (watch.done = true)).catch(() => {});
  for (let turns = 0; !watch.done; turns++) {
    if (turns > 20_000) throw new Error(`no answer to ${request.method} ${request.url}`);
    await service.clock.advance(10);
    await turn();
  }
  const { status, contentType, body } = await answer;
  return answered(status, { 'content-type': contentType }, body);
}

test('whatever bytes a request is, its answer is in the document and the service goes on', { timeout }, async () => {
  const operations = document.operations.filter((each) => ends(each) && !each.path.includes(`/${service.witness}`));
  const requests = fc
    .oneof(...operations.map((operation) => requestsOf(operation, document, places)))
    // Who sends more than may be sent can be cut off before the answer is read.
    .filter(({ payload, url }) => (payload ?? '').length <= 65_536 && !url.includes('ports'));
  let count = 0;
  await fc.assert(
    fc.asyncProperty(requests, async (request) => {
      judge(document, request, await send(request));
      if (++count % 20 === 0) await service.alive();
    }),
    { seed, numRuns: isLong ? 2000 : 60 },
  );
  await service.alive();
});
