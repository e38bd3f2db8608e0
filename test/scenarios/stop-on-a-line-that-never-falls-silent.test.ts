import { expect, test } from 'vitest';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { asHalfDuplex } from '../../src/transport/half-duplex.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver, toyModel } from '../support/toy.ts';

/** A device that babbles is the one that is stopped. */
test('a stop leaves on a half-duplex line that never falls silent', async () => {
  const clock = new VirtualClock();
  const toy = new ToyDevice();
  const signal = new AbortController().signal;
  const line = new MemoryLine(
    (far) => toy.serve(far),
    (near) => asHalfDuplex(near, { turnaroundMs: 200 }, { clock, signal }),
  );
  const rig = createRig(toyDriver(), { line }, [{ id: 'toy', connection: 'line' }], { clock });
  await rig.until(() => rig.device('toy').reading('setpoint').quality === 'good');
  let isBabbling = true;
  const babble = (): void => {
    if (!isBabbling) return;
    void line.far?.write(Buffer.from('!babble\n')).catch(() => {});
    clock.timer(50, babble);
  };
  babble();
  await clock.advance(100);
  const stopped = await rig.settled(rig.stops.stop('toy', { by: 'test' }));
  const { executed } = toy;
  isBabbling = false;
  expect(executed).toContain('STOP');
  expect(stopped.record?.outcome, `the stop of ${toyModel.name}`).not.toBe('not-sent');
});
