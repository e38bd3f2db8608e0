import { describe, expect, test } from 'vitest';
import { validate } from '../../src/driver/index.ts';
import type { Component } from './component.ts';
import { modelOf } from './model.ts';
import { partsOf } from './parts.ts';

const one = (component: Omit<Component, 'has'> & { has?: string[] }) => partsOf([{ has: [], ...component }]);
const property = (component: Parameters<typeof one>[0], name: string) => {
  const found = one(component).properties.find((part) => part.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};

/** Topics and payloads as ESPHome's documentation ("MQTT Client Component") and components have them. */
describe('what is set', () => {
  const light = { type: 'light', id: 'lamp', has: ['brightness', 'color', 'color_temp', 'effect'] } as const;
  const lamp = { ...light, has: [...light.has] };
  test.each([
    [{ type: 'switch', id: 'relay' }, 'relay', true, 'switch/relay/command', 'ON', 'switch/relay/state', 'ON', 'OFF'],
    [{ type: 'number', id: 'x' }, 'x', 22.5, 'number/x/command', '22.5', 'number/x/state', '22.500000', '22.400000'],
    [{ type: 'number', id: 'x' }, 'x', 0.1, 'number/x/command', '0.1', 'number/x/state', '0.100000', 'nan'],
    [
      { type: 'number', id: 'x' },
      'x',
      16777217,
      'number/x/command',
      '16777217',
      'number/x/state',
      '16777216.000000',
      '16777000',
    ],
    [{ type: 'select', id: 'm', options: ['a', 'b'] }, 'm', 'b', 'select/m/command', 'b', 'select/m/state', 'b', 'a'],
    [
      { type: 'fan', id: 'f', has: ['speed_level'] },
      'f-speed',
      2,
      'fan/f/speed_level/command',
      '2',
      'fan/f/speed_level/state',
      '2',
      '3',
    ],
    [
      { type: 'fan', id: 'f', has: ['oscillation'] },
      'f-oscillating',
      false,
      'fan/f/oscillation/command',
      'oscillate_off',
      'fan/f/oscillation/state',
      'oscillate_off',
      'oscillate_on',
    ],
    [
      { type: 'climate', id: 'c', has: ['target_temperature'] },
      'c-target-temperature',
      21.5,
      'climate/c/target_temperature/command',
      '21.5',
      'climate/c/target_temperature/state',
      '21.5',
      '21.0',
    ],
    [
      lamp,
      'lamp',
      false,
      'light/lamp/command',
      '{"state":"OFF"}',
      'light/lamp/state',
      '{"state":"OFF","brightness":3}',
      '{"state":"ON"}',
    ],
    [
      lamp,
      'lamp-brightness',
      128,
      'light/lamp/command',
      '{"state":"ON","brightness":128}',
      'light/lamp/state',
      '{"state":"ON","brightness":127}',
      '{"state":"OFF","brightness":128}',
    ],
    [
      lamp,
      'lamp-color',
      { r: 1, g: 2, b: 3 },
      'light/lamp/command',
      '{"state":"ON","color":{"r":1,"g":2,"b":3}}',
      'light/lamp/state',
      '{"state":"ON","color":{"r":1,"g":2,"b":3,"w":0}}',
      '{"state":"ON","color":{"r":9,"g":2,"b":3}}',
    ],
  ] as const)('%j: %s to %j', (component, name, value, topic, payload, state, answer, other) => {
    const part = property(component as Parameters<typeof one>[0], name);
    expect(validate(part.spec.schema, value)).toEqual([]);
    const order = part.set?.(value);
    expect(order).toMatchObject({ topic, payload });
    expect(order?.answer?.topics).toEqual([state]);
    expect(order?.answer?.fits(state, answer)).toBe(true);
    expect(order?.answer?.fits(state, other)).toBe(false);
    expect(order?.answer?.fits(state, '')).toBe(false);
    expect(order?.answer?.fits(state, '{')).toBe(false);
  });

  test('several things of a light at once, at least one', () => {
    const act = one(lamp).commands.find(({ name }) => name === 'set-lamp');
    const order = act?.order({ on: true, brightness: 5, 'color-temperature': 300, transition: 2 });
    expect(JSON.parse(order?.payload ?? '')).toEqual({ state: 'ON', brightness: 5, color_temp: 300, transition: 2 });
    expect(order?.answer?.fits('light/lamp/state', '{"state":"ON","brightness":5,"color_temp":300}')).toBe(true);
    expect(order?.answer?.fits('light/lamp/state', '{"state":"ON","brightness":5}')).toBe(false);
    for (const [params, fits] of [
      [{}, false],
      [{ transition: 1 }, false],
      [{ effect: 'x' }, true],
      [{ x: 1 }, false],
    ] as const) {
      expect(validate(act?.spec.params ?? {}, params).length === 0, JSON.stringify(params)).toBe(fits);
    }
  });
});

describe('what is told', () => {
  test.each([
    [{ type: 'sensor', id: 't' }, 't', '21.50', 21.5],
    [{ type: 'sensor', id: 't' }, 't', 'nan', null],
    [{ type: 'sensor', id: 't' }, 't', 'warm', undefined],
    [{ type: 'sensor', id: 't' }, 't', '', undefined],
    [{ type: 'binary_sensor', id: 'd' }, 'd', 'OFF', false],
    [{ type: 'binary_sensor', id: 'd' }, 'd', 'off', undefined],
    [{ type: 'lock', id: 'l' }, 'l', 'LOCKED', 'locked'],
    [{ type: 'light', id: 'l', has: ['color'] }, 'l', 'null', undefined],
    [
      { type: 'light', id: 'l', has: ['color'] },
      'l-color',
      '{"color":{"r":1,"g":2,"b":3,"w":4}}',
      { r: 1, g: 2, b: 3 },
    ],
  ] as const)('%j %s %j', (component, name, text, value) => {
    expect(property(component as Parameters<typeof one>[0], name).told(text)).toEqual(value);
  });
});

test('a button that is pressed, and a cover that moves, are no more than that', () => {
  const [press] = one({ type: 'button', id: 'restart' }).commands;
  expect(press).toMatchObject({ name: 'press-restart', spec: { confirmation: 'sent', effect: 'actuate' } });
  expect(press?.order({})).toEqual({ topic: 'button/restart/command', payload: 'PRESS' });
  const cover = one({ type: 'cover', id: 'blind', has: ['position'] });
  expect(cover.properties.map(({ name }) => name)).toEqual(['blind-position']);
  expect(cover.commands.map(({ name, spec }) => [name, spec.confirmation])).toEqual([
    ['open-blind', 'acknowledged'],
    ['close-blind', 'acknowledged'],
    ['stop-moving-blind', 'acknowledged'],
  ]);
});

test('components with one id have their kind in their names, whatever comes first', () => {
  const pump = (type: 'switch' | 'sensor'): Component => ({ type, id: 'pump', has: [] });
  const names = (components: readonly Component[]) =>
    partsOf(components)
      .properties.map(({ name }) => name)
      .sort();
  expect(names([pump('switch')])).toEqual(['pump']);
  expect(names([pump('switch'), pump('sensor')])).toEqual(['pump-sensor', 'pump-switch']);
  expect(names([pump('sensor'), pump('switch')])).toEqual(['pump-sensor', 'pump-switch']);
});

test('a model is made of what is told, and has a stop only if one is declared', () => {
  const components: Component[] = [{ type: 'switch', id: 'relay', has: [] }];
  expect(modelOf('esp32dev', components, undefined)).toMatchObject({
    name: 'esphome-esp32dev',
    summary: 'ESPHome esp32dev: switch',
  });
  expect(modelOf('x', components, undefined).stop).toBeUndefined();
  expect(modelOf('x', components, [{ property: 'relay', value: false }]).stop).toMatchObject({
    summary: 'Sets relay false',
  });
});
