import { expect, test } from 'vitest';
import { bench } from '../support/mqtt/bench.ts';
import { hubBroker } from '../support/mqtt/brokers.ts';
import { mqttRpc } from '../support/mqtt/mqtt-rpc.ts';
import { shellyGen2 } from '../support/mqtt/shelly-gen2.ts';
import { sparkplugDevice } from '../support/mqtt/sparkplug-b.ts';
import { tasmota } from '../support/mqtt/tasmota.ts';

const patience = { timeout: 10_000, interval: 5 };
const off = { shelly: false, tasmota: false, rpc: false, sparkplug: 0 };
const dialects = [
  [shellyGen2, off.shelly],
  [tasmota, off.tasmota],
  [mqttRpc('field'), off.rpc],
  [sparkplugDevice, off.sparkplug],
] as const;

/** The connection stays; the device says that it goes, hears nothing of its stop, and comes back as it was. */
test.each(dialects)(
  '$name: what was stopped while it was away is stopped when it comes back',
  async (dialect, safe) => {
    const its = await bench(dialect, hubBroker());
    const [lamp] = its.devices;
    if (lamp === undefined) throw new Error('there is no device');
    await expect.poll(() => lamp.device.state, patience).toBe('ready');
    const [unsafe] = dialect.set.values;
    await its.set(lamp, unsafe);
    lamp.steering.leave?.();
    await expect.poll(() => lamp.device.state, patience).toBe('offline');
    lamp.device.latch('test');

    expect(lamp.steering.value()).toEqual(unsafe);
    lamp.steering.come?.();
    await expect.poll(() => lamp.device.state, patience).toBe('ready');
    expect(lamp.steering.value()).toEqual(safe);
  },
);

test('what starts afresh while it is stopped is stopped again', async () => {
  const its = await bench(tasmota, hubBroker());
  const [lamp] = its.devices;
  if (lamp === undefined) throw new Error('there is no device');
  await expect.poll(() => lamp.device.state, patience).toBe('ready');
  await its.control.stops.stop(lamp.id, { by: 'test' });
  const before = its.tap.published.length;
  its.tap.inject({ topic: `tele/${lamp.id}/LWT`, payload: Buffer.from('Online'), retained: false });
  await expect.poll(() => lamp.device.state, patience).toBe('ready');
  const sent = () => its.tap.published.slice(before).map(({ topic, payload }) => [topic, String(payload)]);
  await expect.poll(sent, patience).toContainEqual([`cmnd/${lamp.id}/POWER`, 'OFF']);
});
