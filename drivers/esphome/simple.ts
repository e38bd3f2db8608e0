import type { Component } from './component.ts';
import {
  type Act,
  anything,
  boolean,
  command,
  numberIn,
  numeric,
  oneOf,
  onOff,
  type Order,
  type Part,
  type Parts,
  pushed,
  sameNumber,
  settable,
  telling,
  textIn,
} from './part.ts';

/** `switch/relay/state`, `fan/ceiling/speed_level/command`. */
export function under({ type, id }: Component, ...rest: string[]): string {
  return [type, id, ...rest].join('/');
}

/** A property with a state topic and a command topic, whose state follows each command. */
export function readWrite(
  component: Component,
  name: string,
  sub: readonly string[],
  how: Pick<Part, 'spec' | 'told'> & {
    payload: (value: unknown) => string;
    same?: (value: unknown) => (told: unknown) => boolean;
  },
): Part {
  const topic = under(component, ...sub, 'state');
  const same = how.same ?? ((value) => (told) => told === value);
  return {
    name,
    spec: how.spec,
    topic,
    told: how.told,
    set: (value): Order => ({
      topic: under(component, ...sub, 'command'),
      payload: how.payload(value),
      answer: telling(topic, how.told, same(value)),
    }),
  };
}

export function readOnly(
  component: Component,
  name: string,
  sub: readonly string[],
  how: Pick<Part, 'spec' | 'told'>,
): Part {
  return { name, topic: under(component, ...sub, 'state'), ...how };
}

export const onOffPayload = (value: unknown): string => (value === true ? 'ON' : 'OFF');

export function toggle(component: Component, name: string): Act {
  return {
    name: `toggle-${name}`,
    spec: command(`Switch ${component.id} to its other state`, 'actuate', 'acknowledged'),
    order: () => ({
      topic: under(component, 'command'),
      payload: 'TOGGLE',
      answer: anything(under(component, 'state')),
    }),
  };
}

function switchParts(component: Component, name: string): Parts {
  const spec = settable(`Switch ${component.id}`, boolean(component.id));
  const state = readWrite(component, name, [], { spec, told: onOff, payload: onOffPayload });
  return { properties: [state], commands: [toggle(component, name)] };
}

function numberParts(component: Component, name: string): Parts {
  const spec = settable(`Number ${component.id}`, numeric(component.id, component));
  const state = readWrite(component, name, [], { spec, told: numberIn, payload: String, same: sameNumber });
  return { properties: [state], commands: [] };
}

function textParts(component: Component, name: string): Parts {
  const spec = settable(component.id, oneOf(component.id, component.options));
  const state = readWrite(component, name, [], { spec, told: textIn, payload: String });
  return { properties: [state], commands: [] };
}

function buttonParts(component: Component, name: string): Parts {
  const spec = command(`Press ${component.id}; nothing tells what becomes of it`, 'actuate', 'sent');
  return {
    properties: [],
    commands: [
      { name: `press-${name}`, spec, order: () => ({ topic: under(component, 'command'), payload: 'PRESS' }) },
    ],
  };
}

function sensorParts(component: Component, name: string): Parts {
  const { type, id } = component;
  const how: Record<string, Pick<Part, 'spec' | 'told'>> = {
    sensor: { spec: pushed(`Sensor ${id}`, numeric(id, component)), told: numberIn },
    binary_sensor: { spec: pushed(`Sensor ${id}`, boolean(id)), told: onOff },
    text_sensor: { spec: pushed(`Text ${id}`, oneOf(id, undefined)), told: textIn },
  };
  const own = how[type];
  return { properties: own === undefined ? [] : [readOnly(component, name, [], own)], commands: [] };
}

function lockParts(component: Component, name: string): Parts {
  const state = under(component, 'state');
  const told = (text: string): string => text.slice(0, 20).toLowerCase();
  const states = ['locked', 'unlocked', 'locking', 'unlocking', 'jammed', 'none'];
  const act = (verb: string, payload: string, end: string): Act => ({
    name: `${verb}-${name}`,
    spec: command(`${verb === 'lock' ? 'Lock' : 'Unlock'} ${component.id}`, 'idempotent', 'confirmed'),
    order: () => ({
      topic: under(component, 'command'),
      payload,
      answer: telling(state, told, (value) => value === end),
    }),
  });
  return {
    properties: [{ name, topic: state, spec: pushed(`Lock ${component.id}`, oneOf(component.id, states)), told }],
    commands: [act('lock', 'LOCK', 'locked'), act('unlock', 'UNLOCK', 'unlocked')],
  };
}

export const simpleParts = {
  switch: switchParts,
  number: numberParts,
  select: textParts,
  text: textParts,
  button: buttonParts,
  sensor: sensorParts,
  binary_sensor: sensorParts,
  text_sensor: sensorParts,
  lock: lockParts,
} as const;
