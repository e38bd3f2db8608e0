import { trusted } from '../../src/access/caller.ts';
import { expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import { createRig, MemoryLine, type RigSettings } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

async function readyToy(settings: RigSettings = {}) {
  const store = new FlakyStore();
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }], { store, ...settings });
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  const start = (key: string | undefined, value = 5, by = 'ada', command = 'set') =>
    rig.pipeline.start({
      device: 'toy',
      command,
      params: command === 'set' ? { value } : {},
      caller: trusted(by),
      ...(key === undefined ? {} : { key }),
    });
  return { toy, line, rig, store, start };
}

test('a key stands for one command: the same again is answered with it and executes nothing', async () => {
  const { toy, rig, start } = await readyToy();
  const first = await start('k');
  const record = await rig.settled(first.ended);
  const again = await start('k');
  expect(again).toMatchObject({ replayed: true, record: { id: record.id, outcome: 'succeeded' } });
  expect(toy.executed).toEqual(['SET 5']);
  // Keys belong to clients.
  expect((await start('k', 5, 'bob')).replayed).toBe(false);
});

test('another command under the same key is refused, whether the first runs or has ended', async () => {
  const { toy, rig, start } = await readyToy();
  toy.held = [];
  const first = await start('k');
  await expect(start('k', 6)).rejects.toMatchObject({ code: 'idempotency-mismatch' });
  toy.release();
  await rig.settled(first.ended);
  await expect(start('k', 6)).rejects.toMatchObject({ code: 'idempotency-mismatch' });
  await expect(start('k', 5, 'ada', 'pulse')).rejects.toMatchObject({ code: 'idempotency-mismatch' });
});

test('while the first request has no answer the second gets 409; once it was told 202 it is told the same', async () => {
  const { toy, rig, start } = await readyToy();
  toy.held = [];
  const both = await Promise.allSettled([start('k'), start('k')]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  await expect(start('k')).rejects.toMatchObject({ code: 'idempotency-in-flight', retryAfterMs: 1000 });
  const [first] = both;
  if (first?.status !== 'fulfilled') throw new Error('the first one was taken');
  first.value.answered();
  const again = await start('k');
  expect(again).toMatchObject({ replayed: true, record: { id: first.value.record.id, state: 'sent' } });
  toy.release();
  expect(await rig.settled(again.ended)).toMatchObject({ outcome: 'succeeded' });
  expect(toy.executed).toEqual(['SET 5']);
});

test('a key whose command never left is free: the retry executes', async () => {
  const { toy, rig, line, start } = await readyToy();
  await line.cut();
  line.down = true;
  await rig.clock.advance(10);
  expect(await rig.settled((await start('k')).ended)).toMatchObject({ outcome: 'not-sent' });
  line.down = false;
  await rig.until(() => rig.device('toy').state === 'ready');
  const retry = await start('k');
  expect(retry.replayed).toBe(false);
  expect(await rig.settled(retry.ended)).toMatchObject({ outcome: 'succeeded' });
  expect(toy.executed).toEqual(['SET 5']);
  // And so is one that was turned away before its command existed.
  await expect(start('bad', 500)).rejects.toMatchObject({ code: 'invalid-request' });
  expect((await start('bad', 7)).replayed).toBe(false);
});

test('a replay reports the command as it stands now: an unknown that was resolved late shows resolved', async () => {
  const { toy, rig, start } = await readyToy();
  toy.held = [];
  const first = await start('k');
  expect(await rig.settled(first.ended)).toMatchObject({ outcome: 'unknown' });
  expect((await start('k')).record).toMatchObject({ outcome: 'unknown' });
  toy.held.shift()?.();
  toy.held = undefined;
  await rig.until(() => first.record.outcome === 'succeeded');
  expect((await start('k')).record).toMatchObject({ outcome: 'succeeded', resolvedLate: true });
  expect(toy.executed).toEqual(['SET 5']);
});

test('a key survives a restart, and expires', async () => {
  const { toy, rig, store, start } = await readyToy();
  const record = await rig.settled((await start('k')).ended);
  const line = new MemoryLine((far) => toy.serve(far));
  const after = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }], {
    store,
    idempotency: { expiryMs: 60_000, required: true },
  });
  await after.until(() => after.device('toy').state === 'ready');
  const asked = { device: 'toy', command: 'set', params: { value: 5 }, caller: trusted('ada') };
  const again = await after.pipeline.start({ ...asked, key: 'k' });
  expect(again).toMatchObject({ replayed: true, record: { id: record.id } });
  await after.clock.advance(120_000);
  expect((await after.pipeline.start({ ...asked, key: 'k' })).replayed).toBe(false);
});

test('a wall clock that is put forward does not make a key forgotten, and one that is put back neither', async () => {
  const { toy, rig, start } = await readyToy();
  const record = await rig.settled((await start('k')).ended);
  const now = rig.clock.now.bind(rig.clock);
  const hour = 3_600_000;
  for (const jump of [25 * hour, -25 * hour]) {
    rig.clock.now = () => now() + jump;
    expect(await start('k')).toMatchObject({ replayed: true, record: { id: record.id } });
  }
  expect(toy.executed).toEqual(['SET 5']);
});

test('where keys are required, what changes something needs one', async () => {
  const { rig } = await readyToy({ idempotency: { expiryMs: 60_000, required: true } });
  await expect(rig.submit('toy', 'pulse')).rejects.toMatchObject({
    code: 'invalid-request',
    errors: [{ pointer: '/headers/idempotency-key' }],
  });
  expect(await rig.settled(rig.submit('toy', 'ask'))).toMatchObject({ outcome: 'succeeded' });
});
