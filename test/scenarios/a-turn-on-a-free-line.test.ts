import { expect, test } from 'vitest';
import { trusted } from '../../src/access/caller.ts';
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
  return { rig, device, toy };
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

test('a client that has gone before its turn has its command sent by nobody, although the line is free', async () => {
  const { rig, toy } = await ready();
  const withdrawn = AbortSignal.abort();
  const asked = { device: 'toy', command: 'set', params: { value: 3 }, caller: trusted('test'), withdrawn };
  expect(await rig.settled(rig.pipeline.submit(asked))).toMatchObject({
    outcome: 'not-sent',
    reason: 'cancelled',
    error: { code: 'cancelled' },
  });
  expect(toy.executed).toEqual([]);
});
