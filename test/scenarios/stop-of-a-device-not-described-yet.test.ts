import { expect, test } from 'vitest';
import { bench } from '../support/mqtt/bench.ts';
import { hubBroker } from '../support/mqtt/brokers.ts';
import { shellyGen2 } from '../support/mqtt/shelly-gen2.ts';
import { tasmota } from '../support/mqtt/tasmota.ts';

const patience = { timeout: 10_000, interval: 5 };

/** On when it left; its connection came back while it was away, so what it has is remembered, and not known. */
async function goneWhileOn(dialect: typeof shellyGen2) {
  const its = await bench(dialect, hubBroker());
  const [lamp] = its.devices;
  if (lamp === undefined) throw new Error('there is no device');
  await expect.poll(() => lamp.device.state, patience).toBe('ready');
  await its.set(lamp, true);
  lamp.steering.leave?.();
  await expect.poll(() => lamp.device.state, patience).toBe('offline');
  const old = its.tap;
  await lamp.device.reconnect('a test');
  await expect.poll(() => its.tap !== old && lamp.device.detail?.includes('last will'), patience).toBe(true);
  return { its, lamp };
}

const dialects = [
  [shellyGen2, { outcome: 'not-sent', reason: 'offline' }],
  [tasmota, { outcome: 'unknown', confirmation: 'sent' }],
] as const;

test.each(dialects)('$name: a stop that reached nobody is not confirmed', async (dialect, outcome) => {
  const { its, lamp } = await goneWhileOn(dialect);
  const { record } = await its.control.stops.stop(lamp.id, { by: 'test' });
  expect(record).toMatchObject(outcome);
  expect(lamp.steering.value()).toBe(true);
});

test.each(dialects)('$name: it is stopped when it comes back', async (dialect) => {
  const { its, lamp } = await goneWhileOn(dialect);
  await its.control.stops.stop(lamp.id, { by: 'test' });
  lamp.steering.come?.();
  await expect.poll(() => lamp.device.state, patience).toBe('ready');
  await expect.poll(() => lamp.steering.value(), patience).toBe(false);
});
