import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SimulatorKind } from '../../simulators/simulator.ts';
import { VirtualClock } from '../testing/index.ts';
import { createSimulation } from './simulation.ts';

const kind: SimulatorKind = {
  model: 'heater',
  options: {},
  create() {
    throw new Error('volume cannot be "zero"');
  },
};
const simulate = (simulation: { directory?: string }, via: 'pty' | 'memory') =>
  createSimulation({ simulation: { brokerPort: 0, ...simulation } }, [kind], new VirtualClock()).simulate('line', {
    kind: 'simulate',
    simulated: true,
    model: 'heater',
    via,
    seed: 1,
    options: {},
  });

test('a simulator that cannot run is told with its connection and model', async () => {
  await expect(simulate({}, 'memory')).rejects.toThrow(
    'connections.line.simulate: the simulator of heater cannot run: volume cannot be "zero"',
  );
});

test('a folder for links that is not there', async () => {
  const directory = join(tmpdir(), 'bellcrank-no-such-folder');
  await expect(simulate({ directory }, 'pty')).rejects.toThrow(
    `simulation.directory: there is no folder ${directory}; make it, or name another`,
  );
  await expect(simulate({ directory }, 'memory')).rejects.toThrow('cannot run');
});
