import { trusted } from '../../src/access/caller.ts';
import { expect, test } from 'vitest';
import { BellcrankError, type ByteConnection } from '../../src/driver/index.ts';
import { endInDoubt } from '../../src/command/recover.ts';
import { FlakyStore } from '../support/flaky-store.ts';
import { createRig, MemoryLine, type RigSettings, silentLog } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

async function readyToy(settings: RigSettings = {}) {
  const store = new FlakyStore();
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }], { store, ...settings });
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  return { toy, line, rig, store };
}

test('no byte leaves before `sent` is on record, and nobody hears of an end before it is', async () => {
  const { toy, rig, store } = await readyToy();
  store.mode = 'hangs';
  const { record, ended } = await rig.pipeline.start({
    device: 'toy',
    command: 'pulse',
    params: {},
    caller: trusted('test'),
  });
  await rig.clock.advance(100);
  expect(toy.executed).toEqual([]);
  toy.held = [];
  store.mend();
  await rig.until(() => toy.executed.length === 1);
  store.mode = 'hangs';
  toy.release();
  let told = false;
  void ended.then(() => (told = true));
  await rig.clock.advance(100);
  expect(told).toBe(false);
  // What is on record is all that is shown of it.
  expect(rig.pipeline.underWay(record.id)).toMatchObject({ state: 'sent' });
  store.mend();
  expect(await rig.settled(ended)).toMatchObject({ outcome: 'succeeded' });
  expect(store.written.map(({ state }) => state)).toEqual(['sent', 'sent', 'ended']);
});

test('a journal that hangs lets a command expire, and its byte never leaves afterwards', async () => {
  const { toy, rig, store } = await readyToy();
  store.mode = 'hangs';
  const { ended } = await rig.pipeline.start({ device: 'toy', command: 'pulse', params: {}, caller: trusted('test') });
  await rig.clock.advance(1100);
  store.mend();
  expect(await rig.settled(ended)).toMatchObject({ outcome: 'not-sent', reason: 'expired' });
  await rig.clock.advance(1000);
  expect(toy.executed).toEqual([]);
  expect(rig.device('toy').state).toBe('ready');
});

test('what cannot be put on record is refused, unless the configuration says otherwise', async () => {
  const { toy, rig, store } = await readyToy();
  store.fail();
  await expect(rig.submit('toy', 'pulse')).rejects.toMatchObject({
    code: 'journal-unavailable',
    outcome: 'not-sent',
    message: expect.stringContaining('the disk is full') as unknown,
  });
  expect(toy.executed).toEqual([]);
  store.mend();
  expect(await rig.settled(rig.submit('toy', 'pulse'))).toMatchObject({ outcome: 'succeeded' });

  const lax = await readyToy({ policy: 'best-effort' });
  lax.store.fail();
  expect(await lax.rig.settled(lax.rig.submit('toy', 'pulse'))).toMatchObject({ outcome: 'succeeded' });
  expect(lax.rig.logged).toContain('a command is not on record');
});

test('an end that cannot be put on record is not told as known', async () => {
  const { toy, rig, store } = await readyToy();
  toy.held = [];
  const { record, ended } = await rig.pipeline.start({
    device: 'toy',
    command: 'pulse',
    params: {},
    caller: trusted('test'),
  });
  await rig.until(() => toy.executed.length === 1);
  store.fail();
  toy.release();
  await expect(rig.settled(ended)).rejects.toMatchObject({ code: 'journal-unavailable', outcome: 'unknown' });
  expect(await store.commands.get(record.id)).toMatchObject({ state: 'sent' });
});

test('a stop does not wait for the journal, and says that it is not on record', async () => {
  const { toy, rig, store } = await readyToy();
  for (const mode of ['hangs', 'fails'] as const) {
    store.mode = mode;
    toy.executed.length = 0;
    const stopping = rig.stops.stop('toy', { by: 'test' });
    await rig.until(() => toy.executed.includes('STOP'));
    expect(await rig.settled(stopping)).toMatchObject({ recorded: false, record: { outcome: 'succeeded' } });
    expect(rig.device('toy').latched).toBe(true);
  }
  // Nor is a latch let go of whose release nobody would remember.
  await expect(rig.settled(rig.stops.release('toy', 'test'))).rejects.toMatchObject({ code: 'journal-unavailable' });
  expect(rig.device('toy').latched).toBe(true);
  expect(rig.stops.latchOf('toy')).toBeDefined();
  store.mend();
  await rig.settled(rig.stops.release('toy', 'test'));
  expect(rig.device('toy').latched).toBe(false);
  expect(rig.stops.latchOf('toy')).toBeUndefined();
});

