import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FuzzAnswer } from './answer.ts';
import { Document, type Operation, type RawDocument } from './document.ts';
import { judge } from './judge.ts';
import { Places } from './places.ts';
import { prepare } from './preparations.ts';
import { type FuzzRequest, requestsOf, validRequestsOf } from './requests.ts';
import { type FuzzService, fuzzService } from './service.ts';

const seed = Number(process.env['BELLCRANK_TEST_SEED'] ?? Date.now() % 2 ** 31);
const isLong = process.env['BELLCRANK_TEST_LONG'] === '1';
/** How often chance may try to make a request that is taken. */
const tries = 20;
const timeout = 600_000;

let service: FuzzService;
let document: Document;
let places: Places;
let operations: readonly Operation[];

beforeAll(async () => {
  console.info(`route fuzz: BELLCRANK_TEST_SEED=${seed}`);
  service = await fuzzService(seed);
  document = new Document((await service.ask('GET', '/openapi.json')).json as RawDocument);
  operations = document.operations.filter(({ path }) => !path.includes(`/${service.witness}`));
  places = new Places(service);
  await places.look();
}, timeout);

afterAll(async () => {
  await service.close();
}, timeout);

async function send({ method, url, headers, payload }: FuzzRequest): Promise<FuzzAnswer> {
  return await service.send({
    method,
    url,
    headers: { authorization: `Bearer ${service.keys.admin}`, ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
}

test('every operation does what it is for when it is asked as the document says', { timeout }, async () => {
  const never: string[] = [];
  for (const operation of operations) {
    const prepared = await prepare(operation, service);
    const samples = fc.sample(validRequestsOf(operation, document, places, prepared), { seed, numRuns: tries });
    const refusal = await lastRefusal(samples);
    if (refusal !== undefined) never.push(`${operation.id}: ${refusal}`);
  }
  expect(never).toEqual([]);
});

/** What all of these were turned away with; nothing once one does what it is for. */
async function lastRefusal(requests: readonly FuzzRequest[]): Promise<string | undefined> {
  let refusal: string | undefined = 'there is no request';
  for (const request of requests) {
    const answer = await send(request);
    judge(document, request, answer);
    if (answer.status < 300) return undefined;
    refusal = `${String(request.payload).slice(0, 200)}: ${answer.text.slice(0, 300)}`;
    await service.calm();
  }
  return refusal;
}

test('whatever a request is, its answer is in the document and the service goes on', { timeout }, async () => {
  await service.calm();
  await places.look();
  const requests = fc.oneof(...operations.map((operation) => requestsOf(operation, document, places)));
  let count = 0;
  await fc.assert(
    fc.asyncProperty(requests, async (request) => {
      judge(document, request, await send(request));
      if (++count % 20 === 0) await service.alive();
    }),
    { seed, numRuns: isLong ? 20_000 : 400 },
  );
  await service.alive();
  expect(service.log.entries.filter(({ message }) => message === 'a request failed')).toEqual([]);
});
