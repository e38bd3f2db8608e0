import { expect, test } from 'vitest';
import { createLab } from '../../src/testing/index.ts';
import { boxSimulator } from './wrong-drivers/box.ts';
import { boxDriver } from './wrong-drivers/driver.ts';

const msPerHour = 3_600_000;

/**
 * Two properties each minute for 24 hours, in one of which the wire is cut and opened anew with back-off: 2,760 questions
 * and answers. Measured: 0.26 s of processor time on a machine that others keep busy.
 */
test('a day of polls and back-off takes a moment', async () => {
  await using lab = await createLab({
    devices: { box: { model: 'box' } },
    drivers: [boxDriver()],
    simulators: [boxSimulator],
  });
  const { wire } = lab.device('box');
  const asked = (): number => wire.passed.filter(({ way }) => way === 'sent').length;
  const before = process.cpuUsage();
  const from = lab.clock.monotonic();
  await lab.clock.advance(12 * msPerHour);
  wire.down = true;
  await lab.clock.advance(msPerHour);
  wire.down = false;
  await lab.device('box').until('ready');
  await lab.clock.advance(from + 24 * msPerHour - lab.clock.monotonic());
  const { user, system } = process.cpuUsage(before);
  expect(asked()).toBeGreaterThan(23 * 60 * 2);
  expect(lab.device('box').reading('level')).toMatchObject({ quality: 'good', value: 3 });
  expect((user + system) / 1000).toBeLessThan(3000);
  if (process.env['BELLCRANK_TEST_LONG'] === '1') console.log(`a day took ${Math.round((user + system) / 1000)} ms`);
});
