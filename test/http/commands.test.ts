import { expect, test } from 'vitest';
import { createRig, MemoryLine } from '../support/rig.ts';
import { httpOver } from '../support/http.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

async function service() {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(toyDriver(), { line, dead: deadLine() }, [
    { id: 'toy', connection: 'line' },
    { id: 'gone', connection: 'dead' },
    { id: 'off', connection: 'line', enabled: false },
  ]);
  await rig.until(
    () => rig.device('toy').state === 'ready' && rig.device('toy').reading('setpoint').quality === 'good',
  );
  const http = await httpOver(rig);
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    rig.settled(
      http.inject({
        method: 'POST',
        url: path,
        headers: { 'content-type': 'application/json', ...headers },
        payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }),
    );
  const get = (url: string) => rig.settled(http.inject({ method: 'GET', url }));
  return { toy, line, rig, http, post, get };
}

function deadLine(): MemoryLine {
  const line = new MemoryLine(() => {});
  line.down = true;
  return line;
}

const set = '/v1/devices/toy/commands/set';

test('a command answers with its resource', async () => {
  const { post, get } = await service();
  const response = await post(set, { value: 5 });
  expect(response.statusCode).toBe(200);
  const command = response.json<Record<string, unknown>>();
  expect(command).toMatchObject({
    device: 'toy',
    command: 'set',
    params: { value: 5 },
    state: 'ended',
    outcome: 'succeeded',
    confirmation: 'acknowledged',
    result: { value: 5 },
    by: 'anonymous',
    simulated: true,
    links: { self: `/v1/commands/${String(command['id'])}`, device: '/v1/devices/toy' },
  });
  for (const at of ['submittedAt', 'sentAt', 'endedAt']) expect(command[at]).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  expect((await get(`/v1/commands/${String(command['id'])}`)).json()).toEqual(command);
  expect(response.headers['content-location']).toBe(`/v1/commands/${String(command['id'])}`);
});

test.each([
  ['below the minimum', '{"value":-1}', 400, '/value'],
  ['above the maximum', '{"value":101}', 400, '/value'],
  ['null', '{"value":null}', 400, '/value'],
  ['a boolean', '{"value":true}', 400, '/value'],
  ['a number as text', '{"value":"42"}', 400, '/value'],
  ['an unknown key', '{"value":5,"x":1}', 400, '/x'],
  ['a key of the prototype', '{"value":5,"__proto__":{"x":1}}', 400, '/__proto__'],
  ['a missing key', '{}', 400, '/value'],
  ['a key that stands twice', '{"value":5,"value":50}', 400, '/value'],
  ['no object', '5', 400, ''],
  ['null as the body', 'null', 400, ''],
  ['an array', '[{"value":5}]', 400, ''],
  ['NaN', '{"value":NaN}', 400, ''],
  ['infinity by exponent', '{"value":1e999}', 400, '/value'],
  ['broken JSON', '{"value":5', 400, ''],
  ['no body where one is needed', '', 400, '/value'],
  ['a byte that is not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, ''],
  ['10,000 levels', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 400, '/a'.repeat(32)],
  ['a 10,000-deep array', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, 400, '/0'.repeat(32)],
])('%s is refused with a pointer and never reaches the driver', async (_, body, status, pointer) => {
  const { toy, post } = await service();
  const response = await post(set, body);
  expect(response.statusCode).toBe(status);
  expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
  const problem = response.json<{ errors: { pointer: string; detail: string }[] }>();
  expect(problem).toMatchObject({ code: 'invalid-request', status, type: '/problems/invalid-request' });
  expect(problem.errors[0]?.pointer).toBe(pointer);
  expect(problem.errors[0]?.detail).not.toBe('');
  expect(toy.executed).toEqual([]);
});

test('a body over the limit is 413, a wrong type 415, a command without parameters needs no body', async () => {
  const { toy, rig, post, http } = await service();
  expect((await post(set, `{"value":${' '.repeat(70_000)}5}`)).json()).toMatchObject({
    code: 'payload-too-large',
    status: 413,
  });
  expect((await post(set, '{"value":5}', { 'content-type': 'text/plain' })).json()).toMatchObject({
    code: 'unsupported-media-type',
    status: 415,
  });
  expect((await post(set, 'value=5', { 'content-type': 'application/x-www-form-urlencoded' })).statusCode).toBe(415);
  expect(toy.executed).toEqual([]);
  const pulse = { method: 'POST', url: '/v1/devices/toy/commands/pulse' } as const;
  const bare = await rig.settled(http.inject(pulse));
  expect(bare.json()).toMatchObject({ outcome: 'succeeded' });
  // As PowerShell and curl -d '' send it.
  const form = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '0' };
  expect((await rig.settled(http.inject({ ...pulse, headers: form }))).json()).toMatchObject({ outcome: 'succeeded' });
});