test('a stop during a command whose record hangs stops at once', async () => {
  const { toy, rig, store } = await readyToy();
  store.mode = 'hangs';
  const { ended } = await rig.pipeline.start({ device: 'toy', command: 'pulse', params: {}, caller: trusted('test') });
  await rig.clock.advance(10);
  const at = rig.clock.monotonic();
  const stopping = rig.stops.stop('toy', { by: 'test' });
  await rig.until(() => toy.executed.includes('STOP'));
  expect(rig.clock.monotonic() - at).toBeLessThanOrEqual(50);
  await rig.settled(stopping);
  store.mend();
  expect(await rig.settled(ended)).toMatchObject({ outcome: 'not-sent', reason: 'stopped' });
  expect(toy.executed).toEqual(['STOP']);
  // The driver was let go; it is not to blame for the disk.
  await rig.clock.advance(1000);
  expect(rig.logged.filter((line) => line.includes('torn down'))).toEqual([]);
});

test('stops are on record like commands, also those of a latched device that came back', async () => {
  const { rig, store, line } = await readyToy();
  const { record } = await rig.settled(rig.stops.stop('toy', { by: 'test', cause: 'smoke' }));
  expect(record).toMatchObject({ command: 'stop', params: { cause: 'smoke' }, by: 'test', outcome: 'succeeded' });
  expect(await store.commands.get(record.id)).toMatchObject({ confirmation: 'acknowledged' });
  await line.cut();
  await rig.until(() => store.written.length === 2);
  expect(store.written[1]).toMatchObject({ command: 'stop', by: 'bellcrank', outcome: 'succeeded' });
});

test('what a process left open ends: sent or about to be is unknown, queued never left; nothing is sent again', async () => {
  const { toy, rig, store } = await readyToy();
  toy.held = [];
  const sent = await rig.pipeline.start({
    device: 'toy',
    command: 'pulse',
    params: {},
    caller: trusted('test'),
    key: 'a',
  });
  await rig.until(() => toy.executed.length === 1);
  const [next, queued] = [
    await rig.pipeline.start({ device: 'toy', command: 'pulse', params: {}, caller: trusted('test'), key: 'c' }),
    await rig.pipeline.start({ device: 'toy', command: 'pulse', params: {}, caller: trusted('test'), key: 'b' }),
  ];
  const latest = new Map(store.written.map((record) => [record.id, record]));

  const after = createRig(toyDriver(), {}, [], { store });
  const observed: unknown[] = [];
  await endInDoubt([...latest.values()], {
    journal: after.pipeline.journal,
    clock: after.clock,
    log: silentLog,
    observe: ({ id, outcome }, timing) => void observed.push([id, outcome, timing]),
  });
  // Metrics and the log tell of them as of any that ended; how long they took nobody knows.
  expect(observed).toEqual([
    [sent.record.id, 'unknown', {}],
    [next.record.id, 'unknown', {}],
    [queued.record.id, 'not-sent', {}],
  ]);
  expect(await store.commands.get(sent.record.id)).toMatchObject({
    state: 'ended',
    outcome: 'unknown',
    error: { code: 'interrupted' },
  });
  expect(await store.commands.get(queued.record.id)).toMatchObject({ outcome: 'not-sent', reason: 'shutdown' });
  expect(await store.commands.get(next.record.id)).toMatchObject({
    outcome: 'unknown',
    error: { code: 'interrupted' },
  });
  expect(await store.commands.byKey('test', 'a', 0)).toMatchObject({ id: sent.record.id });
  expect(await store.commands.byKey('test', 'b', 0)).toBeUndefined();
  expect(await store.commands.byKey('test', 'c', 0)).toMatchObject({ id: next.record.id });
  expect(toy.executed).toEqual(['PULSE']);
});

