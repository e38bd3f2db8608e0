import { expect, test } from 'vitest';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/** A serial server (RFC 2217) has a second to say that it has dropped what it held. */
test('a stop does not wait until output was discarded, which is done once more after it', async () => {
  const clock = new VirtualClock();
  const toy = new ToyDevice();
  let discards = 0;
  const line = new MemoryLine(
    (far) => toy.serve(far),
    (near) => {
      near.discardOutput = () => {
        discards++;
        return new Promise((resolve) => clock.timer(1000, resolve));
      };
      return near;
    },
  );
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }], { clock });
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  toy.mute = true;
  const pulse = rig.submit('toy', 'pulse');
  await rig.until(() => discards === 1);
  toy.mute = false;
  const stopping = rig.stops.stop('toy', { by: 'test' });
  await clock.advance(300);
  expect(toy.executed).toContain('STOP');
  await rig.settled(Promise.all([stopping, pulse]));
  await rig.until(() => discards === 2);
});
