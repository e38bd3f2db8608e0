import { expect, onTestFinished, test } from 'vitest';
import type { StreamEntry } from '../../src/stream/index.ts';
import { createLab } from '../../src/testing/index.ts';
import { about, chirpDriver } from '../support/chirp.ts';
import { FlakyStore } from '../support/flaky-store.ts';
import { HubLine } from '../support/hub-line.ts';
import { createRig, MemoryLine, type RigSettings } from '../support/rig.ts';
import { follow } from '../support/sse.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

type Data = Readonly<Record<string, unknown>>;

async function toyRig(settings: RigSettings = {}) {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line', labels: { room: 'lab' } }], settings);
  const told: StreamEntry[] = [];
  onTestFinished(rig.stream.follow((entry) => void told.push(entry)));
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  const of = (type: string): Data[] => told.filter((entry) => entry.type === type).map(({ data }) => data as Data);
  return { toy, line, rig, told, of };
}

test('nothing is told of a command before it is on record, and nothing that is on record is left out', async () => {
  const store = new FlakyStore();
  const { rig, of } = await toyRig({ store });
  store.mode = 'hangs';
  const submitted = rig.submit('toy', 'set', { value: 5 });
  await rig.clock.advance(50);
  expect(of('command')).toEqual([]);
  store.mend();
  const { id } = await rig.settled(submitted);
  const states = of('command').map(({ state, outcome }) => ({ state, outcome }));
  expect(states).toEqual([
    { state: 'queued', outcome: undefined },
    { state: 'sent', outcome: undefined },
    { state: 'ended', outcome: 'succeeded' },
  ]);
  expect(of('command').every((command) => command['id'] === id)).toBe(true);
});

test('an end that cannot be put on record is not told', async () => {
  const store = new FlakyStore();
  const { rig, of, toy } = await toyRig({ store });
  toy.held = [];
  const submitted = rig.submit('toy', 'set', { value: 5 }).catch((error: unknown) => error);
  await rig.until(() => toy.held?.length === 1);
  store.fail();
  for (const answer of toy.held ?? []) answer();
  await rig.settled(submitted);
  expect(of('command').map(({ state }) => state)).toEqual(['queued', 'sent']);
});

test('how many commands are ahead of one is told with it', async () => {
  const { rig, of, toy } = await toyRig();
  toy.held = [];
  const all = [1, 2, 3].map((value) => rig.submit('toy', 'set', { value }));
  await rig.until(() => of('command').filter(({ state }) => state === 'queued').length === 3);
  expect(
    of('command')
      .filter(({ state }) => state === 'queued')
      .map(({ position }) => position),
  ).toEqual([0, 1, 2]);
  expect(rig.feed.underWay.of('toy')).toHaveLength(3);
  const held = toy.held;
  toy.held = undefined;
  for (const answer of held) answer();
  await rig.settled(Promise.all(all));
  expect(rig.feed.underWay.of('toy')).toEqual([]);
});

test('a stop is told: the latch, what became of it, and its end', async () => {
  const { rig, of } = await toyRig();
  await rig.settled(rig.stops.stop('toy', { by: 'me', cause: 'why not' }));
  await rig.settled(rig.stops.release('toy', 'me'));
  expect(of('command')).toMatchObject([{ command: 'stop', by: 'me', state: 'ended', params: { cause: 'why not' } }]);
  const changes = of('device').filter(({ change }) => change !== 'state' && change !== 'added');
  expect(changes).toMatchObject([
    { change: 'latched', view: { stopped: true, stoppedBy: 'me (why not)' } },
    { change: 'released', view: { stopped: false } },
  ]);
});

test('leases are told without their tokens', async () => {
  const { rig, of } = await toyRig();
  const { token } = await rig.settled(rig.leases.take('toy', { by: 'me', ttlMs: 1000, note: 'mine' }));
  await rig.settled(rig.leases.take('toy', { by: 'me', ttlMs: 500, token }));
  await rig.clock.advance(600);
  expect(of('lease')).toMatchObject([
    { device: 'toy', change: 'granted', lease: { holder: 'me', note: 'mine', ttlMs: 1000 }, simulated: true },
    { change: 'renewed', lease: { ttlMs: 500 } },
    { change: 'expired', lease: null },
  ]);
  expect(JSON.stringify(of('lease'))).not.toContain(token);
});

