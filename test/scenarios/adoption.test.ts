import { expect, test } from 'vitest';
import type { AdoptionRule } from '../../src/discovery/rule.ts';
import { BellcrankError } from '../../src/errors.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import type { FactStore, Store } from '../../src/store/store.ts';
import { about, chirpDriver } from '../support/chirp.ts';
import { HubLine } from '../support/hub-line.ts';
import { createRig, type RigSettings } from '../support/rig.ts';
import { startStore, temporaryDirectory } from '../support/store.ts';

const everything: AdoptionRule[] = [{ match: {} }];
const person = { by: 'test' };

async function found(
  autoAdopt: readonly AdoptionRule[],
  {
    line = new HubLine(),
    drivers = [chirpDriver()],
    ...settings
  }: Partial<RigSettings> & { line?: HubLine; drivers?: ReturnType<typeof chirpDriver>[] } = {},
) {
  const discovery = { broker: { options: {}, autoAdopt } };
  const rig = createRig(drivers, { broker: line }, [], { discovery, ...settings });
  rig.discovery.start();
  await rig.control.restore();
  rig.discovery.begin();
  const ids = (): string[] => rig.registry.devices.map(({ id }) => id).toSorted();
  const candidate = (name: string) => rig.discovery.list({ limit: 500 }).find((each) => each.name === name);
  return { line, rig, ids, candidate };
}

test('rules adopt what they match, as they say; the first that fits decides', async () => {
  const { line, rig, ids } = await found([
    { match: { name: 'kitchen*', model: 'lou?' }, labels: { room: 'kitchen' }, idPrefix: 'k-', deny: ['nudge'] },
    { match: { manufacturer: 'Chirp *', identity: 'S*' }, labels: { room: 'hall' } },
  ]);
  about(line, 'kitchen 1', { serial: 'S1', make: 'loud' });
  about(line, 'hall', { serial: 'S2', make: 'quiet' });
  about(line, 'nobody', { serial: 'S3' });
  about(line, 'other', { serial: 'X4', make: 'quiet' });
  await rig.until(() => rig.registry.devices.length === 2);
  await rig.until(() => rig.registry.devices.every(({ state }) => state === 'ready'));
  expect(ids()).toEqual(['hall', 'k-kitchen-1']);
  expect(rig.device('k-kitchen-1').labels).toEqual({ room: 'kitchen' });
  expect(rig.device('k-kitchen-1').model.commands).toEqual({});
  expect(Object.keys(rig.device('hall').model.commands)).toEqual(['nudge']);
  expect(rig.device('hall').settings).toMatchObject({ managedBy: 'api', adopted: { auto: true } });
});

test('what is adopted has the options that somebody gives it beside its own', async () => {
  const { line, rig } = await found([{ match: {}, options: { replyTimeoutMs: 50 } }]);
  about(line, 'lamp', { serial: 'S1' });
  await rig.until(() => rig.registry.devices.length === 1);
  expect(rig.device('lamp').settings.options).toEqual({ prefix: 'chirp', name: 'lamp', replyTimeoutMs: 50 });
});

test('what was added when a connection was simulated is not attached to a real one of that name', async () => {
  const store = new MemoryStore(100);
  const before = await found([], { store });
  about(before.line, 'lamp', { serial: 'S1' });
  await before.rig.until(() => before.candidate('lamp') !== undefined);
  await before.rig.discovery.adopt(before.candidate('lamp')?.id ?? '', { restrictions: {} });
  expect(before.ids()).toEqual(['lamp']);
  before.rig.control.close();

  const same = await found([], { store, line: before.line });
  expect(same.ids()).toEqual(['lamp']);
  same.rig.control.close();

  const line = new HubLine();
  Object.assign(line.opener, { simulated: false });
  const after = await found([], { store, line });
  expect(after.ids()).toEqual([]);
  expect(after.rig.logged).toContain('a device that was added before does not fit any more');
});

