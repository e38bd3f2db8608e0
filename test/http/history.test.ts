import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { commonSchemas } from '../../src/http/openapi-schemas.ts';
import { createHistory, type HistoryDb } from '../../src/store/history/create-history.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { httpOver } from '../support/http.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

class StoreWithHistory extends MemoryStore {
  override readonly history: HistoryDb;

  constructor(history: HistoryDb) {
    super(100);
    this.history = history;
  }
}

/** What the OpenAPI document says of an answer. */
function expectDocumented(body: unknown): void {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'document', components: { schemas: commonSchemas } });
  const validate = ajv.compile({ $ref: 'document#/components/schemas/History' });
  validate(body);
  expect(validate.errors ?? []).toEqual([]);
  expect(validate({ ...Object(body), surprise: 1 })).toBe(false);
}

interface Answer {
  readonly from: string;
  readonly to: string;
  readonly items?: readonly { at: string; value: unknown }[];
  readonly buckets?: readonly object[];
  readonly next?: string;
  readonly code?: string;
  readonly errors?: readonly { pointer: string }[];
}

const day = 86_400_000;
const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function service() {
  const directory = mkdtempSync(join(tmpdir(), 'bellcrank-history-'));
  const rig = createRig(toyDriver(), { line: new MemoryLine((far) => new ToyDevice().serve(far)) }, [
    { id: 'toy', connection: 'line', enabled: false },
  ]);
  await rig.clock.advance(day);
  const { clock } = rig;
  const retention = { rawMaxAgeMs: 7 * day, maxAgeMs: 365 * day, maxBytes: 1e8 };
  const history = createHistory({ directory, clock, retention, onTrouble: (message) => expect.fail(message) });
  history.open();
  cleanUps.push(
    () => history.close(),
    () => rmSync(directory, { recursive: true }),
  );
  const http = await httpOver({ ...rig, store: new StoreWithHistory(history) });
  const get = async (query = '', path = 'toy/history/value') => {
    const response = await http.inject({ url: `/v1/devices/${path}${query}` });
    return { status: response.statusCode, headers: response.headers, body: response.json<Answer>() };
  };
  const add = (secondsAgo: number, value: unknown): void =>
    history.add({ device: 'toy', property: 'value', at: clock.now() - secondsAgo * 1000, value });
  const iso = (secondsAgo: number): string => new Date(clock.now() - secondsAgo * 1000).toISOString();
  return { get, add, iso };
}

test('values of the last hour, oldest first', async () => {
  const { get, add, iso } = await service();
  for (const [ago, value] of [
    [3601, 'too old'],
    [3600, 1],
    [20, 'x'],
    [10, null],
    [0, 'now'],
  ] as const) {
    add(ago, value);
  }
  const { status, headers, body } = await get();
  expect(status).toBe(200);
  expect(headers['bellcrank-simulated']).toBe('true');
  expect(body).toEqual({
    device: 'toy',
    property: 'value',
    unit: null,
    from: iso(3600),
    to: iso(0),
    simulated: true,
    items: [
      { at: iso(3600), value: 1 },
      { at: iso(20), value: 'x' },
      { at: iso(10), value: null },
    ],
  });
});

test('pages follow one another', async () => {
  const { get, add, iso } = await service();
  for (let n = 0; n < 10; n++) add(100 - Math.floor(n / 4), n);
  const span = `?from=${iso(200)}&to=${iso(1)}&limit=4`;
  const seen: unknown[] = [];
  let cursor = '';
  for (let page = 0; page < 3; page++) {
    const { body } = await get(span + cursor);
    expectDocumented(body);
    seen.push(...(body.items ?? []).map(({ value }) => value));
    expect(body.next === undefined).toBe(page === 2);
    cursor = `&cursor=${body.next}`;
  }
  expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('buckets of numbers', async () => {
  const { get, add, iso } = await service();
  for (const [ago, value] of [
    [40, 1],
    [39, 2],
    [38, 6],
    [30, 'x'],
    [15, -1],
  ] as const) {
    add(ago, value);
  }
  const { status, body } = await get(`?from=${iso(40)}&to=${iso(0)}&points=4`);
  expect(status).toBe(200);
  expectDocumented(body);
  expect(body.items).toBeUndefined();
  expect(body.buckets).toEqual([
    { at: iso(40), min: 1, mean: 3, max: 6, count: 3 },
    { at: iso(20), min: -1, mean: -1, max: -1, count: 1 },
  ]);
});

test('times may have an offset; one that stands alone goes with an hour or with now', async () => {
  const { get, iso } = await service();
  const { body } = await get('?to=2026-01-01T12:00:00%2B02:00');
  expect(body).toMatchObject({ from: '2026-01-01T09:00:00.000Z', to: '2026-01-01T10:00:00.000Z', items: [] });
  expect((await get(`?from=${iso(7200)}`)).body).toMatchObject({ from: iso(7200), to: iso(0) });
});

test.each([
  ['?points=0', '/points'],
  ['?points=2001', '/points'],
  ['?points=1.5', '/points'],
  ['?points=', '/points'],
  ['?limit=501', '/limit'],
  ['?limit=0', '/limit'],
  ['?cursor=x', '/cursor'],
  ['?cursor=1', '/cursor'],
  ['?points=5&limit=5', '/limit'],
  ['?points=5&cursor=1.1', '/cursor'],
  ['?from=yesterday', '/from'],
  ['?from=2026-01-01', '/from'],
  ['?from=1767225600000', '/from'],
  ['?from=2026-01-01T12:00:00', '/from'],
  ['?to=2026-13-01T00:00:00Z', '/to'],
  ['?to=2026-02-30T00:00:00Z', '/to'],
  ['?to=2016-12-31T23:59:60Z', '/to'],
  ['?from=2026-01-01T12:00:00Z&to=2026-01-01T12:00:00Z', '/from'],
  ['?from=2036-01-01T00:00:00Z', '/from'],
  ['?from=2026-01-01T00:00:00Z&from=2026-01-01T00:00:00Z', '/from'],
  ['?step=5', '/step'],
])('%s is refused with a pointer', async (query, pointer) => {
  const { get } = await service();
  const { status, body } = await get(query);
  expect(status).toBe(400);
  expect(body).toMatchObject({ code: 'invalid-request', errors: [{ pointer }] });
});

test('an offset whose + has become a space is told how it is written', async () => {
  const { get } = await service();
  expect((await get('?from=2026-01-01T12:00:00+01:00')).body).toMatchObject({
    detail: 'querystring /from must be a time such as 2026-01-31T12:00:00Z; in an address + is written %2B',
  });
  expect((await get('?from=yesterday')).body).toMatchObject({
    detail: 'querystring /from must be a time such as 2026-01-31T12:00:00Z',
  });
  expect((await get('?from=2026-01-01T12:00:00%2B01:00')).status).toBe(200);
});

test('a device and a property that are not there are told apart', async () => {
  const { get } = await service();
  expect(await get('', 'none/history/value')).toMatchObject({ status: 404, body: { code: 'device-not-found' } });
  expect(await get('', 'toy/history/none')).toMatchObject({ status: 404, body: { code: 'property-not-found' } });
  expect(await get('', 'toy/history/__proto__')).toMatchObject({ status: 404, body: { code: 'property-not-found' } });
});
