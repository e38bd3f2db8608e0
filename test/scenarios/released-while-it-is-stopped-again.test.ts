import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { BellcrankError } from '../../src/errors.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/** A stopped toy, and a disk whose writes of facts are answered one by one once it is slow. */
async function stoppedToy(how: 'alone' | 'with everything') {
  const store = new MemoryStore(100);
  const { facts } = store;
  const set = facts.set.bind(facts);
  const disk = { isSlow: false, pending: [] as PromiseWithResolvers<void>[] };
  facts.set = async (key, value) => {
    await set(key, value);
    if (!disk.isSlow) return;
    const answer = Promise.withResolvers<void>();
    disk.pending.push(answer);
    await answer.promise;
  };
  const toy = new ToyDevice();
  const rig = createRig(toyDriver(), { line: new MemoryLine((far) => toy.serve(far)) }, [], { store });
  const toBe = { id: 'toy', driver: 'toy', connection: 'line', options: {}, labels: {}, restrictions: {} };
  rig.registry.add({ ...toBe, enabled: true, managedBy: 'api' });
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  const stop = () => (how === 'alone' ? rig.stops.stop('toy', { by: 'first' }) : rig.stops.stopAll({ by: 'first' }));
  await rig.settled<unknown>(stop());
  const answer = async (fails?: Error): Promise<void> => {
    const next = disk.pending.shift();
    if (fails === undefined) next?.resolve();
    else next?.reject(fails);
    await setImmediate();
  };
  return { rig, facts, disk, answer };
}

const full = new BellcrankError('journal-unavailable', 'the disk is full; make room');

for (const how of ['alone', 'with everything'] as const) {
  for (const answered of [0, 1, 2]) {
    for (const again of ['stop', 'stopAll'] as const) {
      test(`stopped ${how}, and by ${again} again after ${answered} writes of its release: that stop holds`, async () => {
        const { rig, facts, disk, answer } = await stoppedToy(how);
        disk.isSlow = true;
        const released = rig.stops.release('toy', 'test').then(
          () => 'released',
          (error: unknown) => (error as BellcrankError).code,
        );
        await setImmediate();
        for (let writes = 0; writes < answered && disk.pending.length > 0; writes++) await answer();
        const isOver = disk.pending.length === 0;
        void (again === 'stop' ? rig.stops.stop('toy', { by: 'second' }) : rig.stops.stopAll({ by: 'second' }));
        while (disk.pending.length > 0) await answer();
        expect(await rig.settled(released)).toBe(isOver ? 'released' : 'stopped');
        expect(rig.device('toy').latchedBy).toBe('second');
        expect(facts.get('latch:toy')).toMatchObject({ by: 'second' });
      });
    }
  }
}

test('a release that waits for another one lets go of nothing that came after it was asked for', async () => {
  const { rig, facts, disk, answer } = await stoppedToy('alone');
  disk.isSlow = true;
  const releases = Promise.allSettled([rig.stops.release('toy', 'a'), rig.stops.release('toy', 'b')]);
  await setImmediate();
  void rig.stops.stop('toy', { by: 'second' });
  const late = rig.stops.release('toy', 'c');
  while (disk.pending.length > 0) await answer();
  expect(await releases).toMatchObject([{ reason: { code: 'stopped' } }, { reason: { code: 'stopped' } }]);
  await rig.settled(late);
  expect(rig.device('toy').latched).toBe(false);
  expect(facts.get('latch:toy')).toBeUndefined();
});

test('a release of everything that waits for another one lets go of no stop of everything that came meanwhile', async () => {
  const { rig, disk, answer } = await stoppedToy('with everything');
  disk.isSlow = true;
  const releases = Promise.allSettled([rig.stops.release('toy', 'a'), rig.stops.releaseAll('b')]);
  await setImmediate();
  void rig.stops.stopAll({ by: 'second' });
  while (disk.pending.length > 0) await answer();
  expect(await releases).toMatchObject([{ reason: { code: 'stopped' } }, { reason: { code: 'stopped' } }]);
  expect(rig.device('toy').latchedBy).toBe('second');
  expect(rig.stops.latchOf('another')).toBe('second');
});

test('nobody is told of a release before it is on record, though another one of the same is under way', async () => {
  const { rig, facts, disk, answer } = await stoppedToy('alone');
  disk.isSlow = true;
  const releases = Promise.allSettled([rig.stops.release('toy', 'a'), rig.stops.release('toy', 'b')]);
  await setImmediate();
  expect(rig.device('toy').latched).toBe(true);
  while (disk.pending.length > 0) await answer(full);
  expect(await releases).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  expect(rig.device('toy').latched).toBe(true);
  expect(facts.get('latch:toy')).toMatchObject({ by: 'first' });
});

test('one that cannot be put on record as the exception from a stop of everything stays stopped', async () => {
  const { rig, facts, disk, answer } = await stoppedToy('with everything');
  disk.isSlow = true;
  for (const writes of [0, 1]) {
    const released = rig.stops.release('toy', 'test').catch((error: unknown) => error);
    await setImmediate();
    for (let write = 0; write < writes; write++) await answer();
    while (disk.pending.length > 0) await answer(full);
    expect(await rig.settled(released)).toMatchObject({ code: 'journal-unavailable' });
    expect(rig.device('toy').latched).toBe(true);
    expect(facts.get('latch:toy')).toMatchObject({ by: 'first' });
  }
});

test('what a release of everything had let go of when it failed is stopped on record, too', async () => {
  const { rig, facts, disk, answer } = await stoppedToy('with everything');
  disk.isSlow = true;
  const released = rig.stops.releaseAll('test').catch((error: unknown) => error);
  await setImmediate();
  await answer(full);
  disk.isSlow = false;
  while (disk.pending.length > 0) await answer();
  expect(await rig.settled(released)).toMatchObject({ code: 'journal-unavailable' });
  expect(rig.device('toy').latched).toBe(true);
  expect(facts.get('latch:toy')).toMatchObject({ by: 'first' });
  expect(facts.get('latch-all:')).toMatchObject({ by: 'first' });
});
