import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { homeAssistantSimulator } from '../../simulators/home-assistant/index.ts';
import { homieSimulator } from '../../simulators/homie/index.ts';
import { shellyGen2Simulator } from '../../simulators/shelly-gen2/index.ts';
import type { SimulatorKind } from '../../simulators/simulator.ts';
import { sparkplugSimulator } from '../../simulators/sparkplug-b/index.ts';
import { tasmotaSimulator } from '../../simulators/tasmota/index.ts';
import { runSimulator } from '../../simulators/wire/run.ts';
import { zigbee2mqttSimulator } from '../../simulators/zigbee2mqtt/index.ts';
import { systemClock } from '../../src/clock.ts';
import { needs } from '../support/needs.ts';
import { startMosquitto } from '../wire/mosquitto.ts';
import { temporaryFolder } from '../wire/support.ts';
import { type Answer, type Service, startService } from './service.ts';

const patience = { timeout: 30_000, interval: 100 };

/** What is in the house, and one thing of each device that is set. */
const house: readonly {
  readonly kind: SimulatorKind;
  readonly options: object;
  readonly driver: string;
  readonly property: string;
  readonly values: readonly [unknown, unknown];
  readonly confirmation: string;
}[] = [
  {
    kind: tasmotaSimulator,
    options: { topic: 'plug' },
    driver: 'tasmota',
    property: 'power',
    values: [true, false],
    confirmation: 'confirmed',
  },
  {
    kind: zigbee2mqttSimulator,
    options: { devices: ['light'] },
    driver: 'zigbee2mqtt',
    property: 'state',
    values: [true, false],
    confirmation: 'acknowledged',
  },
  {
    kind: shellyGen2Simulator,
    options: { switches: 1, lights: 0, covers: 0 },
    driver: 'shelly-gen2',
    property: 'switch-0',
    values: [true, false],
    confirmation: 'confirmed',
  },
  {
    kind: homieSimulator,
    options: { child: false },
    driver: 'homie',
    property: 'climate-setpoint',
    values: [21.5, 19],
    confirmation: 'confirmed',
  },
  {
    kind: sparkplugSimulator,
    options: { group: 'Lab', node: 'Skid' },
    driver: 'sparkplug-b',
    property: 'setpoints-speed',
    values: [1200, 600],
    confirmation: 'confirmed',
  },
  {
    kind: homeAssistantSimulator,
    options: { device: 'board_1', name: 'Relay board' },
    driver: 'home-assistant',
    property: 'relay',
    values: [true, false],
    confirmation: 'confirmed',
  },
];

interface Found {
  readonly items: readonly { readonly id: string; readonly driver: string; readonly state: string }[];
}

interface Properties {
  readonly items: readonly { readonly name: string }[];
}

/** A service that knows nothing but the address of a broker, and a house full of devices there. */
async function inhabited() {
  const broker = await startMosquitto();
  const url = `mqtt://127.0.0.1:${broker.port}`;
  for (const { kind, options } of house) {
    const settings = { via: 'mqtt', seed: 1, options, clock: systemClock, brokerUrl: url } as const;
    const running = await runSimulator(kind, settings);
    onTestFinished(() => running.close());
  }
  const config = join(temporaryFolder(), 'house.yaml');
  // JSON is YAML.
  const dialects = house.map(({ driver }) => driver);
  const discovery = { house: { dialects, autoAdopt: true } };
  const connections = { house: { mqtt: { url, keepaliveSeconds: 5 }, simulated: true } };
  writeFileSync(config, JSON.stringify({ connections, discovery }));
  const service = await startService(config);
  return { broker, service };
}

/** The device of each dialect that has the property, once all of them are ready. */
async function settled(service: Service): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  const look = async (): Promise<number> => {
    const { items } = await service.get<Found>('/v1/devices');
    for (const { id, driver, state } of items.filter((item) => item.state === 'ready')) {
      const { property } = house.find((one) => one.driver === driver) ?? {};
      const { items: properties } = await service.get<Properties>(`/v1/devices/${id}/properties`);
      if (state === 'ready' && properties.some(({ name }) => name === property)) ids.set(driver, id);
    }
    return items.every(({ state }) => state === 'ready') ? ids.size : 0;
  };
  await expect.poll(look, patience).toBe(house.length);
  return ids;
}

async function setAll(service: Service, ids: ReadonlyMap<string, string>, which: 0 | 1): Promise<Answer[]> {
  const set = ({ driver, property, values }: (typeof house)[number]): Promise<Answer> =>
    service.put(`/v1/devices/${ids.get(driver) ?? ''}/properties/${property}`, { value: values[which] });
  return await Promise.all(house.map(set));
}

const expected = house.map(({ confirmation }) => ({ status: 200, body: { outcome: 'succeeded', confirmation } }));

describe.skipIf(!needs('mosquitto', 'a house of devices'))('a house full of devices on one broker', () => {
  test('is found, adopted and typed, and commands reach what each dialect can prove', { timeout: 60_000 }, async () => {
    const { service } = await inhabited();
    const ids = await settled(service);
    for (const which of [0, 1, 1] as const) expect(await setAll(service, ids, which)).toMatchObject(expected);
    for (const { driver, property } of house) {
      const path = `/v1/devices/${ids.get(driver) ?? ''}/properties/${property}`;
      expect(await service.put(path, { value: 'nonsense' })).toMatchObject({
        status: 400,
        body: { code: 'invalid-request', errors: [{ pointer: '/value' }] },
      });
      const document = await service.get<object>(`/openapi.json?device=${ids.get(driver) ?? ''}`);
      expect(Object.keys(Object(document).paths)).toContain(path);
    }
  });

  test(
    'a broker that is killed amid commands: unknown or not-sent, as is true, and all is well when it returns',
    { timeout: 90_000 },
    async () => {
      const { broker, service } = await inhabited();
      const ids = await settled(service);
      expect(await setAll(service, ids, 0)).toMatchObject(expected);
      // Paused, it takes what is sent, and nobody hears it.
      broker.pause();
      const amid = setAll(service, ids, 1);
      const sent = async (): Promise<number> => {
        const { items } = await service.get<{ items: readonly { state: string }[] }>('/v1/commands?limit=20');
        return items.filter(({ state }) => state === 'sent').length;
      };
      await expect.poll(sent, patience).toBe(house.length);
      await broker.kill();
      for (const { body } of await amid) expect(body).toMatchObject({ outcome: 'unknown' });
      for (const { status, body } of await setAll(service, ids, 1)) {
        expect({ status, ...body }).toMatchObject({ status: 503, code: 'device-offline', outcome: 'not-sent' });
      }
      const { items } = await service.get<Found>('/v1/devices');
      expect(items.map(({ state }) => state)).not.toContain('ready');
      await broker.start();
      expect(await settled(service)).toEqual(ids);
      expect(await setAll(service, ids, 1)).toMatchObject(expected);
    },
  );
});
