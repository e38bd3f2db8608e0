import type { JsonSchema } from '../../src/driver/index.ts';
import type { Component } from './component.ts';
import {
  type Act,
  type Answer,
  boolean,
  command,
  numberIn,
  oneOf,
  onOff,
  type Part,
  type Parts,
  pushed,
  settable,
  telling,
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
  { verb: 'open', payload: 'OPEN', end: 100, begun: (told: unknown) => told === 'opening' || told === 'open' },
  { verb: 'close', payload: 'CLOSE', end: 0, begun: (told: unknown) => told === 'closing' || told === 'closed' },
  { verb: 'stop-moving', payload: 'STOP', begun: (told: unknown) => told !== 'opening' && told !== 'closing' },
] as const;

/** What tells its place on its way tells it all the time: only what does not go away from there is an answer. */
function towards(topic: string, target: number, mayStand: boolean): Answer {
  const fits: Answer['fits'] = (_topic, text, last) => {
    const now = numberIn(text);
    const before = numberIn(last(topic) ?? '');
    if (typeof now !== 'number' || now === target) return now === target;
    if (typeof before !== 'number') return false;
    const nearer = Math.abs(target - before) - Math.abs(target - now);
    return nearer > 0 || (mayStand && nearer === 0);
  };
  return { topics: [topic], fits };
}

/**
 * Covers and valves take their time: that they have begun acknowledges a command. A cover with a position tells by today's
 * firmware whether it opens or closes; by that of before nothing tells its stop from its being on its way (`mqtt_cover.cpp`).
 */
export function coverParts(component: Component, name: string): Parts {
  const { id, has } = component;
  const subs = has.filter((sub) => sub === 'position' || sub === 'tilt');
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
        // A cover that begins to move tells where it stands; it tells its tilt along at any time.
        answer: towards(under(component, sub, 'state'), Number(value), sub === 'position'),
      }),
    };
  });
  const plain = component.type === 'valve' || !subs.includes('position') || has.includes('state');
  const state = readOnly(component, name, [], { spec: pushed(`State of ${id}`, oneOf(id, undefined)), told: textIn });
  const answerTo = ({ begun, ...move }: (typeof moves)[number]): Answer | undefined => {
    if (plain) return telling(under(component, 'state'), textIn, begun);
    return 'end' in move ? towards(under(component, 'position', 'state'), move.end, true) : undefined;
  };
  const commands = moves.map((move): Act => {
    const { verb, payload } = move;
    const answer = answerTo(move);
    return {
      name: `${verb}-${name}`,
      spec: command(`${payload} ${id}`, 'actuate', answer === undefined ? 'sent' : 'acknowledged'),
      order: () => ({ topic: under(component, 'command'), payload, ...(answer && { answer }) }),
    };
  });
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
