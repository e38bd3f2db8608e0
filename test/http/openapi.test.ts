import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { drivers } from '../../drivers/index.ts';
import { staticAnswers } from '../../src/http/openapi-answers.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { httpOver } from '../support/http.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

interface Document {
  openapi: string;
  info: { description: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Record<string, unknown>> };
}
interface Operation {
  operationId: string;
  requestBody?: Body;
  tags: string[];
  responses: Record<string, { content?: Record<string, unknown>; headers?: Record<string, unknown> }>;
}
interface Body {
  content: { 'application/json': { schema: { $ref: string } } };
}

async function service(devices = 1) {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const ids = Array.from({ length: devices }, (_, index) => ({
    id: `toy-${index + 1}`,
    connection: 'line',
    enabled: false,
  }));
  const rig = createRig(toyDriver(), { line }, ids);
  const http = await httpOver(rig);
  const get = (url: string, headers: Record<string, string> = {}) => http.inject({ url, headers });
  const document = async (query = '') => (await get(`/openapi.json${query}`)).json<Document>();
  const operations = (paths: Document['paths']) =>
    Object.keys(paths).filter((path) => path.startsWith('/v1/devices/toy'));
  return { rig, http, get, document, operations };
}

test('it is valid OpenAPI 3.1, with every command and property as an operation of its own', async () => {
  const { document, operations } = await service();
  const doc = await document();
  expect(doc.openapi).toMatch(/^3\.1\./);
  const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(doc)) as Record<string, unknown>);
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  expect(operations(doc.paths)).toEqual([
    ...['set', 'pulse', 'ask', 'bang', 'stubborn', 'sweep', 'optimist'].map(
      (name) => `/v1/devices/toy-1/commands/${name}`,
    ),
    ...['value', 'setpoint'].map((name) => `/v1/devices/toy-1/properties/${name}`),
    '/v1/devices/toy-1/raw',
  ]);
  expect(Object.keys(doc.paths['/v1/devices/toy-1/properties/value'] ?? {})).toEqual(['get']);
  expect(Object.keys(doc.paths['/v1/devices/toy-1/properties/setpoint'] ?? {})).toEqual(['get', 'put']);
  for (const path of ['/v1/devices', '/v1/commands/{id}', '/v1/stop', '/health/ready', '/v1/models']) {
    expect(doc.paths).toHaveProperty([path]);
  }
  const ids = Object.values(doc.paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId));
  expect(new Set(ids).size).toBe(ids.length);
});

test('every reference leads somewhere, and a schema carries its limits', async () => {
  const { document } = await service();
  const doc = await document();
  const references = [...JSON.stringify(doc).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, name]) => name ?? '',
  );
  expect(references.length).toBeGreaterThan(10);
  for (const name of references) expect(doc.components.schemas).toHaveProperty([name]);
  const { schema } =
    doc.paths['/v1/devices/toy-1/commands/set']?.['post']?.requestBody?.content['application/json'] ?? {};
  expect(doc.components.schemas[schema?.$ref.split('/').at(-1) ?? '']).toMatchObject({
    properties: { value: { minimum: 0, maximum: 100 } },
    additionalProperties: false,
  });
});

test('it follows devices that come and go, and a device’s limits', async () => {
  const { http, get, document, operations } = await service();
  const before = await get('/openapi.json');
  expect((await get('/openapi.json', { 'if-none-match': String(before.headers.etag) })).statusCode).toBe(304);
  const added = await http.inject({
    method: 'POST',
    url: '/v1/devices',
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify({
      id: 'toy-new',
      driver: 'toy',
      connection: 'line',
      enabled: false,
      limits: { set: { value: { maximum: 10 } } },
      deny: ['pulse'],
    }),
  });
  expect(added.statusCode).toBe(201);
  const after = await get('/openapi.json', { 'if-none-match': String(before.headers.etag) });
  expect(after.statusCode).toBe(200);
  const doc = await document('?device=toy-new');
  expect(operations(doc.paths).every((path) => path.startsWith('/v1/devices/toy-new/'))).toBe(true);
  expect(doc.paths).not.toHaveProperty(['/v1/devices/toy-new/commands/pulse']);
  expect(doc.components.schemas['toy-new.toy.set.params']).toMatchObject({ properties: { value: { maximum: 10 } } });
  expect((await http.inject({ method: 'DELETE', url: '/v1/devices/toy-new' })).statusCode).toBe(204);
  expect(JSON.stringify(await document())).not.toContain('toy-new');
  expect((await get('/openapi.json?device=toy-new')).json()).toMatchObject({ code: 'device-not-found' });
});

