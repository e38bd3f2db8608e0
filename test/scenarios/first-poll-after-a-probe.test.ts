import { expect, test } from 'vitest';
import type { Context } from '../../src/driver/index.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver, toyModel } from '../support/toy.ts';

const { setpoint, value } = toyModel.properties;
const source = { pollMs: 600_000 };
const slowModel = {
  ...toyModel,
  properties: { value: { ...value, source }, setpoint: { ...setpoint, source } },
};

/** After a reconnect the state is unknown until it is read; a slow poll must not leave it unread for its whole period. */
test('a device that was silent is read as soon as it answers again', async () => {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig({ ...toyDriver(), model: slowModel }, { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  toy.mute = true;
  await rig.settled(rig.submit('toy', 'pulse'));
  await rig.until(() => rig.device('toy').state === 'offline');
  toy.mute = false;
  await rig.until(() => rig.device('toy').state === 'ready', 60_000);
  await rig.clock.advance(5000);
  const read = ['value', 'setpoint'].map((name) => [name, rig.device('toy').reading(name).quality]);
  expect(read).toEqual([
    ['value', 'good'],
    ['setpoint', 'good'],
  ]);
});

test('a device that was away is read as soon as it is back', async () => {
  const toy = new ToyDevice();
  const driver = toyDriver();
  const contexts: Context[] = [];
  const attach: typeof driver.attach = (...args) => {
    contexts.push(args[2]);
    return driver.attach(...args);
  };
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig({ ...driver, attach, model: slowModel }, { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  const [context] = contexts;
  context?.availability(false, 'gone');
  await rig.clock.advance(5000);
  const backAt = rig.clock.now();
  context?.availability(true, 'back');
  await rig.clock.advance(5000);
  expect(rig.device('toy').reading('setpoint').at).toBeGreaterThanOrEqual(backAt);
});
