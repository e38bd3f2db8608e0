import { expect, onTestFinished, test } from 'vitest';
import { grbl } from '../../drivers/grbl/driver.ts';
import { grblSimulator } from '../../simulators/grbl/index.ts';
import type { ByteConnection } from '../../src/driver/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

/** Writes for which `delayMs` gives something arrive so much later. */
function late(clock: VirtualClock, end: ByteConnection, delayMs: (text: string) => number): ByteConnection {
  const write = end.write.bind(end);
  end.write = async (bytes, signal) => {
    const copy = Uint8Array.from(bytes);
    const ms = delayMs(Buffer.from(copy).toString('latin1'));
    if (ms === 0) return await write(copy, signal);
    clock.timer(ms, () => void write(copy).catch(() => {}));
  };
  return end;
}

/** What the controller says takes 10 ms to arrive, as over USB or a network; it reads lines `readMs` after it has them. */
async function slowMill(readMs: number) {
  const clock = new VirtualClock();
  const simulator = grblSimulator.create({ clock, seed: 3, options: {} });
  const { wire, behaviour: machine } = simulator;
  if (wire.shape !== 'bytes') throw new Error('a controller speaks over a byte stream');
  const line = new MemoryLine(
    (far) => wire.serve(late(clock, far, () => 10)),
    (near) => late(clock, near, (text) => (text.startsWith('$J') ? readMs : 0)),
  );
  const rig = createRig(grbl, { line }, [{ id: 'mill', connection: 'line' }], { clock });
  onTestFinished(() => simulator.close());
  const mill = rig.device('mill');
  await rig.until(() => mill.state === 'ready' && mill.reading('state').quality === 'good');
  if (mill.reading('state').value === 'Alarm') await rig.settled(rig.submit('mill', 'unlock'));
  await clock.advance(100);
  return { clock, rig, machine };
}

/**
 * Whoever taps a jog key lets go of it before the line has left: the driver still asks for the status. The controller
 * ignores a cancel while nothing jogs, and takes it before a line that it has not read.
 */
test.each([
  [1, 0],
  [5, 0],
  [15, 0],
  [40, 0],
  [15, 30],
  [15, 300],
])('a jog that is cancelled after %i ms, and read after %i ms, does not run its whole way', async (afterMs, readMs) => {
  const { clock, rig, machine } = await slowMill(readMs);
  const jogging = rig.submit('mill', 'jog', { x: 50, feed: 600 });
  await clock.advance(afterMs);
  expect(await rig.settled(rig.submit('mill', 'jog-cancel'))).toMatchObject({ outcome: 'succeeded' });
  const stoodAt = machine.position[0];
  expect(await rig.settled(jogging, 60_000)).toMatchObject({ outcome: 'failed' });
  expect(machine.position[0]).toBe(stoodAt);
  expect(stoodAt).toBeLessThan(10);
});