test('a late reply that comes before `unknown` is on record resolves it all the same', async () => {
  const { toy, rig, store } = await readyToy();
  toy.held = [];
  const started = await rig.pipeline.start({
    device: 'toy',
    command: 'set',
    params: { value: 5 },
    caller: trusted('test'),
  });
  const { record } = started;
  // As it was told: the record itself goes on changing.
  const ended = started.ended.then((told) => ({ ...told }));
  await rig.until(() => toy.executed.length === 1);
  store.mode = 'hangs';
  await rig.clock.advance(210);
  toy.release();
  await rig.clock.advance(10);
  store.mend();
  expect(await rig.settled(ended)).toMatchObject({ outcome: 'unknown' });
  await rig.until(() => record.outcome === 'succeeded');
  expect(record.resolvedLate).toBe(true);
});

test('a stop that comes while a release is being recorded stands', async () => {
  const { rig, store } = await readyToy();
  for (const releasing of [() => rig.stops.release('toy', 'test'), () => rig.stops.releaseAll('test')]) {
    await rig.settled(rig.stops.stop('toy', { by: 'test' }));
    store.mode = 'hangs';
    const released = releasing();
    await rig.clock.advance(10);
    const stopping = rig.stops.stop('toy', { by: 'another' });
    await rig.settled(stopping);
    store.mend();
    await expect(rig.settled(released)).rejects.toMatchObject({ code: 'stopped' });
    expect(rig.device('toy').latched).toBe(true);
    expect(rig.stops.latchOf('toy')).toBeDefined();
  }
  await rig.settled(rig.stops.releaseAll('test'));
  expect(rig.device('toy').latched).toBe(false);
});

test('what waits in the queue ends as soon as it is known that its acceptance is not on record', async () => {
  const { toy, rig, store } = await readyToy();
  toy.held = [];
  const flying = await rig.pipeline.start({
    device: 'toy',
    command: 'set',
    params: { value: 1 },
    caller: trusted('test'),
  });
  await rig.until(() => toy.executed.length === 1);
  store.mode = 'hangs';
  // Next on the line: that it may leave is being written, and may be on record whatever is told.
  void rig.submit('toy', 'set', { value: 3 }).catch(() => {});
  const waiting = await rig.pipeline.start({
    device: 'toy',
    command: 'set',
    params: { value: 2 },
    caller: trusted('test'),
  });
  const refused = expect(waiting.ended).rejects.toMatchObject({ code: 'journal-unavailable', outcome: 'not-sent' });
  store.break();
  await rig.clock.advance(1);
  await refused;
  expect(toy.executed).toEqual(['SET 1']);
  store.mend();
  toy.release();
  expect(await rig.settled(flying.ended)).toMatchObject({ outcome: 'succeeded' });
});

test('a latch that is found only when the store opens stops a device that is there already', async () => {
  const { toy, rig, store } = await readyToy();
  await store.facts.set('latch:toy', { at: 0, caller: trusted('somebody'), cause: 'before' });
  expect(rig.device('toy').latched).toBe(false);
  await rig.settled(rig.control.restore());
  await rig.until(() => toy.executed.length === 1);
  expect(toy.executed).toEqual(['STOP']);
  expect(rig.device('toy').latchedBy).toContain('before');
});

test('that nothing was sent is not told as certain while the record says that it was', async () => {
  const store = new FlakyStore();
  const toy = new ToyDevice();
  let refuses = false;
  const wrap = (near: ByteConnection): ByteConnection => {
    const write = near.write.bind(near);
    near.write = async (bytes, signal, options) => {
      if (!refuses) return await write(bytes, signal, options);
      store.fail();
      throw new BellcrankError('device-offline', 'the port refuses before it takes a byte');
    };
    return near;
  };
  const line = new MemoryLine((far) => toy.serve(far), wrap);
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }], { store });
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  refuses = true;
  const { record, ended } = await rig.pipeline.start({
    device: 'toy',
    command: 'pulse',
    params: {},
    caller: trusted('test'),
  });
  await expect(rig.settled(ended)).rejects.toMatchObject({ code: 'journal-unavailable', outcome: 'unknown' });
  expect(await store.commands.get(record.id)).toMatchObject({ state: 'sent' });
  expect(toy.executed).toEqual([]);
});
