import { describe, expect, test } from 'vitest';
import { rooms } from '../support/access.ts';
import { about, chirpDriver } from '../support/chirp.ts';
import { HubLine } from '../support/hub-line.ts';
import { byName, callerOf } from '../support/access.ts';
import { httpOver, openAccess } from '../support/http.ts';
import { createRig } from '../support/rig.ts';
import { simulatedToys } from '../support/simulated-toys.ts';

const lab = ['read', 'command', 'stop', 'configure', 'admin'].map((action) => `${action}:label/room=lab`);
const scopes = {
  lab,
  reader: ['read:label/room=lab'],
  sender: ['command:lamp-1:set'],
  stopper: ['stop:oven-*'],
  ghost: ['read:ghost', 'command:ghost', 'stop:ghost'],
  everybody: ['read'],
};

interface Page {
  readonly items: readonly { readonly id: string; readonly device: string }[];
  readonly next?: string;
}

type Rooms = Awaited<ReturnType<typeof rooms>>;

/** Every page of a list, and what each of them had. */
async function pages({ as }: Rooms, name: string, path: string): Promise<readonly (readonly string[])[]> {
  const found: string[][] = [];
  let cursor = '';
  for (let page = 0; page < 50; page++) {
    const { items, next } = (await as(name, 'GET', `${path}${cursor}`)).json<Page>();
    found.push(items.map(({ id, device }) => device ?? id));
    if (next === undefined) return found;
    cursor = `&cursor=${next}`;
  }
  throw new Error('it never ends');
}

describe('devices', () => {
  test('are left out before pages are cut', async () => {
    const its = await rooms(scopes);
    expect(await pages(its, 'reader', '/v1/devices?limit=2')).toEqual([['bus-1', 'lamp-1'], ['lamp-2']]);
    expect(await pages(its, 'everybody', '/v1/devices?limit=500')).toEqual([
      ['bus-1', 'bus-2', 'lamp-1', 'lamp-2', 'oven-1'],
    ]);
    expect(await pages(its, 'ghost', '/v1/devices?limit=2')).toEqual([[]]);
    expect(await pages(its, 'reader', '/v1/devices?label=room=hall')).toEqual([[]]);
  });

  test('what is there and what is not are refused alike, to the last header', async () => {
    const { as } = await rooms(scopes);
    const there = await as('reader', 'GET', '/v1/devices/oven-1');
    const nowhere = await as('reader', 'GET', '/v1/devices/oven-2');
    expect(there.statusCode).toBe(403);
    const { date: _, ...headers } = there.headers;
    const { date: __, ...others } = nowhere.headers;
    expect(headers).toEqual(others);
    expect(there.body.replaceAll('oven-1', 'oven-2')).toBe(nowhere.body);
    expect(there.json()).toMatchObject({ detail: 'reader lacks the scope read:oven-1' });
  });

  test('are added, and labelled, only within one’s own', async () => {
    const { as, rig } = await rooms(scopes);
    const device = { id: 'new', driver: 'toy', connection: 'spare', enabled: false };
    const { revision } = rig.registry;
    for (const labels of [undefined, {}, { room: 'hall' }]) {
      const { statusCode, body } = await as('lab', 'POST', '/v1/devices', { ...device, labels });
      expect([statusCode, body]).toEqual([403, expect.stringContaining('lab lacks the scope configure:new')]);
    }
    expect(rig.registry.revision).toBe(revision);
    expect((await as('lab', 'POST', '/v1/devices', { ...device, labels: { room: 'lab' } })).statusCode).toBe(201);
    expect((await as('lab', 'PATCH', '/v1/devices/new', { labels: { room: 'hall' } })).statusCode).toBe(403);
    expect((await as('lab', 'PATCH', '/v1/devices/new', { labels: { room: 'lab', x: 'y' } })).statusCode).toBe(200);
    expect(rig.device('new').labels).toEqual({ room: 'lab', x: 'y' });
  });

  test('that have a place already are not named to who may not read them', async () => {
    const { as } = await rooms(scopes);
    const device = { id: 'new', driver: 'toy', connection: 'oven-1-line', labels: { room: 'lab' } };
    const refused = await as('lab', 'POST', '/v1/devices', device);
    expect(refused.json()).toMatchObject({ code: 'forbidden' });
    expect(refused.body).not.toMatch(/oven-1(?!-line)/);
    expect((await as('root', 'POST', '/v1/devices', device)).body).toContain('device oven-1 has');
  });

  test('that are made of candidates are only those of one’s own', async () => {
    const line = new HubLine();
    const rig = createRig(chirpDriver(), { broker: line }, [], {
      discovery: { broker: { options: {}, autoAdopt: [] } },
    });
    rig.discovery.start();
    about(line, 'lamp', { serial: 'S1' });
    await rig.until(() => rig.discovery.list({ limit: 1 }).length === 1);
    const [candidate] = rig.discovery.list({ limit: 1 });
    const authenticate = byName({ lab: callerOf('lab', 'configure:lab-*'), all: callerOf('all', 'configure') });
    const http = await httpOver(rig, { access: { ...openAccess(rig), authenticate } });
    const adopt = (name: string, more = {}) =>
      rig.settled(
        http.inject({
          method: 'POST',
          url: '/v1/devices',
          headers: { authorization: `Bearer ${name}`, 'content-type': 'application/json' },
          payload: JSON.stringify({ candidate: candidate?.id, ...more }),
        }),
      );
    // Its id is made of its name, which is not theirs.
    expect((await adopt('lab')).json()).toMatchObject({
      code: 'forbidden',
      detail: 'lab lacks the scope configure:lamp',
    });
    expect(rig.registry.devices).toEqual([]);
    expect((await adopt('lab', { id: 'lab-lamp' })).statusCode).toBe(201);
    expect((await adopt('lab', { id: 'lab-lamp-2' })).body).not.toContain('is device lab-lamp already');
    await http.close();
  });
});

