import { onTestFinished } from 'vitest';
import { grbl } from '../../drivers/grbl/driver.ts';
import { grblSimulator } from '../../simulators/grbl/index.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { createRig, MemoryLine } from './rig.ts';

/** A simulated mill behind the real driver and the whole runtime, ready. */
export async function readyMill(simulate: object = {}, options: object = {}, store = new MemoryStore(10_000)) {
  const clock = new VirtualClock();
  const simulator = grblSimulator.create({ clock, seed: 3, options: { homingMs: 2000, ...simulate } });
  const { wire, behaviour: machine, port } = simulator;
  if (wire.shape !== 'bytes') throw new Error('a controller speaks over a byte stream');
  /** What happens once the controller has said so many things more. */
  const said = { at: 0, act: (): void => {} };
  /** While it is a list, what the controller says goes no further. */
  const held: { said: Uint8Array[] | undefined } = { said: undefined };
  const line = new MemoryLine((far) => {
    const write = far.write.bind(far);
    far.write = (bytes, signal) => {
      if (held.said !== undefined) return Promise.resolve(void held.said.push(bytes));
      const written = write(bytes, signal);
      if (said.at > 0 && --said.at === 0) said.act();
      return written;
    };
    wire.serve(far);
  });
  const rig = createRig(grbl, { line }, [{ id: 'mill', connection: 'line', options }], { clock, store });
  onTestFinished(() => simulator.close());
  const mill = rig.device('mill');
  const ready = () => rig.until(() => mill.state === 'ready' && mill.reading('state').quality === 'good');
  await ready();
  const known = (): unknown => mill.reading('position-known').value;
  /** Lets the service hear so many of those that were kept, and from then on only what is said. */
  const letGo = (count = Infinity): void => {
    const kept = held.said?.splice(0, count) ?? [];
    held.said = undefined;
    for (const bytes of kept) void line.far?.write(bytes);
  };
  return { clock, machine, port, rig, mill, line, ready, known, said, held, letGo };
}

/** Ten seconds of motion, and a job of more than a minute. */
export const longMove = { x: 100, feed: 600 };
export const job = { gcode: Array.from({ length: 200 }, (_, index) => `G1 X${index % 10} F300`).join('\n') };