test.each(drivers)('a document of $model.name alone is valid', async (driver) => {
  const http = await httpOver(createRig(driver, {}, []));
  const doc = (await http.inject({ url: `/openapi.json?model=${driver.model.name}` })).json<Record<string, unknown>>();
  const { errors } = await new Validator().validate(doc);
  expect(errors ?? []).toEqual([]);
});

test('what each static operation answers is said, and no operation that is not there is spoken of', async () => {
  const { document } = await service(0);
  const { paths } = await document();
  const operations = Object.values(paths).flatMap((item) => Object.values(item));
  const ids = operations.map(({ operationId }) => operationId);
  expect(ids.toSorted()).toEqual(Object.keys(staticAnswers).toSorted());
  for (const { operationId, responses } of operations) {
    const status = String(staticAnswers[operationId]?.status);
    const also = Object.keys(staticAnswers[operationId]?.also ?? {});
    expect(Object.keys(responses).toSorted(), operationId).toEqual([status, ...also, 'default'].toSorted());
    expect(responses[status]?.content === undefined, operationId).toBe(status === '204');
  }
  expect(paths['/v1/devices']?.['post']?.responses['201']).toMatchObject({
    content: { 'application/json': { schema: { $ref: '#/components/schemas/DeviceDetail' } } },
    headers: { Location: {} },
  });
});

test('above 200 devices a document lists models and says so, and can be narrowed down', async () => {
  const { document, operations } = await service(201);
  const whole = await document();
  expect(operations(whole.paths)).toEqual([]);
  expect(whole.info.description).toContain('?device=');
  expect(whole.info.description).toContain('?model=');
  expect(whole.components.schemas).toHaveProperty(['toy.set.params']);
  const ofModel = await document('?model=toy');
  expect(operations(ofModel.paths)).toEqual([]);
  expect(ofModel.info.description).toMatch(/201 devices of model toy.*\?device=ID`\.$/);
  expect(ofModel.components.schemas).toHaveProperty(['toy.set.params']);
  const one = await document('?device=toy-7');
  expect(operations(one.paths)).toHaveLength(10);
  expect(one.info.description).not.toContain('?device=');
});

test('200 devices are in the document, all of them or those of one model', async () => {
  const { document, operations } = await service(200);
  expect(operations((await document()).paths)).toHaveLength(200 * 10);
  expect(operations((await document('?model=toy')).paths)).toHaveLength(200 * 10);
});

test('a model without devices has its schemas; one that does not exist is 404', async () => {
  const { get, document, operations } = await service(0);
  const doc = await document('?model=toy');
  expect(operations(doc.paths)).toEqual([]);
  expect(doc.components.schemas).toHaveProperty(['toy.set.params']);
  const unknown = await get(`/openapi.json?model=other`);
  expect(unknown.json()).toMatchObject({ status: 404, code: 'not-found' });
  expect(unknown.json<{ detail: string }>().detail).toMatch(/"other".*toy/);
});

test.each([
  ['the tag itself', (etag: string) => etag, 304],
  ['the tag made weak on the way', (etag: string) => `W/${etag}`, 304],
  ['a list with it', (etag: string) => `"a,b", W/"c" ,${etag}`, 304],
  ['a list with it, weak', (etag: string) => `"x",W/${etag},"y"`, 304],
  ['anything', () => ' * ', 304],
  ['another tag', () => '"other"', 200],
  ['a list of others', () => 'W/"a", "*"', 200],
  ['a tag that only contains it', (etag: string) => `"x${etag.slice(1)}`, 200],
  ['no tag', (etag: string) => etag.slice(1, -1), 200],
])('If-None-Match with %s', async (_, header, status) => {
  const { get } = await service();
  const etag = String((await get('/openapi.json')).headers.etag);
  const response = await get('/openapi.json', { 'if-none-match': header(etag) });
  expect(response.statusCode).toBe(status);
  expect(response.headers.etag).toBe(etag);
  expect(response.body === '').toBe(status === 304);
});

test('the documentation page shows the same document, and needs nothing from elsewhere', async () => {
  const { get } = await service();
  const page = await get('/docs/');
  expect(page.statusCode).toBe(200);
  expect(page.body).not.toMatch(/(src|href)="https?:/);
  expect((await get('/docs/json')).json<Document>().paths).toHaveProperty(['/v1/devices/toy-1/commands/set']);
});
