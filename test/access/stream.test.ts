import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { callerWith } from '../../src/access/caller.ts';
import { parseScope } from '../../src/access/scope.ts';
import { BellcrankError } from '../../src/errors.ts';
import { settle } from '../../src/testing/settle.ts';
import { byName, callerOf, rooms } from '../support/access.ts';
import { httpOver, openAccess } from '../support/http.ts';
import { simulatedToys } from '../support/simulated-toys.ts';
import { follow, type SseReader } from '../support/sse.ts';

const scopes = { lab: ['read:label/room=lab'], lamp: ['read:lamp-1'], all: ['read'] };

async function service() {
  const its = await rooms(scopes);
  await its.http.listen({ port: 0, host: '127.0.0.1' });
  const url = `http://127.0.0.1:${(its.http.server.address() as AddressInfo).port}`;
  const reader = async (name: string, path = '', headers = {}, stream = '/v1/stream'): Promise<SseReader> => {
    const it = await follow(url, path, { authorization: `Bearer ${name}`, ...headers }, stream);
    onTestFinished(() => it.close());
    return it;
  };
  const synced = async (name: string, path = ''): Promise<SseReader> => {
    const it = await reader(name, path);
    await it.until((told) => told.events('synced').length === 1);
    return it;
  };
  return { ...its, url, reader, synced };
}

interface Data {
  readonly device?: string;
  readonly change?: string;
  readonly view?: { readonly labels: object } | null;
}

const ids = (reader: SseReader): readonly string[] => reader.snapshots().map(({ device }) => device.id);
const changes = (reader: SseReader): readonly (readonly unknown[])[] =>
  reader.data<Data>('device').map(({ device, change, view }) => [device, change, view?.labels]);

test('a snapshot is of one’s own devices and of their alarms', async () => {
  const { synced } = await service();
  const lab = await synced('lab');
  expect(ids(lab)).toEqual(['bus-1', 'lamp-1', 'lamp-2']);
  expect(lab.data<{ devices: number }>('synced')).toMatchObject([{ devices: 3 }]);
  const [alarms] = lab
    .data<{ kind: string; alarms: readonly { device: string }[] }>('snapshot')
    .filter(({ kind }) => kind === 'alarms');
  expect(alarms?.alarms.map(({ device }) => device).toSorted()).toEqual(['bus-1', 'lamp-1', 'lamp-2']);
  expect(ids(await synced('lab', '?device=oven-1'))).toEqual([]);
  expect(ids(await synced('all'))).toHaveLength(5);
});

test('a device that leaves one’s sight is told as removed, and then not at all; one that comes is told', async () => {
  const { rig, synced } = await service();
  const [lab, all] = [await synced('lab'), await synced('all')];
  rig.device('lamp-1').labels = { room: 'hall', secret: 'yes' };
  await rig.settled(rig.submit('lamp-1', 'pulse'));
  rig.device('oven-1').labels = { room: 'lab' };
  await rig.settled(rig.submit('oven-1', 'pulse'));
  for (const reader of [lab, all]) {
    await reader.until((it) =>
      it
        .data<Data & { state: string }>('command')
        .some(({ device, state }) => device === 'oven-1' && state === 'ended'),
    );
  }
  expect(changes(lab)).toEqual([
    ['lamp-1', 'removed', undefined],
    ['oven-1', 'labels', { room: 'lab' }],
  ]);
  expect(new Set(lab.data<Data>('command').map(({ device }) => device))).toEqual(new Set(['oven-1']));
  expect(JSON.stringify(lab.told)).not.toContain('secret');
  expect(changes(all)[0]).toEqual(['lamp-1', 'labels', { room: 'hall', secret: 'yes' }]);
});

test('who comes back is told what they would have been told, and nothing else', async () => {
  const { rig, synced, reader } = await service();
  const before = await synced('lab');
  const lastId = before.lastId ?? '';
  before.close();
  await rig.settled(rig.submit('oven-1', 'pulse'));
  await rig.settled(rig.submit('lamp-1', 'pulse'));
  rig.device('lamp-1').labels = { room: 'hall' };
  await rig.settled(rig.submit('lamp-1', 'pulse'));
  rig.device('lamp-2').labels = { room: 'lab', last: 'yes' };
  const again = await reader('lab', '', { 'last-event-id': lastId });
  await again.until((it) => changes(it).some(([device]) => device === 'lamp-2'));
  const told = again.events().map(({ event, data }) => `${event} ${(data as Data).device}`);
  expect(told.filter((each) => each !== 'property lamp-1')).toEqual([
    'command lamp-1',
    'command lamp-1',
    'command lamp-1',
    'device lamp-1',
    'device lamp-2',
  ]);
});

