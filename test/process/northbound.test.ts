import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { MessageConnection } from '../../src/transport/connection.ts';
import { mqtt } from '../../src/transport/mqtt.ts';
import { needs } from '../support/needs.ts';
import { type Mosquitto, startMosquitto } from '../wire/mosquitto.ts';
import { temporaryFolder } from '../wire/support.ts';
import { type Service, startService } from './service.ts';

const patience = { timeout: 20_000, interval: 50 };
const root = 'homie/5/bellcrank-lab/$state';
const base = 'bellcrank/lab/psu-1';
const config = 'homeassistant/device/bellcrank_lab/psu-1/config';

/** A service with one simulated supply that it tells a broker of. */
async function serving({ port }: Mosquitto, protocolVersion: 4 | 5): Promise<Service> {
  const file = join(temporaryFolder(), 'bellcrank.yaml');
  const url = `mqtt://127.0.0.1:${port}`;
  const text = {
    connections: {
      line: { simulate: { model: 'scpi-supply', via: 'tcp' } },
      house: { mqtt: { url, protocolVersion, clientId: 'bench' } },
    },
    devices: { 'psu-1': { driver: 'scpi-supply', connection: 'line' } },
    northbound: [
      { connection: 'house', 'home-assistant': {}, homie: {}, instance: 'lab' },
      { connection: 'house', 'home-assistant': { discoveryPrefix: 'other' }, instance: 'second' },
    ],
  };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(text));
  return await startService(file);
}

/** Somebody else on the broker, and the newest payload of each topic. */
async function listener({ port }: Mosquitto) {
  const { signal } = new AbortController();
  const context = { signal, clock: systemClock, onStray: () => {} };
  // The transport hands out its own shape.
  const client = (await mqtt.open({ url: `mqtt://127.0.0.1:${port}` }, context)) as MessageConnection;
  onTestFinished(() => client.close());
  const told = new Map<string, string>();
  await client.subscribe('#', ({ topic, payload }) => void told.set(topic, Buffer.from(payload).toString()));
  const until = (topic: string, payload: unknown): Promise<void> =>
    expect.poll(() => told.get(topic), patience).toEqual(payload);
  return { client, told, until };
}

async function setpointOf(service: Service): Promise<unknown> {
  const { value } = await service.get<{ value: unknown }>('/v1/devices/psu-1/properties/voltage-setpoint?maxAgeMs=0');
  return value;
}

describe.skipIf(!needs('mosquitto', 'devices told to a broker'))('devices told to a broker', () => {
  test.each([
    [4, 'SIGKILL', 'lost'],
    [5, 'SIGTERM', 'disconnected'],
  ] as const)(
    'MQTT %i: are there with the service, can be set, and after %s are %s',
    { timeout: 60_000 },
    async (protocolVersion, end, last) => {
      const broker = await startMosquitto();
      const { client, told, until } = await listener(broker);
      // Somebody had the broker keep a command.
      await client.publish(`${base}/properties/voltage-setpoint/set`, '7', { retain: true });
      const service = await serving(broker, protocolVersion);
      await until(root, 'ready');
      await until(`${base}/availability`, 'online');
      // Two services of one client identifier would throw each other out.
      await until('bellcrank/second/status', 'online');
      expect(told.get(config)).toContain('"number_voltage-setpoint"');
      await client.publish(`${base}/properties/voltage-setpoint/set`, '5');
      await until(`${base}/properties/voltage-setpoint`, '5');
      await until(`${base}/outcome`, expect.stringContaining('"outcome":"succeeded"'));
      expect(await setpointOf(service)).toBe(5);
      expect(told.get('homie/5/bellcrank-lab-psu-1/properties/voltage-setpoint')).toBe('5');
      const big = new Uint8Array(10 * 1024 * 1024).fill(0x31);
      for (const payload of [big, Uint8Array.of(0xff, 0xfe), '']) {
        await client.publish(`${base}/properties/voltage-setpoint/set`, payload);
      }
      await client.publish(`${base}/properties/voltage-setpoint/set`, '6');
      await until(`${base}/properties/voltage-setpoint`, '6');
      await service.end(end);
      await until(root, last);
      await until('bellcrank/second/status', 'offline');
    },
  );

  test(
    'a broker that is killed hears everything anew, and nothing is done later than it was asked',
    { timeout: 60_000 },
    async () => {
      const broker = await startMosquitto();
      const service = await serving(broker, 4);
      const first = await listener(broker);
      await first.until(root, 'ready');
      // There is no value before the first answer of the device.
      await expect.poll(() => setpointOf(service), patience).toEqual(expect.any(Number));
      const before = await setpointOf(service);
      await broker.kill();
      // It cannot connect before the command has been and gone.
      service.child.kill('SIGSTOP');
      await broker.start();
      const { client, told, until } = await listener(broker);
      for (const qos of [0, 1] as const) {
        await client.publish(`${base}/properties/voltage-setpoint/set`, '9', { qos });
      }
      service.child.kill('SIGCONT');
      await until(root, 'ready');
      await until(`${base}/availability`, 'online');
      expect(told.get(config)).toContain('"number_voltage-setpoint"');
      expect(await setpointOf(service)).toBe(before);
      await client.publish(`${base}/properties/voltage-setpoint/set`, '3');
      await until(`${base}/properties/voltage-setpoint`, '3');
    },
  );

  test(
    'a topic that the user may not write is one line in the log, and the rest works',
    { timeout: 60_000 },
    async () => {
      const broker = await startMosquitto(['topic readwrite bellcrank/#', 'topic readwrite homie/#']);
      const { client, until } = await listener(broker);
      const service = await serving(broker, 5);
      await until(root, 'ready');
      await client.publish(`${base}/properties/voltage-setpoint/set`, '4');
      await until(`${base}/properties/voltage-setpoint`, '4');
      const lines = service.stderr().split('\n');
      expect(
        lines.filter((line) => line.includes('does not take what is told') && line.includes('homeassistant')),
      ).toHaveLength(1);
    },
  );
});
