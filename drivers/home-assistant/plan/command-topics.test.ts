import { expect, test } from 'vitest';
import { CommandTopics } from './command-topics.ts';

/** Two with one digest. */
const [left, right] = ['lamp57278/set', 'lamp505100/set'];

test('topics with one digest are told apart', () => {
  const topics = new CommandTopics();
  const first = { called: 'first', commandTopics: [left] };
  const second = { called: 'second', commandTopics: [right] };
  topics.add(first);
  expect(topics.ownerOf(right)).toBeUndefined();
  topics.add(second);
  expect([left, right].map((topic) => topics.ownerOf(topic)?.called)).toEqual(['first', 'second']);
  topics.remove(first);
  expect([left, right].map((topic) => topics.ownerOf(topic)?.called)).toEqual([undefined, 'second']);
  topics.remove(second);
  expect(topics.ownerOf(right)).toBeUndefined();
});
