import { expect, test } from 'vitest';
import type { LampSimulator } from '../../simulators/mqtt-rpc/index.ts';
import type { ShellySimulator } from '../../simulators/shelly-gen2/index.ts';
import { bench } from '../support/mqtt/bench.ts';
import { hubBroker } from '../support/mqtt/brokers.ts';
import { mqttRpc } from '../support/mqtt/mqtt-rpc.ts';
import { shellyGen2 } from '../support/mqtt/shelly-gen2.ts';

const dialects = [shellyGen2, mqttRpc('properties')];

async function keptBack(dialect: (typeof dialects)[number]) {
  const its = await bench(dialect, hubBroker());
  const [lamp] = its.devices;
  if (lamp === undefined) throw new Error('there is no device');
  await expect.poll(() => lamp.device.state, { timeout: 5000 }).toBe('ready');
  // Both simulators can keep their answers back.
  const { behaviour } = lamp.simulator as ShellySimulator | LampSimulator;
  behaviour.holdAnswers();
  const record = await its.set(lamp, dialect.set.values[0]);
  expect(record).toMatchObject({ outcome: 'unknown', error: { code: 'device-timeout' } });
  return { its, lamp, behaviour, record };
}

const resolved = { outcome: 'succeeded', confirmation: 'confirmed', resolvedLate: true };

test.each(dialects)('$name: an answer that comes after its time resolves its command', async (dialect) => {
  const { behaviour, record } = await keptBack(dialect);
  behaviour.releaseAnswers();
  await expect.poll(() => record, { timeout: 5000 }).toMatchObject(resolved);
});

test.each(dialects)(
  '$name: also when the device was given up and attached anew',
  { timeout: 20_000 },
  async (dialect) => {
    const { its, lamp, behaviour, record } = await keptBack(dialect);
    const before = its.tap.published.length;
    await expect.poll(() => lamp.device.state, { timeout: 10_000 }).not.toBe('quarantined');
    // What brings it into step is not answered, and then what attaches it: both were sent in vain.
    await expect.poll(() => its.tap.published.length, { timeout: 10_000 }).toBeGreaterThan(before + 3);
    expect(record).toMatchObject({ outcome: 'unknown' });
    behaviour.releaseAnswers();
    await expect.poll(() => record, { timeout: 5000 }).toMatchObject(resolved);
    await expect.poll(() => lamp.device.state, { timeout: 5000 }).toBe('ready');
  },
);
