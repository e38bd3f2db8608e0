import { expect, test } from 'vitest';
import { trusted } from '../../src/access/caller.ts';
import type { JournalPolicy } from '../../src/command/journal.ts';
import { endInDoubt } from '../../src/command/recover.ts';
import { commandView } from '../../src/http/views.ts';
import { FlakyStore } from '../support/flaky-store.ts';
import { createRig, MemoryLine, silentLog } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/** What has to be on record before a command's first byte is written while another one has the line. */

const caller = trusted('test');

async function readyToy(policy: JournalPolicy = 'required') {
  const store = new FlakyStore();
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }], { store, policy });
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  await rig.settled(rig.submit('toy', 'pulse'));
  toy.executed.length = 0;
  store.written.length = 0;
  return { toy, rig, store };
}

type Ready = Awaited<ReturnType<typeof readyToy>>;

/** One has the line and waits for its answer; another one waits for the line. */
async function oneBehindAnother(
  { toy, rig, store }: Ready,
  more: { readonly leaseToken?: string; readonly timeoutMs?: number } = {},
) {
  toy.held = [];
  const first = await rig.pipeline.start({ device: 'toy', command: 'pulse', params: {}, caller, ...more });
  const second = await rig.pipeline.start({ device: 'toy', command: 'set', params: { value: 7 }, caller, ...more });
  await rig.until(() => toy.executed.length === 1);
  await rig.until(() => store.written.some(({ id, ahead }) => id === second.record.id && ahead === true));
  return { first, second };
}

const statesOf = (store: FlakyStore, id: string) =>
  store.written.filter((record) => record.id === id).map(({ state, ahead, outcome }) => [state, ahead, outcome]);

test('the next one leaves as soon as the line is free, although nothing can be put on record then', async () => {
  const its = await readyToy();
  const { toy, rig, store } = its;
  const { first, second } = await oneBehindAnother(its);
  // Whoever asks is told what is so.
  expect(second.record).toMatchObject({ state: 'queued' });
  const onRecord = store.written.findLast(({ id }) => id === second.record.id);
  expect(onRecord).toMatchObject({ state: 'queued', ahead: true });
  expect(onRecord && commandView(onRecord)).not.toHaveProperty('ahead');
  store.mode = 'hangs';
  toy.release();
  await rig.until(() => toy.executed.length === 2);
  expect(toy.executed).toEqual(['PULSE', 'SET 7']);
  store.mend();
  expect(await rig.settled(first.ended)).toMatchObject({ outcome: 'succeeded' });
  const ended = await rig.settled(second.ended);
  expect(ended).toMatchObject({ outcome: 'succeeded', sentAt: expect.any(Number) as number });
  expect(ended).not.toHaveProperty('ahead');
  expect(statesOf(store, second.record.id).at(-1)).toEqual(['ended', undefined, 'succeeded']);
});

test('what was written ahead and is not on record yet keeps the byte back', async () => {
  const { toy, rig, store } = await readyToy();
  toy.held = [];
  await rig.pipeline.start({ device: 'toy', command: 'pulse', params: {}, caller });
  await rig.until(() => toy.executed.length === 1);
  store.mode = 'hangs';
  const { ended } = await rig.pipeline.start({ device: 'toy', command: 'set', params: { value: 7 }, caller });
  await rig.clock.advance(10);
  toy.release();
  await rig.clock.advance(100);
  expect(toy.executed).toEqual(['PULSE']);
  store.mend();
  expect(await rig.settled(ended)).toMatchObject({ outcome: 'succeeded' });
});

test('once it is known that nothing can be put on record, what was written ahead does not suffice', async () => {
  const its = await readyToy();
  const { toy, rig, store } = its;
  const { second } = await oneBehindAnother(its);
  store.fail();
  toy.release();
  const ended = second.ended.catch((error: unknown) => error);
  await rig.clock.advance(100);
  expect(toy.executed).toEqual(['PULSE']);
  store.mend();
  expect(await rig.settled(ended)).toMatchObject({ code: 'journal-unavailable', outcome: 'unknown' });
});

