import { Validator } from '@seriousme/openapi-schema-validator';
import { beforeEach, expect, test } from 'vitest';
import { httpOver } from '../support/http.ts';
import { simulatedToys } from '../support/simulated-toys.ts';

let its: Awaited<ReturnType<typeof simulatedToys>>;
let http: Awaited<ReturnType<typeof httpOver>>;

beforeEach(async () => {
  its = await simulatedToys();
  http = await httpOver(its.rig, { simulators: its.simulators });
});

async function ask(method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE', path: string, body?: unknown) {
  const sent = body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) };
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await http.inject({ method, url: `/v1/simulators${path}`, headers, ...sent });
  const answer = response.json<Record<string, unknown>>();
  return { status: response.statusCode, flag: response.headers['bellcrank-simulated'], answer };
}

test('simulated devices are listed in pages, and no others', async () => {
  const { status, answer } = await ask('GET', '?limit=2');
  expect(status).toBe(200);
  expect(answer).toEqual({
    items: [expect.objectContaining({ id: 'left' }), expect.objectContaining({ id: 'right' })],
    next: 'right',
  });
  const { answer: rest } = await ask('GET', '?limit=2&cursor=right');
  expect(rest).toEqual({
    items: [
      {
        id: 'sim',
        model: 'toy',
        connection: 'sim-line',
        via: 'memory',
        seed: 7,
        part: 'main',
        time: { speed: 1, paused: false, elapsedMs: 0 },
        activeFaults: 0,
        simulated: true,
        links: {
          self: '/v1/simulators/sim',
          device: '/v1/devices/sim',
          state: '/v1/simulators/sim/state',
          faults: '/v1/simulators/sim/faults',
          time: '/v1/simulators/sim/time',
          press: '/v1/simulators/sim/press',
        },
      },
    ],
  });
});

test('one of several at a wire knows its part, and with whom it shares its simulator', async () => {
  const { answer, flag } = await ask('GET', '/left');
  expect(answer).toMatchObject({ part: 'unit-L', sharedWith: ['right'], simulated: true });
  expect(answer['buttons']).toEqual(expect.arrayContaining(['resetL', 'resetR']));
  expect(flag).toBe('true');
});

const routes = [
  ['GET', '', undefined],
  ['GET', '/faults', undefined],
  ['PUT', '/faults', { faults: [] }],
  ['DELETE', '/faults', undefined],
  ['GET', '/state', undefined],
  ['PATCH', '/state', { temperature: 40 }],
  ['GET', '/time', undefined],
  ['PATCH', '/time', { paused: true }],
  ['POST', '/press', { button: 'reset' }],
] as const;

test.each(routes)('%s /v1/simulators/{id}%s is for devices that this service simulates', async (method, path, body) => {
  expect(await ask(method, `/sim${path}`, body)).toMatchObject({
    status: 200,
    flag: 'true',
    answer: { id: 'sim', simulated: true },
  });
  expect(await ask(method, `/real${path}`, body)).toMatchObject({
    status: 409,
    flag: undefined,
    answer: { code: 'not-simulated', detail: expect.stringContaining('device real is real') },
  });
  expect(await ask(method, `/foreign${path}`, body)).toMatchObject({
    status: 409,
    answer: { code: 'not-simulated', detail: expect.stringContaining('somebody else’s') },
  });
  for (const id of ['nobody', '__proto__', 'constructor', 'toString', 'x'.repeat(90)]) {
    expect(await ask(method, `/${id}${path}`, body), id).toMatchObject({
      status: 404,
      answer: { code: 'device-not-found' },
    });
  }
});

test('a device that none of the simulators on its connection is, is told so', async () => {
  its.rig.registry.add({
    id: 'lost',
    driver: 'toy',
    connection: 'shared-line',
    options: { unit: 'X' },
    labels: {},
    restrictions: {},
    enabled: false,
    managedBy: 'api',
  });
  const { status, answer } = await ask('GET', '/lost');
  expect(status).toBe(409);
  expect(answer['detail']).toBe(
    'none of the simulators on connection shared-line stands in for device lost (toy, with its options)',
  );
});

