import { expect, test } from 'vitest';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver, toyModel } from '../support/toy.ts';

/** After a reconnect the state is unknown until it is read; a slow poll must not leave it unread for its whole period. */
test('a device that was silent is read as soon as it answers again', async () => {
  const toy = new ToyDevice();
  const { setpoint, value } = toyModel.properties;
  const source = { pollMs: 600_000 };
  const model = {
    ...toyModel,
    properties: { value: { ...value, source }, setpoint: { ...setpoint, source } },
  };
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig({ ...toyDriver(), model }, { line }, [{ id: 'toy', connection: 'line' }]);
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
