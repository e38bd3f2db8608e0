import { describe, expect, onTestFinished, test } from 'vitest';
import { type JsonSchema, type Message, validate } from '../src/driver/index.ts';
import { VirtualClock } from '../src/testing/virtual-clock.ts';
import { MemoryHub } from '../src/transport/memory.ts';
import { simulators } from './index.ts';
import type { Simulator, SimulatorKind } from './simulator.ts';
import type { SimulatedPart, StateEntry } from './state.ts';
import { hubFarClient } from './wire/far-client.ts';

const options: Readonly<Record<string, unknown>> = {
  tasmota: { topic: 'plug', relays: 2, light: 'rgbcw', shutters: 2, fan: true, sensors: true },
  esphome: { prefix: 'room' },
  openevse: { base: 'openevse-55ad', unit: '55ad' },
};

/** Drivers and options of the devices that the parts are. */
const devices: Readonly<Record<string, readonly (readonly [part: string, driver: string, options: unknown])[]>> = {
  tasmota: [['main', 'tasmota', { topic: 'plug' }]],
  esphome: [
    ['main', 'esphome', { prefix: 'room' }],
    ['main', 'home-assistant', { device: 'deadbf5fee30' }],
  ],
  'shelly-gen2': [['main', 'shelly-gen2', { topic: 'shellysim-aaaaaaaaaaa7' }]],
  zigbee2mqtt: [
    ['bridge', 'zigbee2mqtt-bridge', {}],
    ['bridge', 'zigbee2mqtt-bridge', { base: 'zigbee2mqtt' }],
    ['plug', 'zigbee2mqtt', { device: 'plug' }],
    ['plug', 'zigbee2mqtt', { base: 'zigbee2mqtt', device: '0x00158d0000000701' }],
    ['light', 'zigbee2mqtt', { device: '0x00158d0000000700' }],
  ],
  homie: [
    ['thermostat', 'homie', { device: 'thermostat' }],
    ['thermostat-relay', 'homie', { device: 'thermostat-relay', domain: 'homie' }],
  ],
  'home-assistant': [['main', 'home-assistant', { device: 'board_7' }]],
  'sparkplug-b': [
    ['node', 'sparkplug-b', { group: 'Simulated', node: 'Edge7' }],
    ['Tank', 'sparkplug-b', { group: 'Simulated', node: 'Edge7', device: 'Tank' }],
  ],
  'mqtt-rpc': [['main', 'mqtt-rpc', { device: 'lamp-1' }]],
  openevse: [['main', 'openevse', { base: 'openevse-55ad', unit: '55ad' }]],
};

interface Bench {
  readonly simulator: Simulator;
  readonly clock: VirtualClock;
  /** All that was said. */
  readonly said: readonly string[];
}

async function served(
  kind: SimulatorKind,
  given: unknown = options[kind.model] ?? sample(kind.options),
): Promise<Bench> {
  const clock = new VirtualClock();
  const simulator = kind.create({ clock, seed: 7, options: given });
  onTestFinished(() => simulator.close());
  if (simulator.wire.shape !== 'messages') throw new Error('these speak messages');
  const hub = new MemoryHub();
  const said: string[] = [];
  const hear = ({ topic, payload }: Message) => void said.push(`${topic} ${Buffer.from(payload).toString('latin1')}`);
  await hub.connect().subscribe('#', hear);
  simulator.wire.serve(hubFarClient(hub, undefined));
  await clock.advance(0);
  return { simulator, clock, said };
}

/** What its options need to have. */
function sample({ required, properties }: JsonSchema): unknown {
  const all = properties as Readonly<Record<string, { readonly examples?: readonly unknown[] }>>;
  const needed = Array.isArray(required) ? required.map(String) : [];
  return Object.fromEntries(needed.map((name) => [name, all[name]?.examples?.[0] ?? 'x']));
}

function values({ type, enum: words, minimum, maximum, format }: JsonSchema): readonly unknown[] {
  if (Array.isArray(words)) return words;
  if (type === 'boolean') return [true, false, true];
  if (type === 'string') return format === undefined ? ['Something else'] : [];
  if (type !== 'number' && type !== 'integer') return [];
  const low = typeof minimum === 'number' ? minimum : 0;
  const high = typeof maximum === 'number' ? maximum : 1000;
  return [high, low, Math.floor((low + high) / 2)];
}

