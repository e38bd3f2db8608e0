import { expect, test } from 'vitest';
import { createRig, MemoryLine } from '../support/rig.ts';
import { httpOver } from '../support/http.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

async function service() {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(toyDriver(), { line }, []);
  rig.registry.add({
    id: 'fixed',
    driver: 'toy',
    connection: 'line',
    options: {},
    labels: { room: 'lab', rack: '2' },
    restrictions: {},
    enabled: false,
    managedBy: 'config',
  });
  const http = await httpOver(rig);
  const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: unknown) =>
    rig.settled(
      http.inject({
        method,
        url,
        ...(body === undefined
          ? {}
          : { payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      }),
    );
  return { toy, line, rig, call };
}

const added = { id: 'toy', driver: 'toy', connection: 'line', labels: { room: 'hall' } };

test('a device is added at run time, works, is disabled, enabled and removed', async () => {
  const { rig, line, call } = await service();
  const created = await call('POST', '/v1/devices', added);
  expect(created.statusCode).toBe(201);
  expect(created.headers.location).toBe('/v1/devices/toy');
  await rig.until(() => rig.device('toy').state === 'ready');
  expect((await call('GET', '/v1/devices/toy')).json()).toMatchObject({
    id: 'toy',
    driver: 'toy',
    model: 'toy',
    connection: 'line',
    labels: { room: 'hall' },
    state: 'ready',
    simulated: true,
    managedBy: 'api',
    commands: { set: { effect: 'idempotent' } },
    links: { self: '/v1/devices/toy' },
  });
  expect((await call('POST', '/v1/devices/toy/commands/set', { value: 1 })).json()).toMatchObject({
    outcome: 'succeeded',
  });
  expect((await call('PATCH', '/v1/devices/toy', { enabled: false })).json()).toMatchObject({
    state: 'disabled',
    labels: { room: 'hall' },
  });
  expect(line.near?.isOpen).toBe(false);
  expect((await call('POST', '/v1/devices/toy/commands/set', { value: 1 })).json()).toMatchObject({
    status: 423,
    code: 'disabled',
  });
  await call('PATCH', '/v1/devices/toy', { enabled: true, labels: {} });
  await rig.until(() => rig.device('toy').state === 'ready');
  expect((await call('DELETE', '/v1/devices/toy')).statusCode).toBe(204);
  expect((await call('GET', '/v1/devices/toy')).statusCode).toBe(404);
  expect(line.near?.isOpen).toBe(false);
});

test.each([
  [{ ...added, id: 'Toy!' }, 400, '/id'],
  [{ ...added, driver: 'none' }, 400, '/driver'],
  [{ ...added, connection: 'none' }, 400, '/connection'],
  [{ ...added, connection: undefined }, 400, '/connection'],
  [{ ...added, options: { speed: 1 } }, 400, '/options/speed'],
  [{ ...added, limits: { set: { value: { maximum: 1000 } } } }, 400, '/limits/set/value/maximum'],
  [{ ...added, limits: { set: { value: 5 } } }, 400, '/limits/set/value'],
  [{ ...added, limits: { 'se/t~': { value: { maximum: 1 } } } }, 400, '/limits/se~1t~0'],
  [{ ...added, deny: ['fly'] }, 400, '/deny/0'],
  [{ ...added, extra: 1 }, 400, '/extra'],
  [{ ...added, labels: { 'a b': 'x' } }, 400, '/labels/a b'],
])('a device that is not valid is refused whole: %j', async (body, status, pointer) => {
  const { rig, call } = await service();
  const response = await call('POST', '/v1/devices', body);
  expect(response.statusCode).toBe(status);
  const { errors } = response.json<{ errors: { pointer: string }[] }>();
  expect(errors.map((error) => error.pointer)).toContain(pointer);
  expect(rig.registry.devices.map(({ id }) => id)).toEqual(['fixed']);
});

test('a device of the configuration is changed there, and an id is given once', async () => {
  const { call } = await service();
  expect((await call('PATCH', '/v1/devices/fixed', { labels: {} })).json()).toMatchObject({
    status: 409,
    code: 'managed-by-config',
  });
  expect((await call('DELETE', '/v1/devices/fixed')).json()).toMatchObject({ status: 409, code: 'managed-by-config' });
  expect((await call('POST', '/v1/devices', { ...added, id: 'fixed' })).json()).toMatchObject({
    status: 409,
    code: 'device-exists',
  });
});

test('one piece of hardware is one device: a second one cannot get round its limits or its latch', async () => {
  const { rig, call } = await service();
  await call('POST', '/v1/devices', { ...added, limits: { set: { value: { maximum: 5 } } } });
  const twin = await call('POST', '/v1/devices', { ...added, id: 'twin' });
  expect(twin.json()).toMatchObject({ status: 409, code: 'connection-taken', errors: [{ pointer: '/connection' }] });
  expect((await call('POST', '/v1/devices', { ...added, id: 'unit-b', options: { unit: 'b' } })).statusCode).toBe(201);
  await rig.until(() => rig.device('toy').state === 'ready');
  await call('POST', '/v1/devices/toy/stop');
  expect((await call('DELETE', '/v1/devices/toy')).json()).toMatchObject({ status: 423, code: 'stopped' });
  await call('DELETE', '/v1/devices/toy/stop');
  expect((await call('DELETE', '/v1/devices/toy')).statusCode).toBe(204);
});

test('what is added while everything is stopped starts stopped', async () => {
  const { rig, toy, call } = await service();
  await call('POST', '/v1/stop');
  await call('POST', '/v1/devices', added);
  await rig.until(() => rig.device('toy').state === 'ready');
  expect(toy.executed).toEqual(['STOP']);
  expect((await call('POST', '/v1/devices/toy/commands/set', { value: 1 })).json()).toMatchObject({ code: 'stopped' });
  await call('DELETE', '/v1/stop');
  expect((await call('POST', '/v1/devices/toy/commands/set', { value: 1 })).statusCode).toBe(200);
});

test('labels change in place: nothing that is under way is disturbed', async () => {
  const { rig, toy, line, call } = await service();
  await call('POST', '/v1/devices', added);
  await rig.until(() => rig.device('toy').state === 'ready');
  toy.held = [];
  const flying = rig.submit('toy', 'pulse');
  const queued = rig.submit('toy', 'set', { value: 1 });
  await rig.until(() => toy.executed.length === 1);
  expect((await call('PATCH', '/v1/devices/toy', { labels: { note: 'x' } })).json()).toMatchObject({
    state: 'ready',
    labels: { note: 'x' },
  });
  toy.release();
  expect(await rig.settled(flying)).toMatchObject({ outcome: 'succeeded' });
  expect(await rig.settled(queued)).toMatchObject({ outcome: 'succeeded' });
  expect(line.opens).toBe(1);
});

test('a device that is removed lets what is under way end, and what is queued is not-sent', async () => {
  const { rig, toy, call } = await service();
  await call('POST', '/v1/devices', added);
  await rig.until(() => rig.device('toy').state === 'ready');
  toy.held = [];
  const flying = rig.submit('toy', 'pulse');
  const queued = rig.submit('toy', 'set', { value: 1 });
  await rig.until(() => toy.executed.length === 1);
  const removed = call('DELETE', '/v1/devices/toy');
  expect(await rig.settled(queued, 20)).toMatchObject({ outcome: 'not-sent', error: { code: 'device-offline' } });
  toy.release();
  expect(await rig.settled(flying)).toMatchObject({ outcome: 'succeeded' });
  expect((await removed).statusCode).toBe(204);
});

test('what is still under way when its removed device’s grace is over is unknown, and said to be', async () => {
  const { rig, toy, call } = await service();
  await call('POST', '/v1/devices', added);
  await rig.until(() => rig.device('toy').state === 'ready');
  toy.held = [];
  const flying = rig.submit('toy', 'stubborn');
  await rig.until(() => toy.executed.length === 1);
  await call('DELETE', '/v1/devices/toy');
  const record = await rig.settled(flying);
  expect(record.outcome).toBe('unknown');
  expect(record.error?.detail).not.toContain('nothing was sent');
});

test('a change that races a removal leaves no device behind', async () => {
  const { rig, line, call } = await service();
  await call('POST', '/v1/devices', added);
  await rig.until(() => rig.device('toy').state === 'ready');
  const answers = await Promise.all([
    call('PATCH', '/v1/devices/toy', { enabled: false }),
    call('DELETE', '/v1/devices/toy'),
  ]);
  expect(answers[1].statusCode).toBe(204);
  await call('POST', '/v1/devices', added);
  await rig.until(() => rig.device('toy').state === 'ready');
  const race = [
    call('PATCH', '/v1/devices/toy', { enabled: false }),
    call('PATCH', '/v1/devices/toy', { enabled: true }),
    call('DELETE', '/v1/devices/toy'),
  ];
  await Promise.all(race);
  await rig.clock.advance(5000);
  expect(rig.registry.find('toy')).toBeUndefined();
  expect(line.near?.isOpen).toBe(false);
});

test('the list is filtered and paged', async () => {
  const { call } = await service();
  for (const id of ['c', 'a', 'b']) await call('POST', '/v1/devices', { ...added, id, enabled: false });
  const ids = async (query: string) =>
    (await call('GET', `/v1/devices${query}`)).json<{ items: { id: string }[] }>().items.map(({ id }) => id);
  expect(await ids('')).toEqual(['a', 'b', 'c', 'fixed']);
  expect(await ids('?label=room=lab')).toEqual(['fixed']);
  expect(await ids('?label=rack')).toEqual(['fixed']);
  expect(await ids('?label=constructor')).toEqual([]);
  expect(await ids('?model=other')).toEqual([]);
  expect(await ids('?state=ready')).toEqual([]);
  expect((await call('GET', '/v1/devices?state=readyy')).json()).toMatchObject({ errors: [{ pointer: '/state' }] });
  const page = (await call('GET', '/v1/devices?limit=3')).json<{ next: string }>();
  expect(await ids(`?limit=3&cursor=${page.next}`)).toEqual(['fixed']);
  expect((await call('GET', '/v1/devices?limit=0')).statusCode).toBe(400);
  expect((await call('GET', '/v1/devices?page=2')).json()).toMatchObject({ errors: [{ pointer: '/page' }] });
});

test('a stopped device stays stopped through disable and enable', async () => {
  const { rig, call } = await service();
  await call('POST', '/v1/devices', added);
  await rig.until(() => rig.device('toy').state === 'ready');
  await call('POST', '/v1/devices/toy/stop');
  await call('PATCH', '/v1/devices/toy', { enabled: false });
  await call('PATCH', '/v1/devices/toy', { enabled: true });
  await rig.until(() => rig.device('toy').state === 'ready');
  expect((await call('POST', '/v1/devices/toy/commands/set', { value: 1 })).json()).toMatchObject({ code: 'stopped' });
});

test('models list what can be attached', async () => {
  const { call } = await service();
  expect((await call('GET', '/v1/models')).json()).toMatchObject({
    items: [{ name: 'toy', transports: ['serial', 'tcp'] }],
  });
  expect((await call('GET', '/v1/models/toy')).json()).toMatchObject({ name: 'toy', stop: { summary: 'Off' } });
  expect((await call('GET', '/v1/models/other')).statusCode).toBe(404);
  expect((await call('GET', '/health/live')).json()).toMatchObject({ status: 'ok' });
  expect((await call('GET', '/health/ready')).json()).toMatchObject({ status: 'ok', devices: { disabled: 1 } });
});
