import { expect, test } from 'vitest';
import { BellcrankError } from '../../src/errors.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

async function ready() {
  const toy = new ToyDevice();
  const rig = createRig(toyDriver(), { line: new MemoryLine((far) => toy.serve(far)) }, [
    { id: 'toy', connection: 'line' },
  ]);
  const device = rig.device('toy');
  await rig.until(() => device.state === 'ready' && device.lane.inFlight === 0);
  return { rig, device };
}

test('a free line gives a turn at once, and no second one while that lasts', async () => {
  const { device } = await ready();
  const turn = device.acquireNow();
  expect(turn).toBeDefined();
  expect(device.acquireNow()).toBeUndefined();
  turn?.release();
  expect(device.acquireNow()).toBeDefined();
});

test('a device that is being removed takes no turn, although it is still attached', async () => {
  const { rig, device } = await ready();
  const gone = rig.registry.remove('toy', new BellcrankError('device-not-found', 'the device was removed'));
  expect([device.state, device.acquireNow()]).toEqual(['ready', undefined]);
  await rig.settled(gone);
});
