import { expect, test } from 'vitest';
import { topicMapOf } from '../../../test/support/topic-map-texts.ts';
import { VirtualClock } from '../../../src/testing/index.ts';
import { topicMapSimulator } from './index.ts';

const text = `
model: panel
topics: {}
properties:
  name: { schema: { type: string, maxLength: 12 }, pushed: { topic: p/s, json: { value: { at: /name, as: '<{value:%s}>' } } } }
  code: { schema: { type: string, maxLength: 4 }, pushed: { topic: p/code, payload: '#{value:%4c}' } }
  level: { schema: { type: integer }, read: { send: { topic: p/get }, reply: { topic: p/level, payload: '{value:%u}' } } }
`;

const firstOf = (more = ''): ((name: string) => unknown) => {
  const { behaviour, close } = topicMapSimulator(topicMapOf(text + more)).create({
    clock: new VirtualClock(),
    seed: 1,
    options: {},
  });
  close();
  return (name) => behaviour.value(name);
};

test('what no message could tell is not what a device begins with', () => {
  const value = firstOf();
  expect([value('name'), value('code'), value('level')]).toEqual(['SIM', 'AAAA', 0]);
});

test('nor can the clause make it so', () => {
  expect(firstOf('simulator: { initial: { name: hall } }\n')('name')).toBe('hall');
  const wrong = (): unknown => firstOf("simulator: { initial: { name: '' } }\n");
  expect(wrong).toThrow(
    'name cannot be "" at first; give one in simulator.initial that its schema and its messages allow',
  );
});