test('a stop depends on nothing that a client may get wrong', async () => {
  const { toy, http, rig } = await service();
  const json = { 'content-type': 'application/json' };
  const ways: [string, Record<string, string>, string | undefined][] = [
    ['/v1/stop', json, undefined],
    ['/v1/stop', json, '{"broken'],
    ['/v1/stop', { 'content-type': 'text/plain' }, 'now'],
    ['/v1/stop', { 'content-type': 'application/x-www-form-urlencoded' }, ''],
    ['/v1/stop/', {}, undefined],
    ['/v1/stop?why=fire', {}, undefined],
    ['/v1/devices/toy/stop', json, ''],
    ['/v1/devices/toy/stop/', {}, 'x'.repeat(100_000)],
  ];
  for (const [url, headers, payload] of ways) {
    const sent = http.inject({ method: 'POST', url, headers, ...(payload === undefined ? {} : { payload }) });
    expect((await rig.settled(sent)).statusCode, url).toBe(200);
  }
  expect(toy.executed).toHaveLength(ways.length);
  const released = await http.inject({ method: 'DELETE', url: '/v1/stop', headers: json });
  expect(released.statusCode).toBe(204);
});

test('what is not known in a query is not ignored', async () => {
  const { toy, post, get } = await service();
  expect((await post(`${set}?dryrun=true`, { value: 5 })).json()).toMatchObject({
    status: 400,
    errors: [{ pointer: '/dryrun' }],
  });
  expect(toy.executed).toEqual([]);
  expect((await get('/v1/devices/toy?x=1')).statusCode).toBe(400);
  expect((await get('/v1/devices/toy/properties?maxAgeMs=0')).statusCode).toBe(400);
});

test('bodies are UTF-8 and come as they are', async () => {
  const { toy, post } = await service();
  for (const headers of [{ 'content-type': 'application/json; charset=utf-16' }, { 'content-encoding': 'gzip' }]) {
    expect((await post(set, '{"value":5}', headers as Record<string, string>)).json()).toMatchObject({ status: 415 });
  }
  expect(toy.executed).toEqual([]);
  expect((await post(set, '{"value":5}', { 'content-type': 'application/json; charset=UTF-8' })).statusCode).toBe(200);
});

test('what does not exist is named, with what does', async () => {
  const { post, get } = await service();
  expect((await post('/v1/devices/nobody/commands/set', {})).json()).toMatchObject({
    status: 404,
    code: 'device-not-found',
  });
  const unknown = (await post('/v1/devices/toy/commands/fly', {})).json<{ detail: string }>();
  expect(unknown).toMatchObject({ status: 404, code: 'command-not-found' });
  expect(unknown.detail).toContain('set, pulse');
  expect((await post('/v1/devices/toy/commands/constructor', {})).json()).toMatchObject({ code: 'command-not-found' });
  expect((await post('/v1/devices/toy/commands/write:setpoint', { value: 1 })).json()).toMatchObject({
    code: 'command-not-found',
  });
  expect((await get('/v1/devices/toy/properties/nothing')).json()).toMatchObject({ code: 'property-not-found' });
  expect((await get('/v1/devices/toy/properties/toString')).json()).toMatchObject({ code: 'property-not-found' });
  expect((await get('/nowhere')).json()).toMatchObject({ status: 404, code: 'not-found' });
  expect((await get('/v1/commands/none')).json()).toMatchObject({ status: 404 });
});

test.each([
  ['nowhere', '/v1/nowhere', 'text/plain', 'x', 404],
  ['with a wrong method', '/v1/devices/toy', 'text/plain', 'x', 405],
  ['with nothing of no type', '/v1/devices/toy/commands/pulse', 'nonsense', '', 200],
] as const)('what is wrong with a type hides nothing: %s', async (_, url, type, payload, status) => {
  const { rig, http } = await service();
  const headers = { 'content-type': type, 'content-length': String(payload.length) };
  const response = await rig.settled(http.inject({ method: 'POST', url, headers, payload }));
  expect(response.statusCode).toBe(status);
});

