import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { createRig, MemoryLine } from '../support/rig.ts';
import { httpOver } from '../support/http.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

interface Document {
  openapi: string;
  info: { description: string };
  paths: Record<string, Record<string, { operationId: string; requestBody?: Body; tags: string[] }>>;
  components: { schemas: Record<string, Record<string, unknown>> };
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

test('above 200 devices it lists models and says so, and can be narrowed down', async () => {
  const { document, operations } = await service(201);
  const whole = await document();
  expect(operations(whole.paths)).toEqual([]);
  expect(whole.info.description).toContain('?device=');
  expect(whole.components.schemas).toHaveProperty(['toy.set.params']);
  expect(operations((await document('?device=toy-7')).paths)).toHaveLength(9);
  expect(operations((await document('?model=toy')).paths)).toHaveLength(201 * 9);
  expect(operations((await document('?model=other')).paths)).toEqual([]);
});

test('the documentation page shows the same document, and needs nothing from elsewhere', async () => {
  const { get } = await service();
  const page = await get('/docs/');
  expect(page.statusCode).toBe(200);
  expect(page.body).not.toMatch(/(src|href)="https?:/);
  expect((await get('/docs/json')).json<Document>().paths).toHaveProperty(['/v1/devices/toy-1/commands/set']);
});