test('what is nobody’s device is for who may read all of them', async () => {
  const { rig, synced } = await service();
  const [lab, all] = [await synced('lab'), await synced('all')];
  rig.stream.publish({ type: 'candidate', device: 'lamp-1', labels: { room: 'lab' }, data: { id: 'c' } });
  rig.stream.publish({ type: 'simulator', data: { connection: 'x' } });
  rig.stream.publish({ type: 'alarm', device: 'lamp-1', labels: { room: 'lab' }, data: { alarm: {} } });
  for (const reader of [lab, all]) await reader.until((it) => it.events('alarm').length === 1);
  expect(lab.events().filter(({ event }) => event === 'candidate' || event === 'simulator')).toEqual([]);
  expect([all.events('candidate').length, all.events('simulator').length]).toEqual([1, 1]);
});

test('what happens to a simulator names the reader’s own devices', async () => {
  const { rig, simulators } = await simulatedToys();
  await rig.until(() => rig.registry.devices.every(({ state }) => state === 'ready'));
  const authenticate = byName({
    left: callerOf('left', 'read:left'),
    all: callerOf('all', 'read'),
    sim: callerOf('sim', 'read:sim'),
  });
  const http = await httpOver(rig, { simulators, access: { ...openAccess(rig), authenticate } });
  await http.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => http.close());
  const url = `http://127.0.0.1:${(http.server.address() as AddressInfo).port}`;
  const readers = await Promise.all(
    ['left', 'all', 'sim'].map((name) => follow(url, '', { authorization: `Bearer ${name}` })),
  );
  const others = ['left', 'right'].map((device) => ({ device, labels: {} }));
  for (const reader of readers) await reader.until((it) => it.events('synced').length === 1);
  rig.stream.publish({ type: 'simulator', others, data: { devices: ['left', 'right'] } });
  rig.stream.publish({ type: 'simulator', others: [{ device: 'sim', labels: {} }], data: { devices: ['sim'] } });
  const [left, all, sim] = readers;
  await all?.until((it) => it.events('simulator').length === 2);
  await sim?.until((it) => it.events('simulator').length === 1);
  await settle();
  expect(left?.data('simulator')).toEqual([{ devices: ['left'] }]);
  expect(all?.data('simulator')).toEqual([{ devices: ['left', 'right'] }, { devices: ['sim'] }]);
  expect(sim?.data('simulator')).toEqual([{ devices: ['sim'] }]);
  for (const reader of readers) reader.close();
});

test('one value that is observed is told as long as its device may be read', async () => {
  const { rig, reader } = await service();
  const observer = await reader('lab', '', {}, '/v1/devices/lamp-1/wot/properties/value/observe');
  await observer.until(({ told }) => told.some(({ data }) => data === 7));
  rig.device('lamp-1').labels = { room: 'hall' };
  await observer.over();
  expect(observer.events().at(-1)).toMatchObject({
    event: 'bye',
    data: { reason: 'the device may not be read any more' },
  });
});

test('whoever may read nothing any more is told so at the next beat, and nothing else meanwhile', async () => {
  const { rig } = await rooms({});
  let over: BellcrankError | undefined;
  const authenticate = () => callerWith('key:x', [parseScope('read')], () => over);
  const http = await httpOver(rig, { access: { ...openAccess(rig), authenticate } });
  await http.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => http.close());
  const url = `http://127.0.0.1:${(http.server.address() as AddressInfo).port}`;
  const readers = [await follow(url), await follow(url, '', {}, '/v1/devices/lamp-1/wot/properties/value/observe')];
  await readers[0]?.until((it) => it.events('synced').length === 1);
  const before = readers[0]?.events().length;
  over = new BellcrankError('unauthenticated', 'the key was revoked');
  await rig.settled(rig.submit('lamp-1', 'pulse'));
  await rig.clock.advance(15_000);
  for (const reader of readers) await reader.over();
  expect(readers[0]?.events().slice(before)).toMatchObject([{ event: 'bye' }]);
});
