import { expect, test } from 'vitest';
import { trusted } from '../../src/access/caller.ts';
import type { AnyDriver, Model } from '../../src/driver/index.ts';
import { FlakyStore } from '../support/flaky-store.ts';
import { numberedDriver, numberedModel, readyNumbered } from '../support/numbered.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

type Ready = Awaited<ReturnType<typeof readyNumbered>>;

/** Each comes, and is over, before the next attempt. */
const decisions: Record<string, readonly [string, (its: Ready) => Promise<unknown>]> = {
  'a command': ['a newer command', ({ rig }) => rig.submit('box', 'set', { value: 0 })],
  'a stop': [
    'a stop',
    async ({ rig }) => {
      await rig.stops.stop('box', { by: 'test' });
      await rig.stops.release('box', 'test');
    },
  ],
  'a lease': [
    'a change of its lease',
    async ({ rig }) => {
      const { token } = await rig.leases.take('box', { by: 'ann', ttlMs: 1000 });
      await rig.leases.release('box', token);
    },
  ],
};

test.each(Object.entries(decisions))('busy, then %s: the refusal stands, and at once', async (_, [what, decide]) => {
  const its = await readyNumbered();
  const { rig, far, asked } = its;
  far.reply = (text) => (text === 'set 1' ? 'BUSY' : 'OK');
  const first = rig.submit('box', 'set', { value: 1 });
  await rig.until(() => asked.includes('set 1'));
  const begun = rig.clock.monotonic();
  await rig.settled(decide(its));
  far.reply = () => 'OK';
  const record = await rig.settled(first);
  expect(record).toMatchObject({ outcome: 'refused', error: { code: 'busy' } });
  expect(record.error?.detail).toBe(`the device is busy; not sent again after ${what}`);
  expect(record.attempts).toBeUndefined();
  expect(rig.clock.monotonic() - begun).toBeLessThan(50);
  await rig.clock.advance(3000);
  expect(asked.filter((text) => text === 'set 1')).toHaveLength(1);
});

test('unanswered beside a newer command that has succeeded: not sent again', async () => {
  const { rig, far, asked } = await readyNumbered();
  far.reply = (text) => (text === 'set 0' ? 'OK' : undefined);
  const first = rig.submit('box', 'set', { value: 1 });
  await rig.until(() => asked.includes('set 1'));
  expect(await rig.settled(rig.submit('box', 'set', { value: 0 }))).toMatchObject({ outcome: 'succeeded' });
  expect(await rig.settled(first)).toMatchObject({
    outcome: 'unknown',
    error: { code: 'device-timeout', detail: 'no answer; not sent again after a newer command' },
  });
  expect(asked).toEqual(['set 1', 'set 0']);
});

test('what only reads decides nothing, and nor does what was accepted before, or a lease that is renewed', async () => {
  const { rig, far, asked } = await readyNumbered();
  const { token } = await rig.leases.take('box', { by: 'test', ttlMs: 5000 });
  const submit = (value: number) => {
    const caller = trusted('test');
    return rig.pipeline.submit({ device: 'box', command: 'set', params: { value }, leaseToken: token, caller });
  };
  const before = submit(1);
  const it = submit(2);
  await rig.until(() => asked.includes('set 2'));
  const read = rig.submit('box', 'ask', { value: 3 });
  await rig.leases.take('box', { by: 'test', ttlMs: 5000, token });
  await rig.until(() => asked.length === 3);
  far.reply = () => 'OK';
  expect(await rig.settled(it)).toMatchObject({ outcome: 'succeeded', attempts: 2 });
  expect(await rig.settled(before)).toMatchObject({ outcome: 'unknown' });
  await rig.settled(read);
  expect(asked.filter((text) => text.startsWith('set'))).toEqual(['set 1', 'set 2', 'set 2']);
});

test('a lease that came and went while the line was brought back into step: not sent again', async () => {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line', retries: 1 }]);
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  toy.mute = true;
  const first = rig.submit('toy', 'set', { value: 5 });
  await rig.clock.advance(205);
  expect(rig.device('toy').state).toBe('quarantined');
  const { token } = await rig.leases.take('toy', { by: 'ann', ttlMs: 1000 });
  await rig.leases.release('toy', token);
  toy.mute = false;
  expect(await rig.settled(first)).toMatchObject({ outcome: 'unknown' });
  await rig.clock.advance(3000);
  expect(toy.executed).toEqual(['SET 5']);
});

test('what comes while the next attempt goes on record keeps it back, and it counts as none', async () => {
  const store = new FlakyStore();
  const { rig, far, asked } = await readyNumbered({ store });
  far.reply = () => 'BUSY';
  const first = rig.submit('box', 'set', { value: 1 });
  await rig.until(() => asked.length === 1);
  store.mode = 'hangs';
  await rig.clock.advance(110);
  const second = rig.submit('box', 'set', { value: 0 });
  await rig.clock.advance(10);
  far.reply = () => 'OK';
  store.mend();
  const record = await rig.settled(first);
  expect(record).toMatchObject({ outcome: 'refused' });
  expect(record.attempts).toBeUndefined();
  await rig.settled(second);
  expect(asked).toEqual(['set 1', 'set 0']);
});

test('a device that is described otherwise meanwhile gets nothing that was meant for what it was', async () => {
  let model: Model = numberedModel;
  const driver: AnyDriver = {
    ...numberedDriver,
    get model() {
      return model;
    },
  };
  const { rig, far, asked } = await readyNumbered({ driver });
  far.reply = () => 'BUSY';
  const first = rig.submit('box', 'set', { value: 1 });
  await rig.until(() => asked.length === 1);
  const { set } = numberedModel.commands;
  model = { ...model, commands: { ...model.commands, set: { ...set, summary: 'One step on', effect: 'actuate' } } };
  await rig.settled(rig.registry.renew(driver));
  far.reply = () => 'OK';
  expect(await rig.settled(first)).toMatchObject({ outcome: 'refused' });
  expect(asked).toEqual(['set 1']);
});
