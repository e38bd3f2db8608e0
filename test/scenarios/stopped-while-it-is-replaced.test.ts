import { expect, test } from 'vitest';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

test('the stop of a device that is being disabled is answered as it was sent to the session that it still has', async () => {
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').state === 'ready');
  toy.held = [];
  const pulse = rig.submit('toy', 'pulse');
  await rig.until(() => toy.executed.length === 1);
  const disabling = rig.devices.change('toy', { enabled: false }, { by: 'test' });
  await rig.clock.advance(10);
  const stopping = rig.stops.stop('toy', { by: 'test' });
  await rig.until(() => toy.executed.includes('STOP'));
  toy.release();
  const { record } = await rig.settled(stopping);
  expect(record.outcome).not.toBe('not-sent');
  await rig.settled(Promise.all([disabling, pulse]));
});
