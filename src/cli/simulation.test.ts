import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { simulators } from '../../simulators/index.ts';
import type { SimulatorKind } from '../../simulators/simulator.ts';
import { systemClock } from '../clock.ts';
import { mqtt } from '../transport/mqtt.ts';
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
    via,
    devices: [{ model: 'heater', seed: 1, options: {} }],
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

test('several simulators are behind one broker, and one connection reaches them all', async () => {
  const simulation = createSimulation({ simulation: { brokerPort: 0 } }, simulators, systemClock);
  onTestFinished(() => simulation.close());
  const running = await simulation.simulate('house', {
    kind: 'simulate',
    simulated: true,
    via: 'mqtt',
    devices: ['plug-1', 'plug-2'].map((topic) => ({ model: 'tasmota', seed: 1, options: { topic } })),
  });
  onTestFinished(() => running.close());
  if (running.transport !== 'mqtt') throw new Error('it is no broker');
  const connection = await mqtt.open(running.settings, {
    signal: new AbortController().signal,
    clock: systemClock,
    onStray: () => {},
  });
  if (connection?.shape !== 'messages') throw new Error('it carries no messages');
  onTestFinished(() => connection.close());
  const online = new Set<string>();
  await connection.subscribe('tele/+/LWT', ({ topic }) => online.add(topic));
  await vi.waitFor(() => expect([...online].toSorted()).toEqual(['tele/plug-1/LWT', 'tele/plug-2/LWT']));
});

test('one of several that cannot run ends them all', async () => {
  const simulation = createSimulation({ simulation: { brokerPort: 0 } }, [...simulators, kind], systemClock);
  onTestFinished(() => simulation.close());
  const devices = [
    { model: 'tasmota', seed: 1, options: { topic: 'plug-1' } },
    { model: 'heater', seed: 1, options: {} },
  ];
  await expect(
    simulation.simulate('house', { kind: 'simulate', simulated: true, via: 'mqtt', devices }),
  ).rejects.toThrow('connections.house.simulate: the simulator of heater cannot run');
});

test('each simulator starts with its own faults, and says where one of them is wrong', async () => {
  const simulation = createSimulation({ simulation: { brokerPort: 0 } }, simulators, systemClock);
  onTestFinished(() => simulation.close());
  const shared = { kind: 'simulate', simulated: true, via: 'mqtt' } as const;
  const plug = (topic: string) => ({ model: 'tasmota', seed: 5, options: { topic } });
  const faults = [{ kind: 'delay', ms: 20 }];
  const devices = [plug('a'), { ...plug('b'), faults, faultSeed: 9 }, { ...plug('c'), faults }];
  const running = await simulation.simulate('house', { ...shared, devices });
  onTestFinished(() => running.close());
  expect(running.controls.map((control) => control.faults())).toMatchObject([
    { seed: 5, faults: [] },
    { seed: 9, faults: [{ fault: faults[0], active: true }] },
    { seed: 5, faults: [{ fault: faults[0], active: true }] },
  ]);
  const lid = [...faults, { kind: 'mute', when: { state: 'lid', is: 1 } }];
  await expect(
    simulation.simulate('other', { ...shared, devices: [plug('d'), { ...plug('e'), faults: lid }] }),
  ).rejects.toThrow(/^connections\.other\.simulate\.devices\[1\]\.faults\[1\]\.when\.state: is nothing that .*known: /);
  const oven = { model: 'bellcrank-oven', seed: 1, options: { units: [{ unit: 1 }, { unit: 2 }] }, faults: lid };
  await expect(
    simulation.simulate('line', { kind: 'simulate', simulated: true, via: 'memory', devices: [oven] }),
  ).rejects.toThrow(/^connections\.line\.simulate\.faults\[1\]\.when\.state: .*known: .*unit-2\./);
});
