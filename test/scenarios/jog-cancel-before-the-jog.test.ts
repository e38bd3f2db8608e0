import { expect, onTestFinished, test } from 'vitest';
import { grbl } from '../../drivers/grbl/driver.ts';
import { grblSimulator } from '../../simulators/grbl/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

/**
 * Whoever taps a jog key lets go of it before the line has left: the driver still asks for the status. The controller
 * ignores a cancel while nothing jogs.
 */
test.each([1, 5, 15])(
  'a jog that is cancelled %i ms after it was asked for does not run its whole way',
  async (afterMs) => {
    const clock = new VirtualClock();
    const simulator = grblSimulator.create({ clock, seed: 3, options: {} });
    const { wire, behaviour: machine } = simulator;
    if (wire.shape !== 'bytes') throw new Error('a controller speaks over a byte stream');
    const line = new MemoryLine((far) => {
      // What is written takes 10 ms to arrive, as over USB or a network.
      const write = far.write.bind(far);
      far.write = async (bytes, signal) => {
        const copy = Uint8Array.from(bytes);
        clock.timer(10, () => void write(copy, signal).catch(() => {}));
      };
      wire.serve(far);
    });
    const rig = createRig(grbl, { line }, [{ id: 'mill', connection: 'line' }], { clock });
    onTestFinished(() => simulator.close());
    const mill = rig.device('mill');
    await rig.until(() => mill.state === 'ready' && mill.reading('state').quality === 'good');
    if (mill.reading('state').value === 'Alarm') await rig.settled(rig.submit('mill', 'unlock'));
    await clock.advance(100);
    const jogging = rig.submit('mill', 'jog', { x: 50, feed: 600 });
    await clock.advance(afterMs);
    const cancelled = await rig.settled(rig.submit('mill', 'jog-cancel'));
    await rig.settled(jogging, 60_000);
    if (cancelled.outcome === 'succeeded') expect(machine.position[0]).toBeLessThan(10);
  },
);
