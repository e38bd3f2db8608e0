import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { BellcrankError } from '../../src/errors.ts';
import { readFacts } from '../../src/store/log/read-facts.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { chirpDriver } from '../support/chirp.ts';
import { HubLine } from '../support/hub-line.ts';
import { createRig, type Rig } from '../support/rig.ts';
import { startStore, temporaryDirectory } from '../support/store.ts';

const described = {
  id: 'lamp',
  driver: 'chirp',
  connection: 'broker',
  options: { name: 'lamp' },
  labels: { room: 'lab' },
  restrictions: { deny: ['beep'] },
  enabled: true,
  managedBy: 'api' as const,
};

/** A process with what the one before left in a directory; what its store says of the device is what is on record. */
async function begun(
  directory: string,
  changes: Parameters<typeof startStore>[1] = {},
): Promise<{ rig: Rig; onRecord(): unknown; end(): Promise<void> }> {
  const { store } = startStore(directory, changes);
  await store.opened;
  const rig = createRig(chirpDriver(), { broker: new HubLine() }, [], { store });
  await rig.control.restore();
  const onRecord = (): unknown => {
    const written = readFacts(directory).get('device:lamp');
    expect(JSON.parse(JSON.stringify(store.facts.get('device:lamp') ?? null))).toEqual(written ?? null);
    return written;
  };
  return { rig, onRecord, end: () => store.close() };
}

test('what is on record of an added device is what the device is like, from process to process', async () => {
  const directory = temporaryDirectory();
  const first = await begun(directory);
  await first.rig.devices.add(described);
  expect(first.onRecord()).toMatchObject(described);
  await first.rig.devices.change('lamp', { labels: { room: 'hall' } }, { by: 'test' });
  const changed = { ...described, labels: { room: 'hall' } };
  expect(first.onRecord()).toMatchObject(changed);
  await first.end();
  const second = await begun(directory);
  expect(second.onRecord()).toMatchObject(changed);
  expect(second.rig.registry.get('lamp').settings.restrictions).toEqual({ deny: ['beep'] });
  await second.rig.devices.change('lamp', { enabled: false }, { by: 'test' });
  expect(second.onRecord()).toMatchObject({ ...changed, enabled: false });
  await second.rig.devices.remove('lamp', { by: 'test' });
  expect(second.onRecord()).toBeUndefined();
  await second.end();
});

test('a change that is told while its device is still being put on record is on record', async () => {
  const directory = temporaryDirectory();
  // Each write is answered by the writer's thread, in a later turn.
  const first = await begun(directory, { durability: 'power' });
  const added = first.rig.devices.add(described);
  // The device is being written.
  await setImmediate();
  const changed = first.rig.devices.change('lamp', { labels: { room: 'hall' }, enabled: false }, { by: 'test' });
  await Promise.all([added, changed]);
  const expected = { ...described, labels: { room: 'hall' }, enabled: false };
  expect(first.onRecord()).toMatchObject(expected);
  await first.end();
  const second = await begun(directory);
  expect(second.onRecord()).toMatchObject(expected);
  expect(second.rig.registry.get('lamp').settings.enabled).toBe(false);
  await second.end();
});

test('nobody changes a device that could not be put on record while that is taken back', async () => {
  const store = new MemoryStore(100);
  const { facts } = store;
  const set = facts.set.bind(facts);
  const answers: PromiseWithResolvers<void>[] = [];
  facts.set = async (key, value) => {
    await set(key, value);
    const answer = Promise.withResolvers<void>();
    answers.push(answer);
    await answer.promise;
  };
  const { devices } = createRig(chirpDriver(), { broker: new HubLine() }, [], { store });
  const added = devices.add(described);
  await setImmediate();
  answers[0]?.reject(new BellcrankError('journal-unavailable', 'the disk is full'));
  await setImmediate();
  const changed = devices.change('lamp', { labels: { room: 'hall' } }, { by: 'test' });
  const both = Promise.allSettled([added, changed]);
  await setImmediate();
  for (const answer of answers) answer.resolve();
  expect(await both).toMatchObject([
    { status: 'rejected', reason: { code: 'journal-unavailable' } },
    { status: 'rejected', reason: { code: 'device-not-found' } },
  ]);
  expect(facts.keys('device:')).toEqual([]);
});