test('devices come and go', async () => {
  const { rig, of, told } = await toyRig();
  await rig.settled(rig.devices.remove('toy', { by: 'me' }));
  expect(of('device').at(-1)).toMatchObject({ device: 'toy', change: 'removed', view: null, simulated: true });
  rig.registry.add({
    id: 'toy',
    driver: 'toy',
    connection: 'line',
    options: {},
    labels: { room: 'lab' },
    restrictions: {},
    enabled: true,
    managedBy: 'api',
  });
  expect(of('device').find(({ change }) => change === 'added')).toMatchObject({ device: 'toy', view: { id: 'toy' } });
  expect(told.filter(({ device }) => device === 'toy').every(({ labels }) => labels['room'] === 'lab')).toBe(true);
});

test('what announces itself is told', async () => {
  const line = new HubLine();
  const discovery = { broker: { options: {}, autoAdopt: [] } };
  const rig = createRig(chirpDriver(), { broker: line }, [], { discovery });
  const told: Data[] = [];
  rig.stream.follow(({ type, data }) => type === 'candidate' && told.push(data as Data));
  rig.discovery.start();
  about(line, 'lamp', { serial: 's1', make: 'loud' });
  await rig.until(() => told.length === 1);
  const id = String(told[0]?.['id']);
  await rig.settled(rig.discovery.adopt(id, { restrictions: {} }));
  expect(told).toMatchObject([
    { change: 'found', id, candidate: { id, name: 'lamp', device: null } },
    { change: 'adopted', id, candidate: { device: 'lamp' } },
  ]);
});

test('how far a long command is is told, no more often than somebody looks', async () => {
  const { rig, of } = await toyRig();
  await rig.settled(rig.submit('toy', 'sweep'));
  const progress = of('command').flatMap((command) => command['progress'] ?? []);
  expect(progress.length).toBeGreaterThan(0);
  expect(of('command').findIndex(({ progress: its }) => its !== undefined)).toBeGreaterThan(
    of('command').findIndex(({ state }) => state === 'sent'),
  );
  expect(
    of('command')
      .filter(({ progress: its }) => its !== undefined)
      .every(({ state }) => state === 'sent'),
  ).toBe(true);
});

test('what is done to a simulator is told to who follows its device, and to nobody who follows another', async () => {
  await using lab = await createLab({ devices: { a: { model: 'scpi-supply' }, b: { model: 'scpi-supply' } } });
  const { url } = await lab.listen();
  const [ofA, ofB] = [await follow(url, '?device=a'), await follow(url, '?device=b')];
  for (const reader of [ofA, ofB]) await reader.until((its) => its.events('synced').length === 1);
  await lab.device('a').faults.set([{ kind: 'mute' }]);
  await lab.device('b').faults.set([{ kind: 'echo' }]);
  for (const reader of [ofA, ofB]) await reader.until((its) => its.events('simulator').length > 0);
  expect(ofA.data('simulator')[0]).toMatchObject({
    connection: 'a',
    devices: ['a'],
    event: { kind: 'faults', report: { faults: [{ fault: { kind: 'mute' } }] } },
    simulated: true,
  });
  expect(ofB.data('simulator').every(({ devices }) => JSON.stringify(devices) === '["b"]')).toBe(true);
  for (const reader of [ofA, ofB]) reader.close();
});

test('what is polled and stays as it is is told every ten seconds, and at once when it changes', async () => {
  await using lab = await createLab({ devices: { psu: { model: 'scpi-supply' } } });
  const { url } = await lab.listen();
  const reader = await follow(url, '?device=psu&type=property');
  const values = () =>
    reader.data('property').flatMap(({ name, value }) => (name === 'measured-voltage' ? [value] : []));
  await lab.clock.advance(12_000);
  const before = values().length;
  await lab.clock.advance(30_000);
  await reader.until(() => values().length >= before + 3);
  await lab.device('psu').command('output', { on: true });
  await lab.device('psu').command('set-voltage', { volts: 7 });
  await lab.clock.advance(2500);
  await reader.until(() => values().includes(7));
  expect(values().slice(before, before + 4)).toEqual([0, 0, 0, 7]);
  reader.close();
});
