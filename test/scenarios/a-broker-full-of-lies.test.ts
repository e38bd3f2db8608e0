import { expect, test } from 'vitest';
import { esphomeDriver } from '../../drivers/esphome/driver.ts';
import { homeAssistant } from '../../drivers/home-assistant/driver.ts';
import { homie } from '../../drivers/homie/driver.ts';
import { shellyGen2Driver } from '../../drivers/shelly-gen2/driver.ts';
import { sparkplugB } from '../../drivers/sparkplug-b/driver.ts';
import { tasmotaDriver } from '../../drivers/tasmota/driver.ts';
import { zigbee2mqtt } from '../../drivers/zigbee2mqtt/driver.ts';
import { HubLine } from '../support/hub-line.ts';
import { httpOver } from '../support/http.ts';
import { createRig } from '../support/rig.ts';

const nasty = 'a\u0000\u001b[2J\u009b\u202e\n\ud800b';
// oxlint-disable-next-line no-control-regex -- They are what it looks for.
const steers = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;
const raw = (json: string) => ({ raw: json });
/** In the place of anything that is told. */
const lies: readonly unknown[] = [
  null,
  nasty,
  'x'.repeat(200_000),
  '{{ value_json.'.repeat(2000),
  '__proto__',
  '../../#/+',
  raw('1e999'),
  [],
  {},
  Array.from({ length: 20_000 }, (_, index) => index),
  raw(`{"__proto__":{"toString":1},"constructor":{"prototype":{}},"${'k'.repeat(5000)}":1}`),
  raw(`${'['.repeat(10_000)}${']'.repeat(10_000)}`),
  raw(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`),
];

type Payload = Readonly<Record<string, unknown>>;

/** What each dialect tells of a device, as it is when nobody lies. `ID` is put in. */
const truths: readonly (readonly [topic: string, payload: Payload])[] = [
  [
    'homeassistant/light/ID/one/config',
    {
      name: 'Lamp',
      unique_id: 'ID',
      schema: 'json',
      state_topic: 'z/ID',
      command_topic: 'z/ID/set',
      availability: [{ topic: 'z/ID/av', value_template: '{{ value_json.state }}' }],
      brightness: true,
      supported_color_modes: ['rgb'],
      effect_list: ['rainbow'],
      device: { identifiers: ['ID'], name: 'Lamp', model: 'M', manufacturer: 'Acme', sw_version: '1' },
      origin: { name: 'me' },
    },
  ],
  [
    'homeassistant/device/ID/config',
    {
      dev: { ids: 'ID', name: 'Kitchen' },
      o: { name: 'bla' },
      cmps: {
        temp: {
          p: 'sensor',
          device_class: 'temperature',
          unit_of_measurement: '°C',
          value_template: '{{ value_json.t | round(1) }}',
          unique_id: 't',
        },
        sel: { p: 'select', options: ['a', 'b'], command_topic: 'k/set', unique_id: 's', state_topic: 'k' },
        num: { p: 'number', min: 1, max: 5, step: 1, command_topic: 'k/n', unique_id: 'n' },
      },
      state_topic: 'k/ID',
      qos: 1,
    },
  ],
  [
    'tasmota/discovery/ID/config',
    {
      ip: '1.2.3.4',
      dn: 'Tasmota',
      fn: ['one', null],
      hn: 'h',
      mac: 'ID',
      md: 'Plug',
      ty: 0,
      if: 0,
      ofln: 'Offline',
      onln: 'Online',
      state: ['OFF', 'ON', 'TOGGLE', 'HOLD'],
      sw: '12.0',
      t: 'tID',
      ft: '%prefix%/%topic%/',
      tp: ['cmnd', 'stat', 'tele'],
      rl: [1, 0, 0, 0, 0, 0, 0, 0],
      swc: [-1],
      btn: [0],
      so: { '4': 0 },
      lk: 0,
      lt_st: 0,
      sho: [0],
      ver: 1,
    },
  ],
  [
    'esphome/discover/ID',
    {
      ip: '1.2.3.4',
      name: 'ID',
      friendly_name: 'Node',
      port: 6053,
      version: '2024.1',
      mac: 'ID',
      platform: 'ESP32',
      board: 'x',
    },
  ],
  [
    'homie/5/ID/$description',
    {
      homie: '5.0',
      version: 1,
      name: 'Oven',
      type: 'oven',
      nodes: {
        n: {
          name: 'N',
          properties: {
            p: { name: 'P', datatype: 'float', format: '0:10:0.5', settable: true, unit: 'V' },
            j: { datatype: 'json', format: '{"type":"object"}' },
          },
        },
      },
    },
  ],
  ['zigbee2mqtt/bridge/info', { version: '2.0', config: { mqtt: { base_topic: 'zigbee2mqtt' } } }],
];
const devices = [
  {
    ieee_address: '0xID',
    friendly_name: 'plug ID',
    type: 'Router',
    supported: true,
    disabled: false,
    interview_completed: true,
    definition: {
      model: 'M',
      vendor: 'V',
      description: 'D',
      exposes: [
        {
          type: 'switch',
          features: [{ type: 'binary', name: 'state', property: 'state', access: 7, value_on: 'ON', value_off: 'OFF' }],
        },
        { type: 'numeric', name: 'power', property: 'power', access: 1, unit: 'W', value_min: 0, value_max: 5 },
        {
          type: 'composite',
          name: 'c',
          property: 'c',
          access: 3,
          features: [{ type: 'enum', name: 'e', property: 'e', access: 3, values: ['a'] }],
        },
      ],
    },
  },
];

/** The text with a lie in the place of each thing that it tells, one at a time. */
function* lied(truth: unknown): Generator<string> {
  for (const path of pathsIn(truth)) for (const lie of lies) yield textOf(withLie(truth, path, lie));
}

function* pathsIn(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, its] of Object.entries(value)) yield* pathsIn(its, [...path, key]);
}

function withLie(value: unknown, [key, ...rest]: readonly string[], lie: unknown): unknown {
  if (key === undefined) return lie;
  const copy: Record<string, unknown> = { ...(value as object) };
  copy[key] = withLie(copy[key], rest, lie);
  return Array.isArray(value) ? Object.values(copy) : copy;
}

/** What no JSON value is put in as text. */
function textOf(value: unknown): string {
  const texts: string[] = [];
  const json = JSON.stringify(value, (_, its: unknown) => {
    const { raw: text } = Object(its) as { raw?: string };
    return text === undefined ? its : `@@${texts.push(text) - 1}@@`;
  });
  return json.replaceAll(/"@@(\d+)@@"/g, (_, index: string) => texts[Number(index)] ?? '');
}

test(
  'whatever is told on a broker, the service goes on, and what it shows is bounded and steers nothing',
  { timeout: 120_000 },
  async () => {
    const line = new HubLine();
    const drivers = [esphomeDriver, homeAssistant, homie, shellyGen2Driver, sparkplugB, tasmotaDriver, zigbee2mqtt];
    const discovery = { broker: { options: {}, autoAdopt: [{ match: {} }] } };
    const rig = createRig(drivers, { broker: line }, [], { discovery, maxCandidates: 300, maxDevices: 150 });
    rig.discovery.start();
    await rig.control.restore();
    rig.discovery.begin();
    line.publish('zigbee2mqtt/bridge/state', { state: 'online' });
    let told = 0;
    const tell = async (topic: string, text: string): Promise<void> => {
      line.publish(topic, text);
      if (++told % 100 === 0) await rig.clock.advance(50);
    };
    for (const [topic, truth] of truths) {
      for (const text of lied(truth)) {
        const id = told.toString(16).toUpperCase().padStart(12, '0');
        if (topic.startsWith('homie/')) line.publish(`homie/5/${id.toLowerCase()}/$state`, 'ready');
        await tell(topic.replace('ID', topic.startsWith('homie') ? id.toLowerCase() : id), text.replaceAll('ID', id));
      }
    }
    for (const text of lied(devices))
      await tell('zigbee2mqtt/bridge/devices', text.replaceAll('ID', told.toString(16)));
    for (const topic of [
      'spBv1.0/G/NBIRTH/N',
      'spBv1.0/G/DBIRTH/N/D',
      'spBv1.0/G/NDATA/N',
      'shellyplus1-1/online',
      'shellyplus1-1/events/rpc',
    ]) {
      for (const lie of lies) await tell(topic, textOf(lie));
    }
    await tell('homeassistant/sensor/huge/config', `{"name":"${'x'.repeat(10_000_000)}"}`);
    await rig.clock.advance(5000);
    expect(told).toBeGreaterThan(1500);
    expect(rig.registry.devices).toHaveLength(150);
    expect(rig.discovery.list({ limit: 500 })).toHaveLength(300);

    // Prototypes are as they were.
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['toString']).toBe(Object.prototype.toString);

    const http = await httpOver(rig);
    const texts: string[] = [];
    const collect = (key: string, value: unknown): unknown => {
      // Choices and values are the device's own words, which it is sent back; whoever shows them escapes them.
      if (key === 'enum' || key === 'const' || key === 'value') return undefined;
      texts.push(key, ...(typeof value === 'string' ? [value] : []));
      return value;
    };
    const look = (body: string): void => void JSON.stringify(JSON.parse(body), collect);
    for (const url of ['/v1/discovery?limit=500', '/v1/devices?limit=500', '/openapi.json']) {
      const answer = await rig.settled(http.inject({ method: 'GET', url }));
      expect(answer.statusCode, url).toBe(200);
      look(answer.body);
    }
    for (const { id } of rig.registry.devices) {
      for (const path of [`/v1/devices/${id}`, `/v1/devices/${id}/properties`, `/v1/devices/${id}/td`]) {
        const answer = await rig.settled(http.inject({ method: 'GET', url: path }));
        expect(answer.statusCode, path).toBe(200);
        expect(answer.body.length, path).toBeLessThan(1_000_000);
        look(answer.body);
      }
    }
    expect([...new Set(texts.filter((text) => steers.test(text)))].slice(0, 5)).toEqual([]);
    expect(texts.filter((text) => !text.isWellFormed())).toEqual([]);

    rig.control.close();
  },
);
