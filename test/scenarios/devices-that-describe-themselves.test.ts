import { expect, test } from 'vitest';
import type { Model } from '../../src/driver/spec.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { about, chirpDriver } from '../support/chirp.ts';
import { HubLine } from '../support/hub-line.ts';
import { httpOver } from '../support/http.ts';
import { createRig, type RigDevice } from '../support/rig.ts';

const lamp: RigDevice = { id: 'lamp', connection: 'broker', options: { name: 'lamp' } };

async function service({ line = new HubLine(), store = new MemoryStore(100), devices = [lamp] } = {}) {
  const rig = createRig(chirpDriver(), { broker: line }, devices, { store });
  await rig.control.restore();
  const http = await httpOver(rig);
  const call = async (method: 'GET' | 'POST', url: string, body?: unknown) => {
    const headers = { 'content-type': 'application/json' };
    const sent = body === undefined ? { method, url } : { method, url, headers, payload: JSON.stringify(body) };
    return (await rig.settled(http.inject(sent))).json<Record<string, unknown>>();
  };
  return { line, rig, call, store };
}

test('what has never described itself is offline, not without commands', async () => {
  const { rig, line, call } = await service();
  await rig.until(() => rig.device('lamp').detail === 'not announced on this broker');
  const undescribed = {
    status: 503,
    code: 'device-offline',
    outcome: 'not-sent',
    detail: 'device lamp has not described itself yet: not announced on this broker; nothing was sent',
  };
  expect(await call('POST', '/v1/devices/lamp/commands/nudge', { by: 1 })).toMatchObject(undescribed);
  expect(await call('GET', '/v1/devices/lamp/properties/level')).toMatchObject(undescribed);
  about(line, 'lamp', { serial: 'S1' });
  await rig.until(() => rig.device('lamp').state === 'ready');
  expect(await call('POST', '/v1/devices/lamp/commands/nudge', { by: 1 })).toMatchObject({ outcome: 'succeeded' });
  expect(await call('POST', '/v1/devices/lamp/commands/fly', {})).toMatchObject({ code: 'command-not-found' });
  about(line, 'lamp', undefined);
  await rig.until(() => rig.device('lamp').state === 'offline');
  expect(await call('POST', '/v1/devices/lamp/commands/fly', {})).toMatchObject({ code: 'command-not-found' });
  expect(await call('POST', '/v1/devices/lamp/commands/nudge', { by: 1 })).toMatchObject({ code: 'device-offline' });
});

test('a device keeps its id when it describes itself anew', async () => {
  const { rig, line, call } = await service();
  about(line, 'lamp', { serial: 'S1', most: 10 });
  await rig.until(() => rig.device('lamp').state === 'ready');
  expect(await call('POST', '/v1/devices/lamp/commands/nudge', { by: 11 })).toMatchObject({ status: 400 });
  about(line, 'lamp', { serial: 'S1', make: 'loud', most: 20 });
  await rig.until(() => rig.device('lamp').model.name === 'chirp-loud');
  expect(await call('POST', '/v1/devices/lamp/commands/nudge', { by: 11 })).toMatchObject({ outcome: 'succeeded' });
});

test('a limit that what it describes has not is told, and nothing is sent until it fits', async () => {
  const { rig, line, call } = await service({ devices: [] });
  const limits = { nudge: { by: { maximum: 5 } } };
  await call('POST', '/v1/devices', { ...lamp, driver: 'chirp', limits });
  about(line, 'lamp', { serial: 'S1', most: 3 });
  const misfit = 'what the device says it can do does not fit its configuration: limits.nudge.by.maximum';
  await rig.until(() => rig.device('lamp').detail?.startsWith(misfit) === true);
  for (let told = 0; told < 3; told++) about(line, 'lamp', { serial: 'S1', most: 3 });
  await rig.clock.advance(100);
  expect(await call('POST', '/v1/devices/lamp/commands/nudge', { by: 1 })).toMatchObject({ code: 'device-offline' });
  expect(rig.logged.filter((line) => line === 'the new model of the device is not taken').length).toBeLessThan(2);
  about(line, 'lamp', { serial: 'S1', most: 10 });
  await rig.until(() => rig.device('lamp').state === 'ready', 60_000);
  expect(await call('POST', '/v1/devices/lamp/commands/nudge', { by: 6 })).toMatchObject({ status: 400 });
  about(line, 'lamp', { serial: 'S1', most: 3 });
  await rig.until(() => rig.device('lamp').state === 'offline');
  expect(rig.device('lamp').detail).toContain(misfit);
  about(line, 'lamp', { serial: 'S1', most: 10 });
  await rig.until(() => rig.device('lamp').state === 'ready');
});

