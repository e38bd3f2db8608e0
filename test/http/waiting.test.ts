import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test, vi } from 'vitest';
import { settle } from '../../src/testing/settle.ts';
import { FlakyStore } from '../support/flaky-store.ts';
import { httpOver } from '../support/http.ts';
import { createRig, MemoryLine, type RigSettings } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';
import { Valve, valveDriver } from '../support/valve.ts';

type Body = Record<string, unknown>;

async function service(settings: RigSettings = {}) {
  const toy = new ToyDevice();
  const store = new FlakyStore();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }], { store, ...settings });
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  const http = await httpOver(rig);
  const send = (
    headers: Record<string, string> = {},
    body: Body = { value: 5 },
    url = '/v1/devices/toy/commands/set',
  ) =>
    http.inject({
      method: url.includes('properties') ? 'PUT' : 'POST',
      url,
      headers: { 'content-type': 'application/json', ...headers },
      payload: JSON.stringify(body),
    });
  const get = (url: string) => rig.settled(http.inject({ method: 'GET', url }));
  return { toy, line, rig, http, send, get, store };
}

test('respond-async: 202, where to look, and the command goes on', async () => {
  const { toy, rig, send, get } = await service();
  toy.held = [];
  const response = await rig.settled(send({ prefer: 'respond-async' }));
  expect(response.statusCode).toBe(202);
  const command = response.json<Body>();
  expect(command).toMatchObject({ state: 'sent', sentAt: expect.any(String) as unknown, endedAt: null });
  expect(command).not.toHaveProperty('outcome');
  expect(response.headers).toMatchObject({
    location: `/v1/commands/${String(command['id'])}`,
    'content-location': `/v1/commands/${String(command['id'])}`,
    'preference-applied': 'respond-async',
    vary: 'Prefer',
  });
  await rig.until(() => toy.executed.length === 1);
  toy.release();
  await rig.until(() => rig.ended.length === 1);
  expect((await get(String(response.headers.location))).json()).toMatchObject({ state: 'ended', outcome: 'succeeded' });
});

test('respond-async is promised only what is on record', async () => {
  const { toy, rig, send, store } = await service();
  toy.held = [];
  store.mode = 'hangs';
  let answered = false;
  const response = send({ prefer: 'respond-async' }).then((answer) => ((answered = true), answer));
  await rig.clock.advance(50);
  expect(answered).toBe(false);
  store.mend();
  expect((await rig.settled(response)).statusCode).toBe(202);
  toy.release();
  await rig.until(() => rig.ended.length === 1);
  store.fail();
  expect((await rig.settled(send({ prefer: 'respond-async' }))).json()).toMatchObject({ code: 'journal-unavailable' });
  expect(toy.executed).toEqual(['SET 5']);
});

test.each(['respond-async', 'wait=30'])(
  'an end that cannot be put on record is told with the command’s id (%s)',
  async (prefer) => {
    const { toy, rig, send, store } = await service();
    store.mode = 'hangs';
    const response = send({ prefer });
    await rig.clock.advance(50);
    store.break();
    const answer = await rig.settled(response);
    const commandId = String(answer.json<Body>()['commandId']);
    expect(answer.json()).toMatchObject({
      code: 'journal-unavailable',
      outcome: 'unknown',
      simulated: true,
      instance: `/v1/commands/${commandId}`,
    });
    expect(toy.executed).toEqual([]);
    expect(answer.headers).toMatchObject({ 'content-location': `/v1/commands/${commandId}` });
  },
);

test('wait=N bounds the wait; without a preference it is 30 s', async () => {
  const { rig, http } = await service();
  const valve = new Valve();
  const valveRig = createRig(valveDriver, { line: new MemoryLine((far) => valve.serve(far)) }, [
    { id: 'valve', connection: 'line' },
  ]);
  await valveRig.until(() => valveRig.device('valve').state === 'ready');
  const valves = await httpOver(valveRig);
  const flush = (prefer?: string) =>
    valves.inject({
      method: 'POST',
      url: '/v1/devices/valve/commands/flush',
      ...(prefer === undefined ? {} : { headers: { prefer } }),
    });
  const at = valveRig.clock.monotonic();
  const response = await valveRig.settled(flush('wait=2'));
  expect(valveRig.clock.monotonic() - at).toBeLessThanOrEqual(2050);
  expect(response.statusCode).toBe(202);
  expect(response.headers['preference-applied']).toBe('wait=2');
  // Its own time is over before 30 s are: the end is the answer.
  expect((await valveRig.settled(flush('wait=500'))).json()).toMatchObject({ status: 504 });
  // Done within its wait, it is answered as ever.
  const both = { method: 'POST', url: '/v1/devices/toy/commands/pulse', headers: { prefer: 'respond-async, wait=10' } };
  const done = await rig.settled(http.inject({ ...both, method: 'POST' }));
  expect(done.statusCode).toBe(200);
  expect(done.json()).toMatchObject({ outcome: 'succeeded' });
});

