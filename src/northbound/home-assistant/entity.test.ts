import { expect, test } from 'vitest';
import type { JsonSchema } from '../../driver/index.ts';
import { kindOf } from '../kind.ts';
import { entityOf } from './entity.ts';

function entity(schema: JsonSchema, topics: { state?: string; command?: string }) {
  const unit = typeof schema['unit'] === 'string' ? { unit: schema['unit'] } : {};
  const access = { readable: topics.state !== undefined, writable: topics.command !== undefined };
  const kind = kindOf(schema);
  return entityOf({ id: 'x', what: 'property', name: 'x', title: 'X', kind, ...unit, ...access }, topics);
}
const shown = (schema: JsonSchema) => entity(schema, { state: 's' });
const set = (schema: JsonSchema) => entity(schema, { state: 's', command: 'c' });

// Home Assistant refuses a description that breaks one of these ("MQTT Number", "MQTT Text", "MQTT Sensor").
test.each([
  [{ type: 'number' }, { min: -1e9, max: 1e9, step: 0.001 }],
  [
    { type: 'integer', minimum: 5 },
    { min: 5, max: 1e9, step: 1 },
  ],
  [
    { type: 'number', minimum: 5e9 },
    { min: 5e9, max: 1e10, step: 0.001 },
  ],
  [
    { type: 'number', maximum: -5e9 },
    { min: -1e10, max: -5e9, step: 0.001 },
  ],
  [
    { type: 'number', minimum: 1e300 },
    { min: 1e300, max: 2e300, step: 0.001 },
  ],
  [
    { type: 'number', minimum: 0, maximum: 1, multipleOf: 0.0001 },
    { min: 0, max: 1, step: 0.001 },
  ],
  [
    { type: 'number', minimum: 0.25, maximum: 2, multipleOf: 0.5 },
    { min: 0.25, max: 2, step: 0.001 },
  ],
])('a number %j has a range and steps that can be set', (schema, range) => {
  expect(set(schema)).toEqual({
    p: 'number',
    command_topic: 'c',
    state_topic: 's',
    retain: false,
    mode: 'box',
    ...range,
  });
});

test('a number of one value, and one of a list, is chosen', () => {
  expect(set({ type: 'number', minimum: 5, maximum: 5 })).toMatchObject({ p: 'select', options: ['5'] });
  expect(set({ enum: [9600, 19200] })).toMatchObject({ p: 'select', options: ['9600', '19200'] });
  expect(shown({ enum: [9600, 19200], unit: 'Hz' })).toEqual({
    p: 'sensor',
    state_topic: 's',
    unit_of_measurement: 'Hz',
    device_class: 'frequency',
    state_class: 'measurement',
  });
});

test('a list goes with no unit and no statistics', () => {
  expect(shown({ enum: ['a', 'b'], unit: 'V' })).toEqual({
    p: 'sensor',
    state_topic: 's',
    device_class: 'enum',
    options: ['a', 'b'],
  });
});

test.each([
  [{ type: 'string', maxLength: 0 }, 1],
  [{ type: 'string', maxLength: 20 }, 20],
  [{ type: 'string', maxLength: 4000 }, 255],
  [{ type: 'string' }, 255],
])('a text %j is no longer than can be shown, whatever it is', (schema, max) => {
  expect(set(schema)).toMatchObject({ p: 'text', max, value_template: `{{ value[:${max}] }}` });
  expect(shown(schema)).toMatchObject({ p: 'sensor', value_template: '{{ value[:255] }}' });
});

test.each([
  ['V', 'V', 'voltage'],
  ['ms', 'ms', 'duration'],
  ['C', '°C', 'temperature'],
  ['dB', 'dB', undefined],
  ['dBm', 'dBm', 'signal_strength'],
  ['Ohm', 'Ω', undefined],
  ['constructor', 'constructor', undefined],
])('the unit %s is %s of class %s', (unit, own, deviceClass) => {
  const { unit_of_measurement, device_class }: Record<string, unknown> = shown({ type: 'number', unit }) ?? {};
  expect({ unit_of_measurement, device_class }).toEqual({ unit_of_measurement: own, device_class: deviceClass });
});

test('energy is no measurement', () => {
  expect(shown({ type: 'number', unit: 'kWh' })).toMatchObject({
    device_class: 'energy',
    state_class: 'total_increasing',
  });
});

test('what has parts is shown, and not set', () => {
  expect(set({ type: 'object' })).toMatchObject({ p: 'sensor', entity_category: 'diagnostic' });
  expect(entity({ type: 'object' }, { command: 'c' })).toBeUndefined();
});
