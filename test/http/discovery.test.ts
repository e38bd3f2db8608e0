import { expect, test } from 'vitest';
import type { DiscoverySettings } from '../../src/discovery/settings.ts';
import { about, chirpDriver } from '../support/chirp.ts';
import { HubLine } from '../support/hub-line.ts';
import { httpOver } from '../support/http.ts';
import { createRig, type RigSettings } from '../support/rig.ts';

const listen: DiscoverySettings = { options: {}, autoAdopt: [] };

interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly device: string | null;
  readonly state: string;
}

async function service(settings: Partial<RigSettings> = {}, line = new HubLine()) {
  const drivers = [chirpDriver(), chirpDriver('cheep')];
  const rig = createRig(drivers, { broker: line }, [], {
    discovery: { broker: { ...listen, dialects: ['chirp'] } },
    ...settings,
  });
  rig.discovery.start();
  await rig.control.restore();
  rig.discovery.begin();
  const http = await httpOver(rig);
  const call = (method: 'GET' | 'POST' | 'DELETE' | 'PATCH', url: string, body?: unknown) =>
    rig.settled(
      http.inject({
        method,
        url,
        ...(body === undefined
          ? {}
          : { payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      }),
    );
  const candidates = async (query = ''): Promise<readonly Candidate[]> =>
    (await call('GET', `/v1/discovery${query}`)).json<{ items: Candidate[] }>().items;
  const candidate = async (name: string): Promise<Candidate> => {
    const found = (await candidates()).find((each) => each.name === name);
    if (found === undefined) throw new Error(`${name} is no candidate`);
    return found;
  };
  await rig.until(() => line.near !== undefined);
  return { line, rig, http, call, candidates, candidate };
}

test('what a broker announces is a candidate, becomes a device on demand, and works', async () => {
  const { line, rig, call, candidates, candidate } = await service();
  about(line, 'Küche', { serial: 'S1', make: 'loud', most: 10 });
  about(line, 'hall', { serial: 'S2' });
  await rig.clock.advance(10);
  const kitchen = await candidate('Küche');
  expect(kitchen).toMatchObject({
    connection: 'broker',
    dialect: 'chirp',
    identity: 'S1',
    manufacturer: 'Chirp Works',
    model: 'loud',
    version: null,
    options: { prefix: 'chirp', name: 'Küche' },
    state: 'announced',
    unsupported: null,
    device: null,
    simulated: true,
    adopt: { candidate: kitchen.id },
    links: { self: `/v1/discovery/${kitchen.id}` },
  });
  const created = await call('POST', '/v1/devices', { candidate: kitchen.id, labels: { room: 'kitchen' } });
  expect(created.statusCode).toBe(201);
  expect(created.headers.location).toBe('/v1/devices/kuche');
  await rig.until(() => rig.device('kuche').state === 'ready');
  expect((await call('GET', '/v1/devices/kuche')).json()).toMatchObject({
    driver: 'chirp',
    model: 'chirp-loud',
    managedBy: 'api',
    labels: { room: 'kitchen' },
    adopted: { candidate: kitchen.id, auto: false },
    properties: { level: {} },
  });
  expect((await call('POST', '/v1/devices/kuche/commands/nudge', { by: 11 })).json()).toMatchObject({
    errors: [{ pointer: '/by' }],
  });
  expect((await call('POST', '/v1/devices/kuche/commands/nudge', { by: 10 })).json()).toMatchObject({
    outcome: 'succeeded',
  });
  expect(await candidate('Küche')).toMatchObject({
    device: 'kuche',
    adopt: null,
    links: { device: '/v1/devices/kuche' },
  });
  expect((await candidates('?adopted=true')).map(({ name }) => name)).toEqual(['Küche']);
  expect((await candidates('?adopted=false')).map(({ name }) => name)).toEqual(['hall']);
  expect(rig.discoveryEvents.map(({ kind, candidate: { name } }) => `${kind} ${name}`)).toEqual([
    'found Küche',
    'found hall',
    'adopted Küche',
  ]);
});

test('a candidate is asked for alone, once, and with nothing that it knows itself', async () => {
  const { line, rig, call, candidate } = await service();
  about(line, 'lamp', { serial: 'S1' });
  about(line, 'odd', { serial: 'S2', unsupported: 'it speaks in riddles' });
  await rig.clock.advance(10);
  const { id } = await candidate('lamp');
  expect((await call('POST', '/v1/devices', { candidate: id, driver: 'chirp', connection: 'b' })).json()).toMatchObject(
    {
      status: 400,
      errors: [{ pointer: '/driver' }, { pointer: '/connection' }],
    },
  );
  expect((await call('POST', '/v1/devices', { candidate: id, options: { name: 'other' } })).json()).toMatchObject({
    status: 400,
    errors: [{ pointer: '/options/name', detail: 'is what the candidate knows; remove it' }],
  });
  expect((await call('POST', '/v1/devices', { candidate: id, options: { colour: 1 } })).json()).toMatchObject({
    status: 400,
    errors: [{ pointer: '/options/colour' }],
  });
  expect((await call('POST', '/v1/devices', { labels: {} })).json()).toMatchObject({
    status: 400,
    errors: [{ pointer: '/id' }, { pointer: '/driver' }],
  });
  expect((await call('POST', '/v1/devices', { candidate: '0000000000000000' })).json()).toMatchObject({
    status: 404,
    code: 'candidate-not-found',
  });
  expect((await call('GET', '/v1/discovery/0000000000000000')).json()).toMatchObject({ code: 'candidate-not-found' });
  const odd = await candidate('odd');
  expect(odd).toMatchObject({ unsupported: 'it speaks in riddles', adopt: null });
  expect((await call('POST', '/v1/devices', { candidate: odd.id })).json()).toMatchObject({
    status: 422,
    code: 'candidate-unsupported',
    detail: 'odd cannot be attached: it speaks in riddles',
  });
  expect((await call('POST', '/v1/devices', { candidate: id, id: 'mine' })).statusCode).toBe(201);
  expect((await call('POST', '/v1/devices', { candidate: id })).json()).toMatchObject({
    status: 409,
    code: 'connection-taken',
    detail: 'lamp is device mine already',
  });
});

test('a device that is there already is an adopted candidate, whoever added it', async () => {
  const { line, rig, call, candidate } = await service();
  await call('POST', '/v1/devices', { id: 'mine', driver: 'chirp', connection: 'broker', options: { name: 'lamp' } });
  about(line, 'lamp', { serial: 'S1' });
  await rig.clock.advance(10);
  expect(await candidate('lamp')).toMatchObject({ device: 'mine' });
  await call('DELETE', '/v1/devices/mine');
  expect(await candidate('lamp')).toMatchObject({ device: null, dismissed: true });
});

test('equal names become different ids', async () => {
  const { line, rig, call, candidates } = await service({
    discovery: { broker: { ...listen, dialects: ['chirp'], autoAdopt: [{ match: {}, idPrefix: 'hub-' }] } },
  });
  for (const name of ['lamp', 'Lamp', 'LAMP', 'lámp']) about(line, name, { serial: name });
  await rig.until(() => rig.registry.devices.length === 4);
  expect(rig.registry.devices.map(({ id }) => id)).toEqual(['hub-lamp', 'hub-lamp-2', 'hub-lamp-3', 'hub-lamp-4']);
  expect((await candidates('?adopted=true&limit=3')).length).toBe(3);
  expect((await call('GET', '/v1/devices/hub-lamp')).json()).toMatchObject({ adopted: { auto: true } });
});

test('candidates outlive the connection, stale until they are announced again, and keep their ids', async () => {
  const { line, rig, candidate, candidates } = await service();
  about(line, 'lamp', { serial: 'S1' });
  about(line, 'hall', { serial: 'S2' });
  await rig.clock.advance(10);
  const { id } = await candidate('lamp');
  line.down = true;
  line.lose();
  await rig.clock.advance(10);
  expect((await candidates()).map(({ state }) => state)).toEqual(['stale', 'stale']);
  about(line, 'hall', undefined);
  line.down = false;
  await rig.until(() => line.opens === 2);
  await rig.clock.advance(10);
  expect(await candidate('lamp')).toMatchObject({ id, state: 'announced' });
  expect(await candidate('hall')).toMatchObject({ state: 'stale' });
  about(line, 'lamp', undefined);
  await rig.clock.advance(10);
  expect(await candidate('lamp')).toMatchObject({ id, state: 'gone' });
  expect((await candidates('?state=gone')).map(({ name }) => name)).toEqual(['lamp']);
  expect(await candidates('?state=announced')).toEqual([]);
});

test('the list is paged, filtered, and strict', async () => {
  const { line, rig, call, candidates } = await service({
    discovery: { broker: { options: { cheep: { prefix: 'cheep' } }, autoAdopt: [] } },
  });
  for (const name of ['a', 'b', 'c']) about(line, name, { serial: name });
  about(line, 'd', { serial: 'd' }, 'cheep');
  await rig.clock.advance(10);
  const all = (await candidates()).map(({ id }) => id);
  expect(all).toHaveLength(4);
  expect(all).toEqual(all.toSorted());
  const page = (await call('GET', '/v1/discovery?limit=3')).json<{ items: Candidate[]; next: string }>();
  expect((await candidates(`?limit=3&cursor=${page.next}`)).map(({ id }) => id)).toEqual(all.slice(3));
  expect((await candidates('?dialect=cheep')).map(({ name }) => name)).toEqual(['d']);
  expect(await candidates('?connection=other')).toEqual([]);
  expect((await call('GET', '/v1/discovery?colour=red')).statusCode).toBe(400);
  expect((await call('GET', '/v1/discovery?state=odd')).statusCode).toBe(400);
});