test('what is adopted is there after a restart without its broker, and what somebody removed stays away', async () => {
  const directory = temporaryDirectory();
  const first = startStore(directory).store;
  await first.opened;
  const before = await found(everything, { store: first });
  for (const name of ['lamp', 'hall']) about(before.line, name, { serial: name, make: name });
  await before.rig.until(
    () => before.rig.registry.devices.every(({ state }) => state === 'ready') && before.ids().length === 2,
  );
  const { id } = before.candidate('hall') ?? { id: '' };
  await before.rig.settled(before.rig.devices.remove('hall', person));
  about(before.line, 'hall', { serial: 'hall', make: 'changed' });
  await before.rig.clock.advance(5000);
  expect(before.ids()).toEqual(['lamp']);
  expect(before.candidate('hall')).toMatchObject({ dismissed: true, device: undefined });
  before.rig.control.close();
  await first.close();

  const { store } = startStore(directory);
  await store.opened;
  const line = new HubLine();
  line.down = true;
  const { rig, ids, candidate } = await found(everything, { store, line });
  expect(ids()).toEqual(['lamp']);
  expect(rig.device('lamp').model.name).toBe('chirp-lamp');
  expect(rig.device('lamp').settings.adopted).toMatchObject({ auto: true });
  line.down = false;
  for (const name of ['lamp', 'hall']) about(line, name, { serial: name, make: name });
  await rig.until(() => rig.device('lamp').state === 'ready' && candidate('hall') !== undefined);
  await rig.clock.advance(5000);
  expect(ids()).toEqual(['lamp']);
  expect(candidate('hall')).toMatchObject({ id, dismissed: true });
  await rig.discovery.adopt(id, { restrictions: {} });
  expect(candidate('hall')).toMatchObject({ dismissed: false });
  expect(ids()).toEqual(['hall', 'lamp']);
});

test('a device that is no longer announced goes offline, and is not forgotten', async () => {
  const { line, rig, ids, candidate } = await found(everything);
  about(line, 'lamp', { serial: 'S1' });
  await rig.until(() => rig.registry.find('lamp')?.state === 'ready');
  about(line, 'lamp', undefined);
  await rig.until(() => rig.device('lamp').state === 'offline');
  expect(candidate('lamp')).toMatchObject({ state: 'gone' });
  about(line, 'lamp', { serial: 'S1' });
  await rig.until(() => rig.device('lamp').state === 'ready');
  expect(ids()).toEqual(['lamp']);
});

test('a device that knows no stop is latched, and the answer says that nothing was sent', async () => {
  const { line, rig } = await found(everything);
  about(line, 'lamp', { serial: 'S1' });
  await rig.until(() => rig.registry.find('lamp')?.state === 'ready');
  const stopping = rig.control.stops.stop('lamp', person);
  const { record } = await rig.settled(stopping);
  expect(record).toMatchObject({ outcome: 'not-sent', error: { code: 'not-found' } });
  expect(record?.error?.detail).toContain('nothing was sent, and it is latched');
  expect(rig.device('lamp').latched).toBe(true);
});

test('why nothing is heard is told while the broker is away', async () => {
  const { line, rig } = await found([]);
  await rig.until(() => line.opens === 1);
  expect(rig.discovery.problems).toEqual([]);
  line.down = true;
  line.lose();
  await rig.until(() => rig.discovery.problems[0] === 'nothing is heard on broker: the broker is down');
  line.down = false;
  await rig.until(() => line.opens === 2);
  expect(rig.discovery.problems).toEqual([]);
});

test('without room the rest waits, which is told once, and comes when there is room', async () => {
  const { line, rig, ids } = await found(everything, { maxDevices: 3 });
  for (const name of ['a', 'b', 'c', 'd', 'e']) about(line, name, { serial: name });
  await rig.until(() => rig.discovery.problems.length > 0);
  expect(ids()).toEqual(['a', 'b', 'c']);
  expect(rig.discovery.problems).toEqual(['3 devices are the most; remove one first; 2 candidates wait']);
  about(line, 'f', { serial: 'f' });
  await rig.clock.advance(1000);
  expect(rig.logged.filter((line) => line === 'no more devices are adopted')).toHaveLength(1);
  await rig.settled(rig.devices.remove('a', person));
  await rig.until(() => ids().join() === 'b,c,d');
  expect(rig.discovery.problems).toEqual(['3 devices are the most; remove one first; 2 candidates wait']);
});

test('while nothing can be put on record nothing is adopted; it is tried again', async () => {
  const memory = new MemoryStore(10);
  let isBroken = true;
  const facts: FactStore = {
    get: (key) => memory.facts.get(key),
    keys: (prefix) => memory.facts.keys(prefix),
    entries: (prefix) => memory.facts.entries(prefix),
    lend: () => {},
    set: async (key, value) => {
      if (isBroken && value !== undefined) throw new BellcrankError('journal-unavailable', 'the disk is full');
      await memory.facts.set(key, value);
    },
  };
  const store: Store = Object.assign(Object.create(memory) as MemoryStore, { facts });
  const { line, rig, ids } = await found(everything, { store });
  about(line, 'lamp', { serial: 'S1' });
  await rig.clock.advance(2000);
  expect(ids()).toEqual([]);
  isBroken = false;
  await rig.until(() => ids().length === 1);
});