test('state is read and set, and what the device is does not change by half', async () => {
  const { answer } = await ask('PATCH', '/left/state', { temperature: 40.5, door: 'open' });
  expect(answer).toMatchObject({
    part: 'unit-L',
    items: [
      { name: 'temperature', value: 40.5, settable: true, schema: { unit: '°C', title: 'Temperature' } },
      { name: 'door', value: 'open', settable: true },
      { name: 'value', value: 7, settable: false },
    ],
  });
  const { answer: right } = await ask('GET', '/right/state');
  expect(right).toMatchObject({ items: [{ value: 20 }, { value: 'shut' }, {}] });
  expect(await ask('PATCH', '/left/state', { temperature: 50, door: 'ajar' })).toMatchObject({ status: 400 });
  expect((await ask('GET', '/left/state')).answer).toMatchObject({ items: [{ value: 40.5 }, { value: 'open' }, {}] });
});

test.each([
  ['nothing', {}],
  ['no object', [1]],
  ['null', null],
  ['no body', undefined],
  ['what follows from the rest', { value: 3 }],
  ['a name that there is not', { pressure: 3 }],
  ['__proto__', '{"__proto__": {"temperature": 3}}'],
  ['a name of Object’s', { constructor: 3 }],
  ['another of them', { hasOwnProperty: 1 }],
  ['text for a number', { temperature: '40' }],
  ['null for a number', { temperature: null }],
  ['out of range', { temperature: 201 }],
  ['what it cannot be now', { temperature: 13 }],
])('state that is not valid is refused and changes nothing: %s', async (_, body) => {
  expect(await ask('PATCH', '/sim/state', body)).toMatchObject({ status: 400, answer: { code: 'invalid-request' } });
  expect((await ask('GET', '/sim/state')).answer).toMatchObject({ items: [{ value: 20 }, { value: 'shut' }, {}] });
});

test('faults are set, reported with their seed, and cleared', async () => {
  const faults = [
    { kind: 'drop', probability: 0.5 },
    { kind: 'delay', ms: 20 },
  ];
  const set = await ask('PUT', '/sim/faults', { seed: 4, faults });
  expect(set.answer).toEqual({
    id: 'sim',
    simulated: true,
    seed: 4,
    faults: faults.map((fault) => ({ fault, acted: 0, active: true })),
    links: { self: '/v1/simulators/sim/faults', simulator: '/v1/simulators/sim' },
  });
  expect((await ask('GET', '/sim')).answer).toMatchObject({ activeFaults: 2 });
  expect((await ask('GET', '/sim/faults')).answer).toEqual(set.answer);
  expect((await ask('PUT', '/sim/faults', { faults: [] })).answer).toMatchObject({ seed: 7, faults: [] });
  await ask('PUT', '/sim/faults', { seed: 4, faults });
  expect(await ask('DELETE', '/sim/faults')).toMatchObject({ status: 200, answer: { faults: [] } });
  expect((await ask('GET', '/sim')).answer).toMatchObject({ activeFaults: 0 });
});