describe('alarms', () => {
  test('are those of one’s own devices: in pages, one by one, and to be acknowledged', async () => {
    const its = await rooms(scopes);
    const { as, rig } = its;
    expect((await pages(its, 'reader', '/v1/alarms?limit=1')).flat().toSorted()).toEqual(['bus-1', 'lamp-1', 'lamp-2']);
    expect((await pages(its, 'everybody', '/v1/alarms?limit=100')).flat()).toHaveLength(5);
    const idOf = (device: string): string => rig.alarms.list({ device, limit: 1 }).items[0]?.id ?? '';
    const none = await as('reader', 'GET', '/v1/alarms/00000000-0000-0000-0000-000000000000');
    for (const name of ['reader', 'sender']) {
      const hidden = await as('root', 'GET', `/v1/alarms/${idOf('oven-1')}`);
      expect(hidden.statusCode).toBe(200);
      const answer = await as(name, 'POST', `/v1/alarms/${idOf('oven-1')}/acknowledge`, {});
      expect(answer.statusCode).toBe(name === 'reader' ? 403 : 404);
    }
    const foreign = await as('reader', 'GET', `/v1/alarms/${idOf('oven-1')}`);
    expect([foreign.statusCode, foreign.body]).toEqual([404, none.body]);
    expect(foreign.headers).not.toHaveProperty('bellcrank-simulated');
    expect(rig.alarms.get(idOf('oven-1'))).toMatchObject({ state: 'active' });
    const acknowledge = (name: string, device: string) =>
      as(name, 'POST', `/v1/alarms/${idOf(device)}/acknowledge`, { by: 'anna' });
    expect((await acknowledge('lab', 'oven-1')).statusCode).toBe(404);
    expect((await acknowledge('lab', 'lamp-2')).json()).toMatchObject({ acknowledgedBy: 'anna (lab)' });
    expect((await acknowledge('sender', 'lamp-2')).statusCode).toBe(404);
    expect((await acknowledge('sender', 'lamp-1')).json()).toMatchObject({ state: 'acknowledged' });
  });
});

