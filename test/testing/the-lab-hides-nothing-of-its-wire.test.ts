import { beforeAll, expect, test } from 'vitest';
import { createLab } from '../../src/testing/index.ts';

/** The first one loads the whole service. */
beforeAll(async () => await (await createLab({ devices: {} })).close(), 60_000);

const oven = { model: 'bellcrank-oven' } as const;

test('what backed up at a hung device is discarded after an unknown actuate, and never heard', async () => {
  await using lab = await createLab({ devices: { oven } });
  const device = lab.device('oven');
  await device.faults.set([{ kind: 'hang' }]);
  expect(await device.command('write:heater-on', { value: true })).toMatchObject({ outcome: 'unknown' });
  await lab.clock.advance(1000);
  await device.faults.clear();
  await device.until('ready');
  expect(device.state['heater-on']).toBe(false);
});

test('a write that is cut short does not complete: who gives it up closes the connection', async () => {
  await using lab = await createLab({ devices: { oven } });
  const device = lab.device('oven');
  await device.faults.set([{ kind: 'partial-write', bytes: 3, clearAfter: 1, match: '\\x05' }]);
  const before = device.wire.passed.at(-1)?.connection;
  expect(await device.command('write:heater-on', { value: true })).toMatchObject({ outcome: 'unknown' });
  await device.until('ready');
  expect(device.wire.passed.at(-1)?.connection).toBe(Number(before) + 1);
  expect(device.state['heater-on']).toBe(false);
});

test('a port that fails says how', async () => {
  await using lab = await createLab({ devices: { oven } });
  const device = lab.device('oven');
  await device.faults.set([{ kind: 'io-error', match: '\\x05', clearAfter: 1 }]);
  const { outcome, error } = await device.command('write:heater-on', { value: true });
  expect([outcome, error?.detail]).toEqual(['unknown', expect.stringContaining('EIO')]);
});
