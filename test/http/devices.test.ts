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