describe('commands', () => {
  test('are those of one’s own devices, in pages that end', async () => {
    const its = await rooms(scopes);
    const { rig } = its;
    for (let n = 0; n < 6; n++)
      for (const id of ['lamp-1', 'oven-1', 'oven-1']) await rig.settled(rig.submit(id, 'pulse'));
    const all = await pages(its, 'reader', '/v1/commands?limit=4');
    expect(all.map(({ length }) => length)).toEqual([4, 2]);
    expect(all.flat().every((id) => id === 'lamp-1')).toBe(true);
    expect((await pages(its, 'everybody', '/v1/commands?limit=5')).flat()).toHaveLength(18);
    expect(await pages(its, 'reader', '/v1/commands?device=oven-1')).toEqual([[]]);
    expect(await pages(its, 'ghost', '/v1/commands?limit=1')).toEqual([[]]);
  });

  test('of others do not show through where a page ends, whatever is asked for', async () => {
    const its = await rooms({ ...scopes, byId: ['read:lamp-*'] });
    const { rig } = its;
    await rig.settled(rig.submit('lamp-1', 'pulse'));
    for (let n = 0; n < 12; n++) await rig.settled(rig.submit('oven-1', 'pulse'));
    for (const filter of ['command=pulse', 'command=set', 'outcome=succeeded', 'by=test', 'by=nobody']) {
      const found = await pages(its, 'byId', `/v1/commands?limit=1&${filter}`);
      expect(found, filter).toHaveLength(1);
    }
    expect(await pages(its, 'byId', '/v1/commands?limit=1&command=pulse')).toEqual([['lamp-1']]);
  });

  test('one is not there for who may not read its device, and is withdrawn by who may send it', async () => {
    const { as, rig, toys } = await rooms(scopes);
    for (const id of ['lamp-1', 'oven-1']) {
      const toy = toys[id];
      if (toy !== undefined) toy.held = [];
    }
    const wait = { prefer: 'respond-async' };
    const send = async (id: string, command = 'set', body: unknown = { value: 1 }): Promise<string> =>
      (await as('root', 'POST', `/v1/devices/${id}/commands/${command}`, body, wait)).json<{ id: string }>().id;
    await send('lamp-1');
    const [foreign, set, pulse] = [await send('oven-1'), await send('lamp-1'), await send('lamp-1', 'pulse', {})];
    const none = await as('reader', 'GET', '/v1/commands/none');
    for (const method of ['GET', 'DELETE'] as const) {
      const answer = await as('lab', method, `/v1/commands/${foreign}`);
      expect([answer.statusCode, answer.body]).toEqual([404, none.body]);
      expect(answer.headers).not.toHaveProperty('bellcrank-simulated');
    }
    expect((await as('reader', 'GET', `/v1/commands/${set}`)).json()).toMatchObject({ device: 'lamp-1' });
    expect((await as('reader', 'DELETE', `/v1/commands/${set}`)).statusCode).toBe(403);
    expect((await as('sender', 'DELETE', `/v1/commands/${pulse}`)).statusCode).toBe(404);
    expect((await as('sender', 'DELETE', `/v1/commands/${set}`)).statusCode).toBe(204);
    expect(rig.pipeline.underWay(pulse)).toMatchObject({ state: 'queued' });
  });

  test('of a device that is gone are there by its id, and not by labels that it had', async () => {
    const its = await rooms({ ...scopes, byId: ['read:lamp-*'] });
    const { as, rig } = its;
    const { id } = await rig.settled(rig.submit('lamp-1', 'pulse'));
    await rig.settled(rig.devices.remove('lamp-1', { by: 'test' }));
    expect((await as('byId', 'GET', `/v1/commands/${id}`)).statusCode).toBe(200);
    expect((await as('reader', 'GET', `/v1/commands/${id}`)).statusCode).toBe(404);
    expect((await pages(its, 'byId', '/v1/commands?limit=10')).flat()).toEqual(['lamp-1']);
    expect((await pages(its, 'reader', '/v1/commands?limit=10')).flat()).toEqual([]);
  });
});