const kept = { faults: [{ kind: 'echo' }] };
test.each([
  ['no body', undefined],
  ['null', null],
  ['no faults', {}],
  ['a kind that there is not', { faults: [{ kind: 'gremlin' }] }],
  ['a kind of Object’s', { faults: [{ kind: 'constructor' }] }],
  ['__proto__ as a kind', '{"faults": [{"kind": "__proto__"}]}'],
  ['a kind of other wires', { faults: [{ kind: 'reorder' }] }],
  ['no kind', { faults: [{}] }],
  ['more than 32', { faults: Array.from({ length: 33 }, () => ({ kind: 'mute' })) }],
  ['a key that there is not', { faults: [{ kind: 'mute', loudly: true }] }],
  ['a key too many', { faults: [], more: 1 }],
  ['a seed that is none', { seed: -1, faults: [] }],
  ['text for a number', { faults: [{ kind: 'delay', ms: '5' }] }],
  ['no time at all', { faults: [{ kind: 'delay', ms: -5 }] }],
  ['too long a text', { faults: [{ kind: 'nak', text: 'x'.repeat(1001) }] }],
])('faults that are not valid are refused and change nothing: %s', async (_, body) => {
  await ask('PUT', '/sim/faults', kept);
  const { status, answer } = await ask('PUT', '/sim/faults', body);
  expect(status).toBe(400);
  expect(answer).toMatchObject({
    code: 'invalid-request',
    errors: [
      expect.objectContaining({ pointer: expect.any(String) }),
      ...Array((answer['errors'] as unknown[]).length - 1).fill(expect.anything()),
    ],
  });
  expect((await ask('GET', '/sim/faults')).answer).toMatchObject({ faults: [{ fault: { kind: 'echo' } }] });
});

test('32 faults are taken', async () => {
  const faults = Array.from({ length: 32 }, () => ({ kind: 'delay', ms: 1 }));
  expect(await ask('PUT', '/sim/faults', { faults })).toMatchObject({ status: 200 });
});

test('a body that is too large is not read', async () => {
  const body = JSON.stringify({ faults: [], more: 'x'.repeat(70_000) });
  expect(await ask('PUT', '/sim/faults', body)).toMatchObject({
    status: 413,
    flag: 'true',
    answer: { code: 'payload-too-large' },
  });
});

test('of faults that are set at once, one request’s are left, whole', async () => {
  const requests = Array.from({ length: 20 }, (_, index) => ({
    seed: index,
    faults: [
      { kind: 'delay', ms: index },
      { kind: 'late', ms: index },
    ],
  }));
  const answers = await Promise.all(requests.map((request) => ask('PUT', '/sim/faults', request)));
  for (const [index, { status, answer }] of answers.entries()) {
    expect(status).toBe(200);
    expect(answer).toMatchObject({ seed: index, faults: [{ fault: { ms: index } }, { fault: { ms: index } }] });
  }
  const { answer } = await ask('GET', '/sim/faults');
  const faults = answer['faults'] as { fault: { ms: number } }[];
  expect(faults.map(({ fault }) => fault.ms)).toEqual([answer['seed'], answer['seed']]);
});

test('time goes faster, or stands still', async () => {
  expect((await ask('PATCH', '/sim/time', { speed: 10 })).answer).toMatchObject({ speed: 10, paused: false });
  await its.clock.advance(100);
  expect((await ask('GET', '/sim/time')).answer).toMatchObject({ elapsedMs: 1000 });
  expect((await ask('PATCH', '/sim/time', { paused: true })).answer).toMatchObject({ speed: 10, paused: true });
  await its.clock.advance(100);
  expect((await ask('GET', '/sim/time')).answer).toMatchObject({ elapsedMs: 1000 });
  // The line next to it has its own.
  expect((await ask('GET', '/left/time')).answer).toMatchObject({ elapsedMs: 200, speed: 1 });
});

test.each([
  [{}],
  [{ speed: 0 }],
  [{ speed: 'fast' }],
  [{ speed: 1001 }],
  [{ paused: 1 }],
  [{ elapsedMs: 5 }],
  [null],
  [undefined],
])('time that is not valid is refused: %o', async (body) => {
  expect(await ask('PATCH', '/sim/time', body)).toMatchObject({ status: 400, answer: { code: 'invalid-request' } });
  expect((await ask('GET', '/sim/time')).answer).toMatchObject({ speed: 1, paused: false });
});

