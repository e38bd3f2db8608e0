import { expect, onTestFinished, test } from 'vitest';
import { grbl } from '../../drivers/grbl/driver.ts';
import { grblSimulator } from '../../simulators/grbl/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

/** Noise on the line turns the dwell after a motion into something that the controller refuses (error:20, as for G5P0). */
async function noisyMill() {
  const clock = new VirtualClock();
  const simulator = grblSimulator.create({ clock, seed: 3, options: {} });
  const { wire, behaviour: machine } = simulator;
  if (wire.shape !== 'bytes') throw new Error('a controller speaks over a byte stream');
  const noise = { on: false };
  const line = new MemoryLine(
    (far) => wire.serve(far),
    (near) => {
      const write = near.write.bind(near);
      near.write = (bytes, signal) => {
        const text = Buffer.from(bytes).toString('latin1');
        return write(noise.on ? Buffer.from(text.replace(/^G4/m, 'G5'), 'latin1') : bytes, signal);
      };
      return near;
    },
  );
  const rig = createRig(grbl, { line }, [{ id: 'mill', connection: 'line' }], { clock });
  onTestFinished(() => simulator.close());
  await rig.until(() => rig.device('mill').state === 'ready' && rig.device('mill').reading('state').quality === 'good');
  if (rig.device('mill').reading('state').value === 'Alarm') await rig.settled(rig.submit('mill', 'unlock'));
  noise.on = true;
  return { rig, machine, clock };
}

test('a motion that was queued is not refused because the dwell after it was', async () => {
  const { rig, machine, clock } = await noisyMill();
  const record = await rig.settled(rig.submit('mill', 'move-to', { x: 20, feed: 600 }), 60_000);
  await clock.advance(10_000);
  expect(machine.position[0]).toBeGreaterThan(1);
  expect(record).toMatchObject({ outcome: 'unknown', error: { device: { code: 'error:20' } } });
});

test('a job is not told to be over when the dwell after it was refused', async () => {
  const { rig } = await noisyMill();
  const record = await rig.settled(rig.submit('mill', 'run-job', { gcode: 'G1X20F600' }), 60_000);
  expect(record).toMatchObject({ outcome: 'unknown', error: { device: { code: 'error:20' } } });
});
