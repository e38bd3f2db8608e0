import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conformance, createLab, scriptedWire, VirtualClock } from 'bellcrank/testing';
import { thermometer } from './driver.ts';
import { thermometerSimulator } from './simulator.ts';

test('it asks who is there before anything else, and the line is as the manual has it', async () => {
  const clock = new VirtualClock();
  await using wire = scriptedWire(clock);
  wire.expect('WHO\n').reply('THERMOMETER\n');
  wire.whenever('T\n').reply('T 20.0\n');
  wire.expect('OFFSET 2\n').reply('OK\n', { afterMs: 100 });
  await using lab = await createLab({
    devices: { t1: { driver: 'thermometer', wire } },
    drivers: [thermometer],
    clock,
  });
  const { outcome } = await lab.device('t1').command('set-offset', { kelvin: 2 });
  assert.equal(outcome, 'succeeded');
});

for (const { name, run } of conformance(thermometer, thermometerSimulator)) test(name, run);