test('a property write waits and dry-runs like any command', async () => {
  const { toy, rig, send } = await service();
  const url = '/v1/devices/toy/properties/setpoint';
  const dry = await rig.settled(send({}, { value: 7 }, `${url}?dryRun=true`));
  expect(dry.json()).toMatchObject({ dryRun: true, command: 'write:setpoint', writes: [{ text: 'SET 7\n' }] });
  expect(toy.executed).toEqual([]);
  toy.held = [];
  expect((await rig.settled(send({ prefer: 'respond-async' }, { value: 7 }, url))).statusCode).toBe(202);
  toy.release();
  await rig.until(() => rig.ended.length === 1);
  expect(toy.executed).toEqual(['SET 7']);
});

test('a dry run tells the exact bytes, and what stands in the way; nothing is sent or recorded', async () => {
  const { toy, rig, send, store, line } = await service();
  const dry = (body: Body = { value: 5 }) => rig.settled(send({}, body, '/v1/devices/toy/commands/set?dryRun=true'));
  const response = await dry();
  expect(response.statusCode).toBe(200);
  expect(response.json()).toEqual({
    dryRun: true,
    device: 'toy',
    command: 'set',
    params: { value: 5 },
    allowed: true,
    obstacles: [],
    writes: [{ hex: '53455420350a', text: 'SET 5\n' }],
    complete: true,
    simulated: true,
    links: { device: '/v1/devices/toy' },
  });
  expect((await dry({ value: 500 })).json()).toMatchObject({ status: 400, errors: [{ pointer: '/value' }] });
  await rig.settled(rig.stops.stop('toy', { by: 'test' }));
  store.written.length = 0;
  expect((await dry()).json()).toMatchObject({ allowed: false, obstacles: [{ code: 'stopped' }] });
  await line.cut();
  line.down = true;
  await rig.clock.advance(50);
  expect((await dry()).json()).toMatchObject({
    allowed: false,
    obstacles: [{ code: 'stopped' }, { code: 'device-offline' }],
    writes: [],
    complete: false,
  });
  expect(toy.executed).toEqual(['STOP']);
  expect(store.written).toEqual([]);
});

test('Request-Timeout shortens a command’s time', async () => {
  const { toy, rig, send } = await service();
  toy.held = [];
  const at = rig.clock.monotonic();
  expect((await rig.settled(send({ 'request-timeout': '0.1' }))).json()).toMatchObject({
    code: 'device-timeout',
    outcome: 'unknown',
  });
  expect(rig.clock.monotonic() - at).toBeLessThanOrEqual(120);
});

test('a client that goes away withdraws what is queued; what was sent runs to its end', async () => {
  const { toy, rig, http } = await service();
  const url = await http.listen({ port: 0, host: '127.0.0.1' });
  toy.held = [];
  const abort = new AbortController();
  const options = { method: 'POST', signal: abort.signal };
  const both = [1, 2].map(() => fetch(`${url}/v1/devices/toy/commands/pulse`, options).catch(() => undefined));
  // The clock is virtual, the socket is not.
  await expect.poll(() => rig.device('toy').lane.waiting).toBe(1);
  await expect.poll(() => toy.executed).toEqual(['PULSE']);
  abort.abort();
  await Promise.all(both);
  await expect.poll(() => rig.ended).toMatchObject([{ outcome: 'not-sent', reason: 'cancelled' }]);
  toy.release();
  await expect.poll(() => rig.ended.map(({ outcome }) => outcome)).toEqual(['not-sent', 'succeeded']);
  await http.close();
});