test('only the next one is written ahead, and none while a turn takes long', async () => {
  const its = await readyToy();
  const { toy, rig, store } = its;
  const { second } = await oneBehindAnother(its);
  const third = await rig.pipeline.start({ device: 'toy', command: 'set', params: { value: 8 }, caller });
  await rig.clock.advance(150);
  expect(statesOf(store, third.record.id)).toEqual([['queued', undefined, undefined]]);
  toy.release();
  await rig.settled(second.ended);
  await rig.settled(third.ended);
  // The last turn that counts was the first one’s, of 150 ms, when the second one had the line.
  const states = statesOf(store, third.record.id).filter(([state]) => state !== 'ended');
  expect(states).toEqual([
    ['queued', undefined, undefined],
    ['sent', undefined, undefined],
  ]);
});

test('on a line that many wait for what goes on record waits for others, until few are left', async () => {
  const { toy, rig, store } = await readyToy();
  toy.held = [];
  const { put } = store.commands;
  const patient: (readonly [id: string, state: string, ahead: boolean | undefined])[] = [];
  (store.commands as { put: typeof put }).put = (record, mayWait) => {
    if (mayWait === true) patient.push([record.id, record.state, record.ahead]);
    return put(record);
  };
  const sent = [];
  for (let value = 0; value < 30; value++)
    sent.push(await rig.pipeline.start({ device: 'toy', command: 'set', params: { value }, caller }));
  const ids = sent.map(({ record }) => record.id);
  await rig.until(() => toy.executed.length === 1);
  // One has the line and sixteen wait: from then on.
  expect(patient.filter(([, , ahead]) => ahead !== true).map(([id]) => id)).toEqual(ids.slice(17));
  toy.release();
  for (const { ended } of sent) expect(await rig.settled(ended)).toMatchObject({ outcome: 'succeeded' });
  expect(toy.executed).toEqual(ids.map((_, value) => `SET ${value}`));
  const ended = patient.filter(([, state]) => state === 'ended').map(([id]) => id);
  expect(ended).toEqual(ids.slice(0, ended.length));
  expect(ended.length).toBeGreaterThan(5);
  expect(ended.length).toBeLessThan(16);
});

test('cancelled, expired or stopped meanwhile: nothing leaves, and that is on record', async () => {
  for (const what of ['cancelled', 'expired', 'stopped'] as const) {
    const its = await readyToy();
    const { toy, rig, store } = its;
    const { second } = await oneBehindAnother(its, what === 'expired' ? { timeoutMs: 100 } : {});
    const stopping = what === 'stopped' ? rig.stops.stop('toy', { by: 'test' }) : undefined;
    if (what === 'cancelled') expect(rig.pipeline.cancel(second.record.id)).toBe('withdrawn');
    if (what === 'expired') await rig.clock.advance(110);
    toy.release();
    expect(await rig.settled(second.ended)).toMatchObject({ outcome: 'not-sent', reason: what });
    await stopping;
    expect(toy.executed).not.toContain('SET 7');
    expect(statesOf(store, second.record.id).at(-1)).toEqual(['ended', undefined, 'not-sent']);
  }
});

test('what may not be sent any more when its turn comes is not sent', async () => {
  const its = await readyToy();
  const { toy, rig, store } = its;
  const { token } = await rig.settled(rig.leases.take('toy', { by: 'a', ttlMs: 60_000 }));
  const { second } = await oneBehindAnother(its, { leaseToken: token });
  await rig.settled(rig.leases.take('toy', { by: 'b', ttlMs: 60_000, steal: true }));
  toy.release();
  expect(await rig.settled(second.ended)).toMatchObject({ outcome: 'not-sent', reason: 'leased' });
  expect(toy.executed).toEqual(['PULSE']);
  expect(statesOf(store, second.record.id).at(-1)).toEqual(['ended', undefined, 'not-sent']);
});

test('a command that was not sent and whose end cannot be put on record is not told as not sent: the record says more', async () => {
  const its = await readyToy();
  const { rig, store } = its;
  const { second } = await oneBehindAnother(its);
  store.fail();
  rig.pipeline.cancel(second.record.id);
  await expect(rig.settled(second.ended)).rejects.toMatchObject({ code: 'journal-unavailable', outcome: 'unknown' });
});

test('an entry ahead that fails is no end: in its turn it is written again', async () => {
  const { toy, rig, store } = await readyToy();
  toy.held = [];
  await rig.pipeline.start({ device: 'toy', command: 'pulse', params: {}, caller });
  const { put } = store.commands;
  const commands = store.commands as { put: typeof put };
  commands.put = (next) => (next.ahead === true ? Promise.reject(new Error('no room')) : put(next));
  const { record, ended } = await rig.pipeline.start({ device: 'toy', command: 'set', params: { value: 7 }, caller });
  await rig.until(() => toy.executed.length === 1);
  toy.release();
  expect(await rig.settled(ended)).toMatchObject({ outcome: 'succeeded' });
  expect(statesOf(store, record.id).map(([state]) => state)).toEqual(['queued', 'sent', 'ended']);
});