test('a wrong method is 405 and says what is allowed', async () => {
  const { http, get } = await service();
  const response = await http.inject({ method: 'PUT', url: '/v1/devices' });
  expect(response.json()).toMatchObject({ status: 405, code: 'method-not-allowed' });
  expect(response.headers.allow).toBe('GET, HEAD, POST');
  expect((await get(set)).json()).toMatchObject({ status: 405 });
});

test('an offline device: 503, nothing was sent, when to come back', async () => {
  const { post, get } = await service();
  const response = await post('/v1/devices/gone/commands/set', { value: 5 });
  expect(response.statusCode).toBe(503);
  expect(response.headers['retry-after']).toBe('2');
  const problem = response.json<{ commandId: string }>();
  expect(problem).toMatchObject({ code: 'device-offline', outcome: 'not-sent', reason: 'offline', retryable: true });
  expect((await get(`/v1/commands/${problem.commandId}`)).json()).toMatchObject({ outcome: 'not-sent', sentAt: null });
  expect((await post('/v1/devices/off/commands/set', { value: 5 })).json()).toMatchObject({
    status: 423,
    code: 'disabled',
  });
});

test('no answer: 504, unknown, not retryable; refused: 409 with the device’s own words', async () => {
  const { toy, post } = await service();
  const refused = await post(set, { value: 99 });
  expect(refused.headers['bellcrank-simulated']).toBe('true');
  expect(refused.json()).toMatchObject({
    simulated: true,
    status: 409,
    code: 'device-refused',
    outcome: 'refused',
    device: { code: '99' },
  });
  toy.mute = true;
  const silent = (await post('/v1/devices/toy/commands/pulse', {})).json<Record<string, unknown>>();
  expect(silent).toMatchObject({ status: 504, code: 'device-timeout', outcome: 'unknown', retryable: false });
  expect(silent['instance']).toBe(`/v1/commands/${String(silent['commandId'])}`);
});

test('a full queue: 429 with Retry-After', async () => {
  const { toy, rig, http, post } = await service();
  toy.held = [];
  const flood = Array.from({ length: 65 }, () =>
    http.inject({ method: 'POST', url: '/v1/devices/toy/commands/pulse' }),
  );
  await rig.until(() => rig.device('toy').lane.isFull);
  const response = await post('/v1/devices/toy/commands/pulse', {});
  expect(response.json()).toMatchObject({ status: 429, code: 'queue-full', outcome: 'not-sent', retryable: true });
  expect(response.headers['retry-after']).toBe('1');
  toy.release();
  const outcomes = (await rig.settled(Promise.all(flood))).map((each) => each.json<{ outcome: string }>().outcome);
  expect(outcomes.every((outcome) => outcome === 'succeeded')).toBe(true);
});

test('pages of other sites are kept off', async () => {
  const { toy, rig, http, post } = await service();
  const elsewhere = { origin: 'http://evil.example', host: 'localhost:7080' };
  expect((await post(set, { value: 5 }, elsewhere)).json()).toMatchObject({ status: 403, code: 'forbidden' });
  expect((await post(set, { value: 5 }, { origin: 'null', host: 'localhost:7080' })).statusCode).toBe(403);
  const rebound = await http.inject({ method: 'GET', url: '/v1/devices', headers: { host: 'evil.example:7080' } });
  expect(rebound.json()).toMatchObject({ status: 403, code: 'forbidden' });
  expect(toy.executed).toEqual([]);
  const own = { origin: 'http://localhost:7080', host: 'localhost:7080' };
  expect((await post(set, { value: 5 }, own)).statusCode).toBe(200);
  const proxied = await httpOver(rig, { allowedHosts: ['lab.example'] });
  expect((await proxied.inject({ url: '/v1/devices', headers: { host: 'lab.example' } })).statusCode).toBe(200);
});

