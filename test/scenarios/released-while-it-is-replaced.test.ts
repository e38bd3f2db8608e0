import { expect, test } from 'vitest';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/** A toy that is being disabled while a question of its own is under way, for as long as that is not answered. */
async function leavingToy({ isStopped }: { isStopped: boolean }) {
  const toy = new ToyDevice();
  const rig = createRig(toyDriver(), { line: new MemoryLine((far) => toy.serve(far)) }, [
    { id: 'toy', connection: 'line' },
  ]);
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  if (isStopped) await rig.settled(rig.stops.stop('toy', { by: 'first' }));
  toy.held = [];
  void rig.submit('toy', 'ask').catch(() => {});
  await rig.until(() => toy.held?.length === 1);
  const before = rig.device('toy');
  const replaced = rig.devices.change('toy', { enabled: false }, { by: 'test' });
  await rig.until(() => rig.device('toy') !== before);
  return { rig, toy, replaced };
}

test('a device that is released while it is replaced stays released', async () => {
  const { rig, toy, replaced } = await leavingToy({ isStopped: true });
  await rig.settled(rig.stops.release('toy', 'test'));
  toy.release();
  await rig.settled(replaced);
  expect(rig.device('toy').latched).toBe(false);
  expect(rig.stops.latchOf('toy')).toBeUndefined();
});

test('one that is stopped meanwhile stays stopped, and one that is released and stopped again', async () => {
  for (const isStopped of [false, true]) {
    const { rig, toy, replaced } = await leavingToy({ isStopped });
    if (isStopped) await rig.settled(rig.stops.release('toy', 'test'));
    const stopping = rig.stops.stop('toy', { by: 'second' });
    toy.release();
    await rig.settled(Promise.all([stopping, replaced]));
    expect(rig.device('toy').latchedBy).toBe('second');
    expect(rig.stops.latchOf('toy')).toBe('second');
    expect(toy.executed.at(-1)).toBe('STOP');
  }
});

test('one whose release is being put on record as it is replaced is released', async () => {
  const { rig, toy, replaced } = await leavingToy({ isStopped: true });
  toy.release();
  await rig.settled(replaced);
  const released = rig.stops.release('toy', 'test');
  const before = rig.device('toy');
  const enabled = rig.devices.change('toy', { enabled: true }, { by: 'test' });
  await rig.settled(Promise.all([released, enabled]));
  expect(rig.device('toy')).not.toBe(before);
  expect(rig.device('toy').latched).toBe(false);
});
