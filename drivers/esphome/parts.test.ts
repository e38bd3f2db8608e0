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

const nothing = (): undefined => undefined;

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
    expect(order?.answer?.fits(state, answer, nothing)).toBe(true);
    expect(order?.answer?.fits(state, other, nothing)).toBe(false);
    expect(order?.answer?.fits(state, '', nothing)).toBe(false);
    expect(order?.answer?.fits(state, '{', nothing)).toBe(false);
  });

  test('several things of a light at once, at least one', () => {
    const act = one(lamp).commands.find(({ name }) => name === 'set-lamp');
    const order = act?.order({ on: true, brightness: 5, 'color-temperature': 300, transition: 2 });
    expect(JSON.parse(order?.payload ?? '')).toEqual({ state: 'ON', brightness: 5, color_temp: 300, transition: 2 });
    expect(order?.answer?.fits('light/lamp/state', '{"state":"ON","brightness":5,"color_temp":300}', nothing)).toBe(
      true,
    );
    expect(order?.answer?.fits('light/lamp/state', '{"state":"ON","brightness":5}', nothing)).toBe(false);
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
    [{ type: 'sensor', id: 't' }, 't', 'None', null],
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
    [{ type: 'light', id: 'l', has: ['color'] }, 'l-color', '{"color_mode":"cwww","color":{"c":9,"w":4}}', null],
    [{ type: 'light', id: 'l', has: ['color_temp'] }, 'l-color-temperature', '{"color_mode":"rgb"}', null],
    [{ type: 'light', id: 'l', has: ['white'] }, 'l-white', '{"color":{"w":7},"white_value":7}', 7],
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
    ['stop-moving-blind', 'sent'],
  ]);
});

describe('a cover on its way tells of it all the time, which is no answer unless it fits', () => {
  const [plain, modern] = [
    ['position', 'tilt'],
    ['position', 'state'],
  ].map((has) => one({ type: 'cover', id: 'blind', has }));
  const valve = one({ type: 'valve', id: 'blind' });
  const answers = (of: typeof modern, command: string, topic: string, text: string, last?: string) =>
    of?.commands
      .find(({ name }) => name === command)
      ?.order({})
      .answer?.fits(topic, text, () => last);
  const sets = (name: string, value: number, text: string, last?: string) =>
    plain?.properties
      .find((part) => part.name === name)
      ?.set?.(value)
      .answer?.fits('', text, () => last);
  const state = 'cover/blind/state';

  test.each([
    ['open-blind', 'opening', true],
    ['open-blind', 'open', true],
    ['open-blind', 'closing', false],
    ['close-blind', 'opening', false],
    ['close-blind', 'open', false],
    ['close-blind', 'closed', true],
    ['stop-moving-blind', 'opening', false],
    ['stop-moving-blind', 'closing', false],
    ['stop-moving-blind', 'open', true],
    ['stop-moving-blind', 'unknown', true],
  ])('%s: %s', (command, told, fits) => {
    expect(answers(modern, command, state, told)).toBe(fits);
    expect(answers(valve, command, 'valve/blind/state', told)).toBe(fits);
    expect(modern?.commands.find(({ name }) => name === command)?.order({}).answer?.topics).toEqual([state]);
  });

  test('one that tells its position alone must not go the other way, and nothing answers its stop', () => {
    expect(answers(plain, 'open-blind', '', '30', '29')).toBe(true);
    expect(answers(plain, 'open-blind', '', '29', '29')).toBe(true);
    expect(answers(plain, 'open-blind', '', '28', '29')).toBe(false);
    expect(answers(plain, 'close-blind', '', '30', '29')).toBe(false);
    expect(answers(plain, 'close-blind', '', '0')).toBe(true);
    expect(answers(plain, 'close-blind', '', '28')).toBe(false);
    expect(plain?.commands.find(({ name }) => name === 'stop-moving-blind')?.order({}).answer).toBeUndefined();
  });

  test('a position and a tilt are told from those of before', () => {
    expect([sets('blind-position', 50, '31', '30'), sets('blind-position', 50, '29', '30')]).toEqual([true, false]);
    expect([sets('blind-position', 20, '20'), sets('blind-position', 20, 'nan', '30')]).toEqual([true, false]);
    // A cover on its way tells its tilt along, which is as it was.
    expect([sets('blind-tilt', 50, '30', '30'), sets('blind-tilt', 50, '50', '30')]).toEqual([false, true]);
  });
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