describe('a stop of everything', () => {
  test('stops what one may stop, says what it left, and latches nothing else', async () => {
    const { as, rig, executed } = await rooms(scopes);
    const answer = await as('lab', 'POST', '/v1/stop');
    expect(answer.json()).toMatchObject({ everything: false, left: 2, notAllowed: [] });
    expect(answer.json<Page>().items.map(({ device }) => device)).toEqual(['bus-1', 'lamp-1', 'lamp-2']);
    expect(executed()).toEqual(['STOP', 'STOP', 'STOP']);
    expect(rig.registry.devices.filter(({ latched }) => latched).map(({ id }) => id)).toEqual([
      'bus-1',
      'lamp-1',
      'lamp-2',
    ]);
    expect(rig.store.facts.get('latch-all:')).toBeUndefined();
    const added = await as('root', 'POST', '/v1/devices', {
      id: 'new',
      driver: 'toy',
      connection: 'spare',
      enabled: false,
    });
    expect(added.json()).toMatchObject({ stopped: false });
  });

  test('names those that it left as far as they may be read', async () => {
    const { as } = await rooms({ mixed: ['stop:oven-1', 'read:label/room=lab'] });
    expect((await as('mixed', 'POST', '/v1/stop')).json()).toMatchObject({
      everything: false,
      left: 4,
      notAllowed: ['bus-1', 'lamp-1', 'lamp-2'],
    });
  });

  test('is refused to who may stop none of the devices that there are', async () => {
    const { as, executed, rig } = await rooms(scopes);
    expect((await as('ghost', 'POST', '/v1/stop')).json()).toMatchObject({ code: 'forbidden' });
    expect((await as('reader', 'POST', '/v1/stop')).json()).toMatchObject({ detail: 'reader lacks the scope stop' });
    expect(executed()).toEqual([]);
    expect(rig.store.facts.entries('latch')).toEqual([]);
  });

  test('is one of everything for who may stop everything', async () => {
    const { as, rig } = await rooms({ all: ['stop'] });
    expect((await as('all', 'POST', '/v1/stop')).json()).toMatchObject({ everything: true, left: 0, notAllowed: [] });
    expect(rig.store.facts.get('latch-all:')).toMatchObject({ by: 'all' });
  });
});

describe('what is done to a line', () => {
  test('is for who may do it to every device on it', async () => {
    const { as, executed } = await rooms(scopes);
    for (const [path, body] of [
      ['reconnect', {}],
      ['raw', { text: 'APULSE\n' }],
      ['raw?dryRun=true', { text: 'APULSE\n' }],
    ] as const) {
      const refused = await as('lab', 'POST', `/v1/devices/bus-1/${path}`, body);
      expect([path, refused.statusCode]).toEqual([path, 403]);
      expect(refused.body).not.toContain('bus-2');
    }
    expect(executed()).toEqual([]);
    expect((await as('lab', 'POST', '/v1/devices/lamp-1/raw', { text: 'PULSE\n' })).statusCode).toBe(200);
    expect((await as('lab', 'POST', '/v1/devices/lamp-1/reconnect', {})).statusCode).toBe(202);
    expect((await as('root', 'POST', '/v1/devices/bus-1/reconnect', {})).statusCode).toBe(202);
  });

  test.each(['text/plain', 'text/event-stream'])(
    'a trace that is followed as %s tells nothing more from then on',
    async (accept) => {
      const { as, rig, http } = await rooms(scopes);
      const path = '/v1/devices/lamp-1/trace?follow=true';
      const url = await http.listen({ port: 0, host: '127.0.0.1' });
      const following = await fetch(url + path, { headers: { accept, authorization: 'Bearer reader' } });
      expect((await as('root', 'POST', '/v1/devices/lamp-1/commands/set', { value: 31 })).statusCode).toBe(200);
      rig.device('lamp-1').labels = { room: 'hall' };
      expect((await as('root', 'POST', '/v1/devices/lamp-1/commands/set', { value: 47 })).statusCode).toBe(200);
      const body = await following.text();
      expect(body).toMatch(/\b31\b/);
      expect(body).not.toMatch(/\b47\b/);
      expect(body).toContain('may not read the device any more');
    },
  );

  test('a trace of it is for who may read every device on it', async () => {
    const { as } = await rooms(scopes);
    const refused = await as('reader', 'GET', '/v1/devices/bus-1/trace');
    expect(refused.statusCode).toBe(403);
    expect(refused.body).not.toContain('bus-2');
    expect(
      (await as('reader', 'GET', '/v1/devices/bus-1/trace?follow=true', undefined, { accept: 'text/plain' }))
        .statusCode,
    ).toBe(403);
    expect((await as('reader', 'GET', '/v1/devices/lamp-1/trace')).statusCode).toBe(200);
    expect((await as('everybody', 'GET', '/v1/devices/bus-1/trace')).statusCode).toBe(200);
  });
});