test('a button is pressed; one that there is not is told with those that there are', async () => {
  expect(await ask('POST', '/left/press', { button: 'resetL' })).toMatchObject({ status: 200, answer: { id: 'left' } });
  expect(its.toys.map(({ pressed }) => pressed)).toEqual([0, 1, 0]);
  for (const button of ['launch', '__proto__', 'constructor']) {
    const { status, answer } = await ask('POST', '/left/press', { button });
    expect(status).toBe(404);
    expect(answer['detail']).toContain('resetL, resetR');
  }
  for (const body of [
    {},
    { button: 1 },
    { button: '' },
    { button: 'x'.repeat(101) },
    { button: 'resetL', twice: true },
    undefined,
  ]) {
    expect(await ask('POST', '/left/press', body)).toMatchObject({ status: 400 });
  }
});

test('what is done to a simulator is told, with the devices that it concerns', async () => {
  await ask('PATCH', '/left/state', { temperature: 40 });
  await ask('PUT', '/left/faults', { faults: [{ kind: 'mute' }] });
  await ask('PATCH', '/sim/time', { paused: true });
  await ask('POST', '/sim/press', { button: 'reset' });
  await ask('PUT', '/sim/faults', { faults: [{ kind: 'gremlin' }] });
  expect(its.happenings.map(({ connection, event, devices }) => [connection, event.kind, devices()])).toEqual([
    ['shared-line', 'state', ['left']],
    ['shared-line', 'faults', ['left', 'right']],
    ['sim-line', 'time', ['sim']],
    ['sim-line', 'pressed', ['sim']],
  ]);
  its.simulators.close();
  await ask('PATCH', '/sim/time', { paused: false });
  expect(its.happenings).toHaveLength(4);
});

test('a wrong method is told with those that there are', async () => {
  const response = await http.inject({ method: 'POST', url: '/v1/simulators/sim/faults', payload: {} });
  expect(response.statusCode).toBe(405);
  expect(response.headers['allow']).toBe('GET, HEAD, PUT, DELETE');
});

test('a query is refused', async () => {
  for (const path of ['?page=2', '?limit=0', '?cursor=../x', '/sim?deep=1', '/sim/faults?x=1', '/sim/state?x=1']) {
    expect((await ask('GET', path)).status, path).toBe(400);
  }
});

interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly const?: string;
  readonly enum?: readonly string[];
}
interface Document {
  readonly paths: Readonly<
    Record<string, Record<string, { requestBody: { content: Record<string, { schema: Schema }> } }>>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

test('the document has what each simulated device takes, and is valid', async () => {
  const document = (await http.inject('/openapi.json')).json<Document>();
  const { errors } = await new Validator().validate(document as unknown as Record<string, unknown>);
  expect(errors ?? []).toEqual([]);
  const resolve = (schema: Schema | undefined): Schema | undefined =>
    schema?.$ref === undefined ? schema : document.components.schemas[schema.$ref.split('/').at(-1) ?? ''];
  const bodyOf = (path: string, method: string) =>
    resolve(document.paths[path]?.[method]?.requestBody.content['application/json']?.schema);
  const faults = bodyOf('/v1/simulators/left/faults', 'put');
  const kinds = faults?.properties?.['faults']?.items?.anyOf?.map(({ properties }) => properties?.['kind']?.const);
  expect(kinds).toContain('unplug');
  expect(kinds).not.toContain('reorder');
  expect(bodyOf('/v1/simulators/{id}/faults', 'put')?.anyOf?.map(resolve)).toEqual([faults]);
  const state = bodyOf('/v1/simulators/left/state', 'patch');
  expect(Object.keys(state?.properties ?? {})).toEqual(['temperature', 'door']);
  const press = bodyOf('/v1/simulators/sim/press', 'post');
  expect(press?.properties?.['button']?.enum).toContain('reset');
  expect(Object.keys(document.paths).filter((path) => /simulators\/(real|foreign)/.test(path))).toEqual([]);
});
