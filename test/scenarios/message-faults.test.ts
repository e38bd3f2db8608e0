import { describe, expect, test } from 'vitest';
import { type Bench, bench, type BenchDevice } from '../support/mqtt/bench.ts';
import { hubBroker } from '../support/mqtt/brokers.ts';
import type { Dialect } from '../support/mqtt/dialect.ts';
import { esphomeNumber } from '../support/mqtt/esphome.ts';
import { homeAssistantDialects } from '../support/mqtt/home-assistant.ts';
import { homie5 } from '../support/mqtt/homie.ts';
import { mqttRpc } from '../support/mqtt/mqtt-rpc.ts';
import { shellyGen2 } from '../support/mqtt/shelly-gen2.ts';
import { sparkplugDevice } from '../support/mqtt/sparkplug-b.ts';
import { tasmota } from '../support/mqtt/tasmota.ts';
import { topicMapLamp } from '../support/mqtt/topic-map.ts';
import { zigbee2mqtt } from '../support/mqtt/zigbee2mqtt.ts';

const dialects: readonly Dialect[] = [
  tasmota,
  esphomeNumber,
  shellyGen2,
  zigbee2mqtt,
  homie5,
  ...homeAssistantDialects.slice(0, 1),
  sparkplugDevice,
  mqttRpc('field'),
  topicMapLamp,
];
/** Those whose dialect has a refusal. */
const refusing = new Set([tasmota.name, shellyGen2.name, zigbee2mqtt.name, 'mqtt-rpc, ids in the field']);

const faults = [
  { kind: 'delay', ms: 20, jitterMs: 30 },
  { kind: 'late', ms: 500 },
  { kind: 'drop' },
  { kind: 'drop', direction: 'heard' },
  { kind: 'duplicate', copies: 3 },
  { kind: 'duplicate', direction: 'heard' },
  { kind: 'corrupt', unit: 'byte', count: 3 },
  { kind: 'truncate' },
  { kind: 'hang' },
  { kind: 'mute' },
  { kind: 'retained' },
  { kind: 'lost-ack' },
  { kind: 'reorder', messages: 3, ms: 50 },
  { kind: 'invalid-json' },
];

const patience = { timeout: 10_000, interval: 10 };

async function oneOf(dialect: Dialect): Promise<{ its: Bench; lamp: BenchDevice }> {
  const its = await bench(dialect, hubBroker());
  const [lamp] = its.devices;
  if (lamp === undefined) throw new Error('there is no device');
  await expect.poll(() => lamp.device.state, patience).toBe('ready');
  return { its, lamp };
}

describe.each(dialects.map((dialect) => [dialect.name, dialect] as const))('%s', (name, dialect) => {
  const [first, second] = dialect.set.values;

  test.each(faults)('%j: an honest outcome, and recovery', { timeout: 30_000 }, async (fault) => {
    const { its, lamp } = await oneOf(dialect);
    await its.set(lamp, first);
    await lamp.faults.set({ faults: [fault] });
    const { outcome } = await its.set(lamp, second);
    expect(['succeeded', 'unknown', 'failed']).toContain(outcome);
    if (outcome === 'succeeded') expect(lamp.steering.value()).toEqual(second);
    const silent = ['hang', 'mute', 'lost-ack', 'drop'].includes(fault.kind);
    if (silent) expect(outcome).toBe('unknown');
    await lamp.faults.clear();
    // What was changed on its way may have been taken for its end, or its description: it tells anew when it comes.
    lamp.steering.come?.();
    await expect.poll(async () => (await its.set(lamp, first)).outcome, patience).toBe('succeeded');
    await expect.poll(() => lamp.steering.value(), patience).toEqual(first);
  });

  test.runIf(refusing.has(name))('a refusal is a refusal, and nothing is done', async () => {
    const { its, lamp } = await oneOf(dialect);
    await its.set(lamp, first);
    await lamp.faults.set({ faults: [{ kind: 'nak', clearAfter: 1 }] });
    expect(await its.set(lamp, second)).toMatchObject({ outcome: 'refused' });
    expect(lamp.steering.value()).toEqual(first);
    expect(await its.set(lamp, second)).toMatchObject({ outcome: 'succeeded' });
  });
});
