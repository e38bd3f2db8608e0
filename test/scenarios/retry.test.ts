import { expect, test } from 'vitest';
import { FlakyStore } from '../support/flaky-store.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

async function readyToy(retries = 2) {
  const toy = new ToyDevice();
  const asked: string[] = [];
  const store = new FlakyStore();
  const line = new MemoryLine((far) => {
    far.onData((chunk) => asked.push(Buffer.from(chunk).toString('latin1').trim()));
    toy.serve(far);
  });
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line', retries }], { store });
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  asked.length = 0;
  return { toy, asked, rig, line, store };
}

test('what only sets is sent again after the line is back in step, within its time', async () => {
  const { toy, asked, rig, store } = await readyToy();
  toy.mute = true;
  const done = rig.submit('toy', 'set', { value: 5 });
  await rig.until(() => asked.includes('SET 5'));
  await rig.clock.advance(205);
  toy.mute = false;
  expect(await rig.settled(done)).toMatchObject({ outcome: 'succeeded', attempts: 2 });
  expect(asked).toEqual(['SET 5', 'ID?', 'SET 5']);
  expect(store.written.filter(({ state }) => state === 'ended')).toHaveLength(1);
});

test('off by default, and never for what actuates', async () => {
  const off = await readyToy(0);
  off.toy.mute = true;
  const set = off.rig.submit('toy', 'set', { value: 5 });
  await off.rig.clock.advance(205);
  off.toy.mute = false;
  expect(await off.rig.settled(set)).toMatchObject({ outcome: 'unknown' });
  expect(off.toy.executed).toEqual(['SET 5']);

  const { toy, rig } = await readyToy();
  toy.mute = true;
  const pulse = rig.submit('toy', 'pulse');
  await rig.clock.advance(205);
  toy.mute = false;
  expect(await rig.settled(pulse)).toMatchObject({ outcome: 'unknown' });
  await rig.clock.advance(5000);
  expect(toy.executed).toEqual(['PULSE']);
});

test('never after a newer command, a stop, or a late reply', async () => {
  const newer = await readyToy();
  newer.toy.mute = true;
  const first = newer.rig.submit('toy', 'set', { value: 5 });
  await newer.rig.until(() => newer.toy.executed.length === 1);
  const second = newer.rig.submit('toy', 'set', { value: 6 });
  await newer.rig.clock.advance(205);
  newer.toy.mute = false;
  expect(await newer.rig.settled(first)).toMatchObject({ outcome: 'unknown' });
  expect(await newer.rig.settled(second)).toMatchObject({ outcome: 'succeeded' });
  expect(newer.toy.executed).toEqual(['SET 5', 'SET 6']);

  const stopped = await readyToy();
  stopped.toy.mute = true;
  const set = stopped.rig.submit('toy', 'set', { value: 5 });
  await stopped.rig.clock.advance(205);
  const stopping = stopped.rig.stops.stop('toy', { by: 'test' });
  stopped.toy.mute = false;
  expect(await stopped.rig.settled(set)).toMatchObject({ outcome: 'unknown' });
  await stopped.rig.settled(stopping);
  await stopped.rig.clock.advance(2000);
  expect(stopped.toy.executed.filter((line) => line.startsWith('SET'))).toEqual(['SET 5']);

  const late = await readyToy();
  late.toy.held = [];
  const held = late.rig.submit('toy', 'set', { value: 5 });
  await late.rig.clock.advance(205);
  late.toy.release();
  expect((await late.rig.settled(held)).outcome).toMatch(/unknown|succeeded/);
  await late.rig.until(() => late.rig.ended.at(-1)?.outcome === 'succeeded');
  expect(late.rig.ended.at(-1)).toMatchObject({ resolvedLate: true });
  expect(late.toy.executed).toEqual(['SET 5']);
});

test('a refusal of the second attempt says nothing of the first', async () => {
  const { toy, asked, rig } = await readyToy();
  toy.mute = true;
  const done = rig.submit('toy', 'set', { value: 5 });
  await rig.until(() => asked.includes('SET 5'));
  await rig.clock.advance(205);
  toy.twist = (line, reply) => (line.startsWith('SET') ? 'ERR 1' : reply);
  toy.mute = false;
  expect(await rig.settled(done)).toMatchObject({ outcome: 'unknown', error: { code: 'device-timeout' } });
  expect(toy.executed).toEqual(['SET 5', 'SET 5']);
});

test('an interlock, or a stop, that came between is asked again before the second attempt leaves', async () => {
  const { toy, asked, rig } = await readyToy();
  toy.mute = true;
  const done = rig.submit('toy', 'set', { value: 5 });
  await rig.until(() => asked.includes('SET 5'));
  await rig.clock.advance(205);
  rig.device('toy').latch('test');
  toy.mute = false;
  expect(await rig.settled(done)).toMatchObject({ outcome: 'unknown' });
  expect(toy.executed).toEqual(['SET 5']);
});