test('a driver that cannot discover is told, and hurts no other; one that tells nonsense is bounded', async () => {
  const broken = chirpDriver('broken', {
    discover: () => {
      throw new Error('no such topic');
    },
  });
  const wild = chirpDriver('wild', {
    discover: async (_connection, discovery) => {
      discovery.found({ identity: 'x'.repeat(501), name: 'long', options: {} });
      discovery.found({ identity: '', name: 'nameless', options: {} });
      discovery.found({ identity: 'odd', name: '\u202eev\u0000il\n'.repeat(500), options: { name: 'a/b' } });
      discovery.found({ identity: 'big', name: 'big', options: { name: 'x'.repeat(10_000) } });
      discovery.gone('nobody');
    },
  });
  const { line, rig, ids, candidate } = await found(everything, { drivers: [broken, wild, chirpDriver()] });
  about(line, 'lamp', { serial: 'S1' });
  await rig.until(() => ids().length === 1);
  expect(ids()).toEqual(['lamp']);
  expect(rig.discovery.problems).toEqual([
    'broken does not listen on broker: no such topic',
    '2 announcements were ignored: 3 candidates are known',
  ]);
  const odd = rig.discovery.list({ limit: 10, dialect: 'wild' }).find(({ identity }) => identity === 'odd');
  expect(odd?.unsupported).toContain('/options/name must be one level of a topic');
  expect(odd?.name.length).toBeLessThanOrEqual(200);
  expect(odd?.name).toMatch(/^[ evil]+…$/);
  expect(candidate('big')).toMatchObject({ unsupported: 'its options are too long', options: {} });
});

test('a full list lets go of those that are gone, and takes no more without any', async () => {
  const { line, rig } = await found([], { maxCandidates: 3 });
  const names = (): string[] =>
    rig.discovery
      .list({ limit: 10 })
      .map(({ name }) => name)
      .toSorted();
  for (const name of ['a', 'b', 'c', 'd']) about(line, name, { serial: name });
  await rig.clock.advance(100);
  expect(names()).toEqual(['a', 'b', 'c']);
  about(line, 'b', undefined);
  about(line, 'd', { serial: 'd' });
  await rig.clock.advance(100);
  expect(names()).toEqual(['a', 'c', 'd']);
});

test('a search may ask, but leaves nothing on the broker, and ends with its connection', async () => {
  const outcomes: string[] = [];
  let end: AbortSignal | undefined;
  const asking = chirpDriver('asking', {
    discover: async (connection, _discovery, { signal }) => {
      end = signal;
      if (connection.shape !== 'messages') return;
      await connection.publish('ask/all', 'who?');
      await connection.publish('ask/all', 'who?', { retain: true }).catch(({ code }) => outcomes.push(String(code)));
      signal.addEventListener('abort', () => {
        connection.publish('ask/all', 'late').catch(() => outcomes.push('late'));
      });
    },
  });
  const { line, rig } = await found([], { drivers: [asking] });
  await rig.until(() => outcomes.length === 1);
  expect(outcomes).toEqual(['driver-fault']);
  line.lose();
  await rig.until(() => outcomes.length === 2);
  expect(end?.aborted).toBe(true);
  await rig.discovery.close();
  await rig.clock.advance(20_000);
  expect(line.near?.isOpen).toBe(false);
});

test('to listen is no device: it keeps nobody from anything, and its connection opens for it alone', async () => {
  const { line, rig } = await found([]);
  await rig.until(() => line.near?.isOpen === true);
  expect(rig.registry.devices).toEqual([]);
  await rig.discovery.close();
  expect(line.near?.isOpen).toBe(false);
});

test('its last device leaves, and whoever listens keeps the connection; both gone, it closes', async () => {
  const { line, rig } = await found(everything);
  about(line, 'lamp', { serial: 'S1' });
  await rig.until(() => rig.registry.find('lamp')?.state === 'ready');
  await rig.settled(rig.devices.remove('lamp', person));
  expect([line.near?.isOpen, line.opens]).toEqual([true, 1]);
  await rig.discovery.close();
  expect(line.near?.isOpen).toBe(false);
});

test('a device whose description can no longer be understood is still the one that it was', async () => {
  const { line, rig, candidate } = await found(everything);
  about(line, 'lamp', { serial: 'S1' });
  await rig.until(() => rig.registry.find('lamp')?.state === 'ready');
  about(line, 'lamp', { serial: 'S1', unsupported: 'riddles' });
  await rig.until(() => candidate('lamp')?.unsupported === 'riddles');
  expect(candidate('lamp')?.device?.id).toBe('lamp');
});
