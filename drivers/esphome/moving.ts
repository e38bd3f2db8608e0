import type { JsonSchema } from '../../src/driver/index.ts';
import type { Component } from './component.ts';
import {
  type Act,
  anything,
  boolean,
  command,
  numberIn,
  oneOf,
  onOff,
  type Part,
  type Parts,
  pushed,
  settable,
  textIn,
} from './part.ts';
import { onOffPayload, readOnly, readWrite, toggle, under } from './simple.ts';

const percent = (title: string): JsonSchema => ({
  type: 'integer',
  title,
  description: '0 is closed, 100 is open.',
  unit: '%',
  minimum: 0,
  maximum: 100,
});

const moves = [
  ['open', 'OPEN'],
  ['close', 'CLOSE'],
  ['stop-moving', 'STOP'],
] as const;

/** Covers and valves take their time: that they tell of themselves acknowledges a command, and no more. */
export function coverParts(component: Component, name: string): Parts {
  const { id, has } = component;
  const subs = has.filter((sub) => sub === 'position' || sub === 'tilt');
  const topics = [under(component, 'state'), ...subs.map((sub) => under(component, sub, 'state'))];
  const positions = subs.map((sub): Part => {
    const spec = settable(`${sub === 'tilt' ? 'Tilt' : 'Position'} of ${id}`, percent(sub), 'acknowledged');
    return {
      name: `${name}-${sub}`,
      spec,
      topic: under(component, sub, 'state'),
      told: numberIn,
      set: (value) => ({
        topic: under(component, sub, 'command'),
        payload: String(value),
        answer: anything(...topics),
      }),
    };
  });
  // A cover with a position tells no other state; a valve always does.
  const plain = component.type === 'valve' || !subs.includes('position');
  const state = readOnly(component, name, [], { spec: pushed(`State of ${id}`, oneOf(id, undefined)), told: textIn });
  const commands = moves.map(([verb, payload]): Act => ({
    name: `${verb}-${name}`,
    spec: command(`${payload} ${id}`, 'actuate', 'acknowledged'),
    order: () => ({ topic: under(component, 'command'), payload, answer: anything(...topics) }),
  }));
  return { properties: [...(plain ? [state] : []), ...positions], commands };
}

const oscillation = {
  told: (text: string): boolean | undefined =>
    text === 'oscillate_on' ? true : text === 'oscillate_off' ? false : undefined,
  payload: (value: unknown): string => (value === true ? 'oscillate_on' : 'oscillate_off'),
};

export function fanParts(component: Component, name: string): Parts {
  const { id, has, maximum = 100 } = component;
  const properties = [
    readWrite(component, name, [], { spec: settable(`Fan ${id}`, boolean(id)), told: onOff, payload: onOffPayload }),
  ];
  const add = (sub: string, as: string, how: Parameters<typeof readWrite>[3]): void => {
    if (has.includes(sub)) properties.push(readWrite(component, `${name}-${as}`, [sub], how));
  };
  const speed = { type: 'integer', title: 'Speed', minimum: 0, maximum };
  add('speed_level', 'speed', { spec: settable(`Speed of ${id}`, speed), told: numberIn, payload: String });
  add('oscillation', 'oscillating', { spec: settable(`${id} oscillates`, boolean('Oscillating')), ...oscillation });
  const direction = oneOf('Direction', ['forward', 'reverse']);
  add('direction', 'direction', { spec: settable(`Direction of ${id}`, direction), told: textIn, payload: String });
  return { properties, commands: [toggle(component, name)] };
}
