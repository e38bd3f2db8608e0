import { describe, expect, test } from 'vitest';
import { readDescription } from '../../drivers/homie/description.ts';
import { drivers } from '../../drivers/index.ts';
import type { Device } from '../../src/device/device.ts';
import { kindOf } from '../../src/northbound/kind.ts';
import { Description } from '../../src/northbound/home-assistant/description.ts';
import { Topics } from '../../src/northbound/home-assistant/topics.ts';
import { deviceDescription, Versions } from '../../src/northbound/homie/description.ts';
import type { Instance } from '../../src/northbound/instance.ts';
import { ovenModel } from './oven.ts';

const instance: Instance = {
  id: 'lab',
  version: '1.2.3',
  presence: { topic: 's', starting: 'starting', online: 'online', offline: 'offline', goodbye: 'offline' },
  commands: true,
  maySend: () => true,
  mayStop: () => true,
  device: () => undefined,
  devices: () => [],
};
const models = [ovenModel, ...drivers.map(({ model }) => model)];
/** As much of a device as descriptions read. */
const having = (model: (typeof models)[number]): Device =>
  ({ id: 'one', model, labels: {}, simulated: false }) as unknown as Device;

/** Units that Home Assistant takes with a class (Home Assistant docs, "Sensor", "Device class"). */
const unitsOf: Readonly<Record<string, readonly string[]>> = {
  voltage: ['V', 'mV'],
  current: ['A', 'mA'],
  power: ['W', 'kW'],
  apparent_power: ['VA'],
  reactive_power: ['var'],
  energy: ['Wh', 'kWh'],
  temperature: ['°C', '°F', 'K'],
  frequency: ['Hz', 'kHz', 'MHz', 'GHz'],
  pressure: ['Pa', 'hPa', 'kPa', 'bar', 'mbar', 'psi'],
  illuminance: ['lx'],
  signal_strength: ['dB', 'dBm'],
  duration: ['s', 'ms', 'min', 'h'],
  distance: ['mm', 'cm', 'm', 'km'],
  speed: ['m/s', 'km/h'],
  weight: ['kg', 'g'],
};

/** What Home Assistant would refuse about a component, by its documents. */
function objections(entity: Readonly<Record<string, unknown>>): string[] {
  const { p, min, max, step, options, state_class, unit_of_measurement: unit, device_class: its } = entity;
  const measure = typeof its === 'string' && its !== 'enum' && its !== 'problem' ? its : undefined;
  return [
    ...(p === 'number' && !(Number(min) < Number(max)) ? ['min must be below max'] : []),
    ...(p === 'number' && !(Number(step) >= 0.001) ? ['step is too fine'] : []),
    ...(p === 'text' && !(Number(max) >= 1 && Number(max) <= 255) ? ['max of a text'] : []),
    ...(Array.isArray(options) && options.length === 0 ? ['no options'] : []),
    ...(options !== undefined && (unit !== undefined || state_class !== undefined) ? ['options with a unit'] : []),
    ...(p === 'sensor' && (options === undefined) !== (its !== 'enum') ? ['options and no enum'] : []),
    ...(measure !== undefined && unitsOf[measure]?.includes(String(unit)) !== true ? [`${measure} in this unit`] : []),
    ...(['switch', 'number', 'select', 'text', 'button'].includes(String(p)) && entity['command_topic'] === undefined
      ? ['no command_topic']
      : []),
    ...(Object.values(entity).includes(undefined) ? ['something undefined'] : []),
  ];
}

describe.each(models.map((model) => [model.name, model] as const))('%s', (_, model) => {
  test('is described as Home Assistant takes it', () => {
    const components = new Description(instance, new Topics('bellcrank/lab')).components(having(model));
    const found = Object.entries(components).flatMap(([key, entity]) =>
      objections(entity).map((why) => `${key}: ${why}`),
    );
    expect(found).toEqual([]);
    const ids = Object.values(components).map((entity) => `${entity.p} ${String(entity['unique_id'])}`);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('is described as a reader of Homie takes it, whole', () => {
    const document = new Versions(() => 1).document('one', deviceDescription(instance, having(model)));
    const announced = readDescription(Buffer.from(document));
    expect(announced?.leftOut).toEqual([]);
    const readable = announced?.properties.filter(({ node, retained }) => node === 'properties' && retained);
    const expected = Object.values(model.properties).filter(({ access }) => access !== 'write');
    expect(readable).toHaveLength(expected.length);
  });

  test('plain values are no JSON', () => {
    const opaque = Object.entries(model.properties).filter(([, { schema }]) => kindOf(schema).type === 'json');
    for (const [name, { schema }] of opaque) expect(['object', 'array'], name).toContain(schema['type']);
  });
});