test('after a restart its routes are there before it is, and what nobody is any more is forgotten', async () => {
  const store = new MemoryStore(100);
  const first = await service({ store, devices: [lamp, { ...lamp, id: 'hall', options: { name: 'hall' } }] });
  for (const name of ['lamp', 'hall']) about(first.line, name, { serial: name, make: name });
  await first.rig.until(() => first.rig.registry.devices.every(({ state }) => state === 'ready'));
  await first.rig.clock.advance(2000);
  expect(store.facts.entries('model:')).toHaveLength(2);
  const line = new HubLine();
  line.down = true;
  const { call, rig } = await service({ store, line });
  expect(await call('GET', '/v1/devices/lamp')).toMatchObject({ model: 'chirp-lamp', state: 'offline' });
  expect(await call('POST', '/v1/devices/lamp/commands/nudge', { by: 1 })).toMatchObject({
    status: 503,
    code: 'device-offline',
  });
  const { paths } = (await call('GET', '/openapi.json')) as { paths: object };
  expect(Object.keys(paths)).toContain('/v1/devices/lamp/commands/nudge');
  expect(store.facts.entries('model:')).toHaveLength(1);
  expect(store.facts.entries('device-model:').map(([key]) => key)).toEqual(['device-model:lamp']);
  // The broker is back, and the device not yet: what is known of it stays known.
  line.down = false;
  await rig.until(() => rig.device('lamp').detail === 'not announced on this broker');
  expect(rig.device('lamp').model.name).toBe('chirp-lamp');
});

test('devices of one model are one fact, and one schema for each that differs', async () => {
  const ids = ['a', 'b', 'c', 'd'];
  const { rig, line, call, store } = await service({
    devices: ids.map((id) => ({ ...lamp, id, options: { name: id } })),
  });
  for (const [index, id] of ids.entries()) about(line, id, { serial: id, most: index < 2 ? 10 : 20 });
  await rig.until(() => rig.registry.devices.every(({ state }) => state === 'ready'));
  await rig.clock.advance(2000);
  expect(store.facts.entries('model:')).toHaveLength(2);
  expect(rig.device('a').model).toBe(rig.device('b').model);
  const { components, paths } = (await call('GET', '/openapi.json')) as {
    components: { schemas: Record<string, { properties: { by: { maximum: number } } }> };
    paths: Record<string, { post: { requestBody: { content: Record<string, { schema: { $ref: string } }> } } }>;
  };
  const most = (id: string): [string, number | undefined] => {
    const name = paths[`/v1/devices/${id}/commands/nudge`]?.post.requestBody.content['application/json']?.schema.$ref;
    const key = name?.replace('#/components/schemas/', '') ?? '';
    return [key, components.schemas[key]?.properties.by.maximum];
  };
  expect(ids.map(most)).toEqual([
    ['chirp-plain.nudge.params', 10],
    ['chirp-plain.nudge.params', 10],
    ['c.chirp-plain.nudge.params', 20],
    ['c.chirp-plain.nudge.params', 20],
  ]);
});

test('what only tells costs no timer, and is polled as soon as it has something to be asked for', async () => {
  const polled: Model['properties'] = {
    level: { summary: 'Its level', schema: {}, access: 'read', source: { pollMs: 1000 } },
  };
  let remodel: ((properties: Model['properties']) => void) | undefined;
  let reads = 0;
  const driver = chirpDriver('teller', {
    attach: (_connection, _options, context) => {
      const model = { name: 'told', summary: 'Told', commands: {}, properties: {}, events: {} };
      remodel = (properties) => context.remodel({ ...model, properties });
      return Promise.resolve({ commands: {}, model, read: { level: () => Promise.resolve(++reads) } });
    },
  });
  const rig = createRig(driver, { broker: new HubLine() }, [lamp]);
  await rig.until(() => rig.device('lamp').state === 'ready');
  await rig.clock.advance(2000);
  expect(rig.clock.pendingTimers).toBe(0);
  remodel?.(polled);
  await rig.clock.advance(3500);
  expect(reads).toBe(4);
  remodel?.({});
  await rig.clock.advance(3500);
  expect(reads).toBe(4);
  expect(rig.clock.pendingTimers).toBe(0);
});

test('a new description alone takes a device away, and the next one brings it back', async () => {
  let tell: ((most: number) => void) | undefined;
  const driver = chirpDriver('teller', {
    attach: (_connection, _options, context) => {
      const modelOf = (maximum: number): Model => ({
        name: 'told',
        summary: 'Told',
        commands: {},
        events: {},
        properties: {
          level: {
            summary: 'Its level',
            access: 'write',
            schema: { type: 'number', maximum },
            write: { effect: 'idempotent', confirmation: 'sent', timeoutMs: 1000 },
          },
        },
      });
      tell = (most) => context.remodel(modelOf(most));
      return Promise.resolve({ commands: {}, model: modelOf(10), write: { level: () => Promise.resolve() } });
    },
  });
  const rig = createRig(driver, { broker: new HubLine() }, []);
  const restrictions = { limits: { 'write:level': { maximum: 5 } } };
  const common = { labels: {}, enabled: true, managedBy: 'api' } as const;
  rig.registry.add({ ...common, ...lamp, options: { name: 'lamp' }, driver: 'teller', restrictions });
  await rig.until(() => rig.device('lamp').state === 'ready');
  tell?.(3);
  await rig.until(() => rig.device('lamp').state === 'offline');
  expect(rig.device('lamp').detail).toContain('limits.write:level.maximum');
  tell?.(3);
  expect(rig.logged.filter((line) => line === 'the new model of the device is not taken')).toHaveLength(1);
  tell?.(8);
  await rig.until(() => rig.device('lamp').state === 'ready');
});