describe('simulators', () => {
  async function service() {
    const { rig, simulators, toys } = await simulatedToys();
    await rig.until(() => rig.registry.devices.every(({ state }) => state === 'ready'));
    const scoped = ['read:left', 'simulate:left', 'read:sim', 'simulate:sim'];
    const both = [...scoped, 'read:right', 'simulate:right'];
    const authenticate = byName({ left: callerOf('left', ...scoped), both: callerOf('both', ...both) });
    const http = await httpOver(rig, { simulators, access: { ...openAccess(rig), authenticate } });
    const as = (name: string, method: Method, url: string, body?: unknown) =>
      rig.settled(
        http.inject({
          method,
          url,
          headers: {
            authorization: `Bearer ${name}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
        }),
      );
    return { as, toys };
  }
  type Method = 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';

  test('are listed, in pages, and named beside each other as far as they may be read', async () => {
    const { as } = await service();
    const first = (await as('left', 'GET', '/v1/simulators?limit=1')).json<Page>();
    expect([first.items.map(({ id }) => id), first.next]).toEqual([['left'], 'left']);
    const second = (await as('left', 'GET', '/v1/simulators?limit=1&cursor=left')).json<Page>();
    expect([second.items.map(({ id }) => id), second.next]).toEqual([['sim'], undefined]);
    expect((await as('left', 'GET', '/v1/simulators/left')).json()).toMatchObject({ sharedWith: [] });
    expect((await as('both', 'GET', '/v1/simulators/left')).json()).toMatchObject({ sharedWith: ['right'] });
  });

  test('what is done to one that stands in for several is for who may simulate all of them', async () => {
    const { as, toys } = await service();
    const shared: readonly (readonly [Method, string, unknown?])[] = [
      ['PUT', 'faults', { seed: 1, faults: [] }],
      ['DELETE', 'faults'],
      ['PATCH', 'time', { speed: 2 }],
      ['POST', 'press', { button: 'resetL' }],
    ];
    for (const [method, path, body] of shared) {
      const refused = await as('left', method, `/v1/simulators/left/${path}`, body);
      expect([method, path, refused.statusCode]).toEqual([method, path, 403]);
      expect(refused.body).not.toContain('right');
      expect(
        (await as('left', method, `/v1/simulators/sim/${path}`, path === 'press' ? { button: 'reset' } : body))
          .statusCode,
      ).toBe(200);
      expect((await as('both', method, `/v1/simulators/left/${path}`, body)).statusCode).toBe(200);
    }
    expect(toys.map(({ pressed }) => pressed)).toEqual([1, 1, 0]);
    // What is a part's own stays that.
    expect((await as('left', 'PATCH', '/v1/simulators/left/state', { temperature: 30 })).statusCode).toBe(200);
  });
});