test('properties: read as known, asked for fresh, written as a command', async () => {
  const { toy, rig, http, get } = await service();
  expect((await get('/v1/devices/toy/properties/value')).json()).toMatchObject({
    name: 'value',
    value: 7,
    unit: null,
    quality: 'good',
    source: 'polled',
    simulated: true,
  });
  toy.value = 8;
  expect((await get('/v1/devices/toy/properties/value')).json()).toMatchObject({ value: 7 });
  expect((await get('/v1/devices/toy/properties/value?maxAgeMs=0')).json()).toMatchObject({ value: 8 });
  expect((await get('/v1/devices/toy/properties/value?maxAgeMs=x')).json()).toMatchObject({
    status: 400,
    errors: [{ pointer: '/maxAgeMs' }],
  });
  const put = (payload: unknown) =>
    rig.settled(
      http.inject({
        method: 'PUT',
        url: '/v1/devices/toy/properties/setpoint',
        headers: { 'content-type': 'application/json' },
        payload: JSON.stringify(payload),
      }),
    );
  expect((await put({ value: 9 })).json()).toMatchObject({ outcome: 'succeeded', command: 'write:setpoint' });
  expect((await put({ value: 1000 })).json()).toMatchObject({ status: 400, errors: [{ pointer: '/value' }] });
  expect((await get('/v1/devices/gone/properties/value?maxAgeMs=0')).json()).toMatchObject({ status: 503 });
  expect((await get('/v1/devices/gone/properties/value')).json()).toMatchObject({ value: null, quality: 'bad' });
});

test('history pages backwards and stays stable while commands arrive', async () => {
  const { post, get } = await service();
  for (let value = 1; value <= 5; value++) await post(set, { value });
  const first = (await get('/v1/commands?limit=2')).json<{ items: { params: { value: number } }[]; next: string }>();
  expect(first.items.map(({ params }) => params.value)).toEqual([5, 4]);
  await post(set, { value: 6 });
  const second = (await get(`/v1/commands?limit=10&cursor=${first.next}`)).json<typeof first>();
  expect(second.items.map(({ params }) => params.value)).toEqual([3, 2, 1]);
  expect(second.next).toBeUndefined();
  expect((await get('/v1/commands?outcome=refused')).json()).toEqual({ items: [] });
  expect((await get('/v1/commands?simulated=true&limit=1')).json()).toMatchObject({ items: [{ simulated: true }] });
  expect((await get('/v1/commands?simulated=false')).json()).toEqual({ items: [] });
  for (const query of ['outcome=great', 'state=open', 'simulated=yes']) {
    expect((await get(`/v1/commands?${query}`)).statusCode, query).toBe(400);
  }
});

test('a queued command can be cancelled; what has left cannot', async () => {
  const { toy, rig, http, get } = await service();
  toy.held = [];
  const send = () => http.inject({ method: 'POST', url: '/v1/devices/toy/commands/pulse' });
  const flights = [send(), send()];
  await rig.until(() => rig.device('toy').lane.waiting === 1);
  const listed = (await get('/v1/commands')).json<{ items: { id: string; state: string }[] }>().items;
  expect(listed.map(({ state }) => state)).toEqual(['queued', 'sent']);
  for (const state of ['queued', 'sent', 'ended']) {
    const { items } = (await get(`/v1/commands?state=${state}`)).json<{ items: object[] }>();
    expect(items, state).toEqual(listed.filter((each) => each.state === state));
  }
  const cancel = async (id: string | undefined) =>
    (await http.inject({ method: 'DELETE', url: `/v1/commands/${id}` })).statusCode;
  expect(await cancel(listed[1]?.id)).toBe(409);
  expect(await cancel(listed[0]?.id)).toBe(204);
  toy.release();
  const [sent, cancelled] = await rig.settled(Promise.all(flights));
  expect(sent?.json()).toMatchObject({ outcome: 'succeeded' });
  expect(cancelled?.json()).toMatchObject({ status: 409, code: 'cancelled', outcome: 'not-sent' });
});

test('stop over HTTP: the device is stopped and everything but reads is 423 until it is released', async () => {
  const { toy, rig, http, post } = await service();
  const stopped = await rig.settled(http.inject({ method: 'POST', url: '/v1/stop' }));
  expect(stopped.json()).toMatchObject({
    items: [
      { device: 'toy', stopped: true, outcome: 'succeeded', confirmation: 'acknowledged' },
      { device: 'gone', stopped: true, outcome: 'not-sent', error: { code: 'device-offline' } },
      { device: 'off', stopped: true, outcome: 'not-sent' },
    ],
  });
  expect((await post(set, { value: 5 })).json()).toMatchObject({ status: 423, code: 'stopped', outcome: 'not-sent' });
  expect((await post('/v1/devices/toy/commands/ask', {})).statusCode).toBe(200);
  expect((await http.inject({ method: 'DELETE', url: '/v1/devices/toy/stop' })).statusCode).toBe(204);
  expect((await post(set, { value: 5 })).statusCode).toBe(200);
  expect(toy.executed).toEqual(['STOP', 'SET 5']);
});
