import { conformance, createLab } from 'bellcrank/testing';
import { expect, test } from 'vitest';
import { thermometer } from './driver.ts';
import { thermometerSimulator } from './simulator.ts';

const bench = {
  devices: { t1: { model: 'thermometer' } },
  drivers: [thermometer],
  simulators: [thermometerSimulator],
};

test('it is read, with its offset', async () => {
  await using lab = await createLab(bench);
  const t1 = lab.device('t1');
  t1.setState({ celsius: 40 });
  expect(await t1.command('set-offset', { kelvin: -1.5 })).toMatchObject({ outcome: 'succeeded' });
  expect(await t1.read('temperature')).toBe(38.5);
});

test('what it does not allow is refused', async () => {
  await using lab = await createLab(bench);
  expect(await lab.device('t1').command('set-offset', { kelvin: 8 })).toMatchObject({ outcome: 'refused' });
});

test('a wire that is cut under a command leaves it unknown, and the thermometer comes back', async () => {
  await using lab = await createLab(bench);
  const t1 = lab.device('t1');
  await t1.faults.set([{ kind: 'mute' }]);
  const { ended } = await t1.start('set-offset', { kelvin: 1 });
  await lab.clock.advance(50);
  t1.wire.cut();
  expect(await lab.settled(ended)).toMatchObject({ outcome: 'unknown' });
  await t1.faults.clear();
  await t1.until('ready');
  expect(await t1.command('set-offset', { kelvin: 2 })).toMatchObject({ outcome: 'succeeded' });
});

const samples = { refused: [{ command: 'set-offset', params: { kelvin: 8 } }] };
for (const { name, run } of conformance(thermometer, thermometerSimulator, samples)) test(name, run);