test('a client that goes away before the service has started has its command withdrawn', async () => {
  const { toy, rig } = await service();
  const started = Promise.withResolvers<void>();
  const arrived = vi.fn();
  const opening = {
    known: Promise.resolve(),
    get started() {
      arrived();
      return started.promise;
    },
  };
  const http = await httpOver(rig, { opening });
  const url = await http.listen({ port: 0, host: '127.0.0.1' });
  // As curl -X POST sends it: without a body, and without a length of one.
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('POST /v1/devices/toy/wot/actions/pulse HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await expect.poll(() => arrived.mock.calls.length).toBe(1);
  socket.resetAndDestroy();
  await once(socket, 'close');
  await settle();
  started.resolve();
  await expect.poll(() => rig.ended).toMatchObject([{ outcome: 'not-sent', reason: 'cancelled' }]);
  expect(toy.executed).toEqual([]);
  await http.close();
});

test('an Idempotency-Key answers again, with the same command and a header that says so', async () => {
  const { toy, rig, send } = await service();
  const headers = { 'idempotency-key': '"k-1"' };
  const first = await rig.settled(send(headers));
  const again = await rig.settled(send(headers));
  expect(first.headers).not.toHaveProperty('idempotency-replayed');
  expect(again.headers).toMatchObject({ 'idempotency-replayed': 'true' });
  expect(again.statusCode).toBe(200);
  expect(again.json()).toEqual(first.json());
  expect((await rig.settled(send(headers, { value: 6 }))).json()).toMatchObject({ status: 422 });
  // A failure is repeated, too.
  const refused = await rig.settled(send({ 'idempotency-key': '"k-2"' }, { value: 99 }));
  const refusedAgain = await rig.settled(send({ 'idempotency-key': '"k-2"' }, { value: 99 }));
  expect(refusedAgain.statusCode).toBe(409);
  expect(refusedAgain.json()).toEqual(refused.json());
  expect(toy.executed).toEqual(['SET 5', 'SET 99']);
  toy.held = [];
  const flying = send({ ...headers, 'idempotency-key': '"k-3"' });
  await rig.until(() => toy.executed.length === 3);
  const second = await rig.settled(send({ 'idempotency-key': '"k-3"' }));
  expect(second.json()).toMatchObject({ status: 409, code: 'idempotency-in-flight', retryable: true });
  expect(second.headers['retry-after']).toBe('1');
  toy.release();
  await rig.settled(flying);
});

test('the history filters by who, what, when and how it ended', async () => {
  const { rig, send, get } = await service();
  await rig.settled(send({}, { value: 1 }));
  await rig.clock.advance(60_000);
  const between = new Date(rig.clock.now()).toISOString();
  await rig.clock.advance(60_000);
  await rig.settled(send({}, { value: 99 }));
  const outcomes = async (query: string): Promise<unknown[]> =>
    (await get(`/v1/commands?${query}`)).json<{ items: Body[] }>().items.map(({ outcome }) => outcome);
  expect(await outcomes('')).toEqual(['refused', 'succeeded']);
  expect(await outcomes(`from=${between}`)).toEqual(['refused']);
  expect(await outcomes(`to=${between}`)).toEqual(['succeeded']);
  expect(await outcomes('outcome=refused&device=toy&command=set&by=anonymous')).toEqual(['refused']);
  expect(await outcomes('by=nobody')).toEqual([]);
  expect((await get('/v1/commands?from=yesterday')).json()).toMatchObject({
    status: 400,
    errors: [{ pointer: '/from' }],
  });
});

test('cancelling what can be aborted answers 202 and the command’s end tells the rest', async () => {
  const valve = new Valve();
  const rig = createRig(valveDriver, { line: new MemoryLine((far) => valve.serve(far)) }, [
    { id: 'valve', connection: 'line' },
  ]);
  await rig.until(() => rig.device('valve').state === 'ready');
  const http = await httpOver(rig);
  const flush = await rig.settled(
    http.inject({ method: 'POST', url: '/v1/devices/valve/commands/flush', headers: { prefer: 'respond-async' } }),
  );
  const url = String(flush.headers.location);
  await rig.until(() => valve.executed.length === 1);
  expect((await rig.settled(http.inject({ method: 'DELETE', url }))).statusCode).toBe(202);
  await rig.until(() => rig.ended.length === 1);
  expect((await rig.settled(http.inject({ method: 'GET', url }))).json()).toMatchObject({
    outcome: 'failed',
    error: { code: 'cancelled' },
  });
  expect((await rig.settled(http.inject({ method: 'DELETE', url }))).json()).toMatchObject({ code: 'already-sent' });
});

test('a command whose turn has come is not said to have left while that is not known', async () => {
  const { rig, http, send, store, toy } = await service();
  store.mode = 'hangs';
  void send();
  await rig.until(() => rig.pipeline.open.length === 1);
  const [command] = rig.pipeline.open;
  const answer = await rig.settled(http.inject({ method: 'DELETE', url: `/v1/commands/${command?.id}` }));
  const detail = 'the command has left, or is about to; it cannot be withdrawn any more';
  expect([answer.statusCode, answer.json()]).toMatchObject([409, { code: 'already-sent', detail }]);
  expect(toy.executed).toEqual([]);
  store.mend();
  await rig.until(() => rig.ended.length === 1);
});

test('/health/ready is red while nothing can be put on record, and says why', async () => {
  const { get, store, rig } = await service();
  expect((await get('/health/ready')).json()).toMatchObject({ status: 'ok', journal: { status: 'ok' } });
  store.fail();
  const red = await get('/health/ready');
  expect(red.statusCode).toBe(503);
  expect(red.json()).toMatchObject({
    status: 'unavailable',
    journal: { status: 'unavailable', detail: 'the disk is full' },
  });
  expect((await get('/health/live')).statusCode).toBe(200);
  expect((await get('/v1/devices/toy/properties/value')).statusCode).toBe(200);
  store.mend();
  expect((await get('/health/ready')).json()).toMatchObject({ status: 'ok', index: { status: 'ok' } });
  store.indexTrouble = 'index.db is a directory';
  const green = await get('/health/ready');
  expect(green.statusCode).toBe(200);
  expect(green.json()).toMatchObject({
    status: 'ok',
    index: { status: 'unavailable', detail: 'index.db is a directory' },
  });
  await rig.clock.advance(0);
});