test('after a crash it may have been sent: unknown, and sent by nobody', async () => {
  const its = await readyToy();
  const { second } = await oneBehindAnother(its);
  const inDoubt = its.store.written.findLast(({ id }) => id === second.record.id);
  if (inDoubt === undefined) throw new Error('it is not on record');
  const toy = new ToyDevice();
  const store = new FlakyStore();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }], { store });
  await rig.settled(endInDoubt([inDoubt], { journal: rig.pipeline.journal, clock: rig.clock, log: silentLog }));
  await rig.until(() => rig.device('toy').state === 'ready');
  expect(store.written).toMatchObject([{ state: 'ended', outcome: 'unknown', error: { code: 'interrupted' } }]);
  expect(store.written[0]).not.toHaveProperty('ahead');
  expect(toy.executed).toEqual([]);
});

test('on such a line nothing leaves, and no end is told, before it is on record', async () => {
  const { toy, rig, store } = await readyToy();
  const device = rig.device('toy');
  const { put } = store.commands;
  let ends = 0;
  // The disk hangs while many still wait, more than are on record ahead.
  (store.commands as { put: typeof put }).put = (record) => {
    if (record.state === 'ended' && ++ends === 5) store.mode = 'hangs';
    return put(record);
  };
  toy.held = [];
  const sent = [];
  const told: string[] = [];
  for (let value = 0; value < 60; value++)
    sent.push(await rig.pipeline.start({ device: 'toy', command: 'set', params: { value }, caller }));
  for (const { record, ended } of sent) void ended.then(() => told.push(record.id));
  await rig.until(() => toy.executed.length === 1);
  toy.release();
  await rig.until(() => store.mode === 'hangs');
  await rig.clock.advance(1);
  expect(device.lane.isPressed).toBe(true);
  const mayLeave = sent.filter(({ record: { id } }) =>
    store.written.some((record) => record.id === id && (record.ahead === true || record.state !== 'queued')),
  );
  expect(mayLeave.length).toBeLessThan(40);
  expect(toy.executed).toEqual(mayLeave.map((_, value) => `SET ${value}`));
  expect(told).toEqual(store.written.filter(({ state }) => state === 'ended').map(({ id }) => id));
  store.mend();
  for (const { ended } of sent) expect(await rig.settled(ended)).toMatchObject({ outcome: 'succeeded' });
  expect(toy.executed).toHaveLength(60);
});

test('what was written ahead in vain may be on record all the same: what is cancelled then is not told as not sent', async () => {
  const { toy, rig, store } = await readyToy();
  toy.held = [];
  await rig.pipeline.start({ device: 'toy', command: 'pulse', params: {}, caller });
  const { put } = store.commands;
  const commands = store.commands as { put: typeof put };
  // A batch that failed is tried again, and nobody waits for it any more.
  commands.put = async (next) => {
    await put(next);
    if (next.ahead === true) throw new Error('the disk was full');
  };
  const second = await rig.pipeline.start({ device: 'toy', command: 'set', params: { value: 7 }, caller });
  await rig.until(() => store.written.some(({ id, ahead }) => id === second.record.id && ahead === true));
  store.fail();
  rig.pipeline.cancel(second.record.id);
  await expect(rig.settled(second.ended)).rejects.toMatchObject({ code: 'journal-unavailable', outcome: 'unknown' });
});

test('best-effort: what was written ahead in vain keeps nothing back, and does not suffice', async () => {
  const { toy, rig, store } = await readyToy('best-effort');
  toy.held = [];
  await rig.pipeline.start({ device: 'toy', command: 'pulse', params: {}, caller });
  await rig.until(() => toy.executed.length === 1);
  store.fail();
  const { ended } = await rig.pipeline.start({ device: 'toy', command: 'set', params: { value: 7 }, caller });
  await rig.clock.advance(10);
  store.trouble = undefined;
  store.mode = 'hangs';
  toy.release();
  await rig.clock.advance(100);
  expect(toy.executed).toEqual(['PULSE']);
  store.break();
  expect(await rig.settled(ended)).toMatchObject({ outcome: 'succeeded' });
});