const settable = ({ state }: SimulatedPart): [string, StateEntry & { set: (value: never) => void }][] =>
  Object.entries(state).flatMap(([name, { schema, get, set }]) =>
    set === undefined ? [] : [[name, { schema, get: () => get(), set }]],
  );

const onMessages = simulators.filter(({ create, model, options: schema }) => {
  const simulator = create({ clock: new VirtualClock(), seed: 1, options: options[model] ?? sample(schema) });
  simulator.close();
  return simulator.wire.shape === 'messages';
});

test('every one on MQTT has parts', () => {
  expect(onMessages.map(({ model }) => model).sort()).toEqual([...Object.keys(devices), 'opendtu', 'wled'].sort());
});

describe.each(onMessages.map((kind) => [kind.model, kind] as const))('the parts of a simulated %s', (model, kind) => {
  test('are told apart, and so are their buttons', async () => {
    const { simulator } = await served(kind);
    const parts = simulator.parts ?? [];
    expect(parts.length).toBeGreaterThan(0);
    expect(new Set(parts.map(({ name }) => name)).size).toBe(parts.length);
    if (parts.length === 1) expect(parts[0]?.name).toBe('main');
    const buttons = parts.flatMap((part) => Object.keys(part.buttons ?? {}));
    expect(new Set(['unplug', 'plug', ...buttons]).size).toBe(buttons.length + 2);
    for (const part of parts) for (const press of Object.values(part.buttons ?? {})) press();
  });

  test('are what their schemas say, which have a title', async () => {
    const { simulator } = await served(kind);
    for (const { state } of simulator.parts ?? []) {
      for (const [name, { schema, get }] of Object.entries(state)) {
        expect(validate(schema, get()), `${name} is ${JSON.stringify(get())}`).toEqual([]);
        expect(schema['title'], name).toEqual(expect.stringMatching(/./));
      }
    }
  });

  test('become what they are set to, and stay so', async () => {
    const { simulator, clock } = await served(kind);
    for (const part of simulator.parts ?? []) {
      for (const [name, { schema, get, set }] of settable(part)) {
        for (const value of values(schema)) {
          set(value as never);
          // What travels needs a minute at most.
          if (get() !== value) await clock.advance(60_000);
          expect(get(), `${part.name} ${name}`).toEqual(value);
          await clock.advance(60_000);
          if (typeof value === 'number') expect(get(), `${part.name} ${name} later`).closeTo(value, 0.6);
          else expect(get(), `${part.name} ${name} later`).toEqual(value);
        }
      }
    }
  });

  test('may be looked at without changing anything', async () => {
    const run = async (look: (parts: readonly SimulatedPart[]) => void): Promise<readonly string[]> => {
      const { simulator, clock, said } = await served(kind);
      for (let second = 0; second < 90; second++) {
        look(simulator.parts ?? []);
        await clock.advance(1000);
      }
      return said;
    };
    const unseen = await run(() => {});
    const seen = await run((parts) => {
      for (const { state } of parts) for (const { get } of Object.values(state)) get();
    });
    expect(seen).toEqual(unseen);
  });

  test('are found by the devices that are attached to them, and by no others', async () => {
    const { simulator } = await served(kind);
    const parts = simulator.parts ?? [];
    const found = (driver: string, given: unknown): string[] =>
      parts.filter(({ is }) => is?.(driver, given) ?? true).map(({ name }) => name);
    for (const [part, driver, given] of devices[model] ?? []) {
      expect(found(driver, given), JSON.stringify(given)).toEqual([part]);
      const [[key, value] = ['', '']] = Object.entries(given as Readonly<Record<string, string>>);
      if (key !== '') expect(found(driver, { ...Object(given), [key]: `${value}-other` })).toEqual([]);
      expect(found('another-driver', given)).toEqual([]);
    }
    for (const nothing of [undefined, null, 1, 'x', {}]) expect(found('another-driver', nothing)).toEqual([]);
  });
});
