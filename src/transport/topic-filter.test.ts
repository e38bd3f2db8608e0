import { expect, test } from 'vitest';
import { isFilter, isTopic, matchesFilter } from './topic-filter.ts';

// The examples of MQTT 5.0 §4.7.1.2, §4.7.1.3, §4.7.2 and §4.7.3.
test.each([
  ['sport/tennis/player1/#', 'sport/tennis/player1', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
  ['sport/#', 'sport', true],
  ['#', 'sport/tennis', true],
  ['sport/tennis/+', 'sport/tennis/player1', true],
  ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
  ['sport/+', 'sport', false],
  ['sport/+', 'sport/', true],
  ['+/+', '/finance', true],
  ['/+', '/finance', true],
  ['+', '/finance', false],
  ['#', '$SYS/broker', false],
  ['+/monitor/Clients', '$SYS/monitor/Clients', false],
  ['$SYS/#', '$SYS/broker', true],
  ['$SYS/monitor/+', '$SYS/monitor/Clients', true],
  ['ACCOUNTS', 'Accounts', false],
  ['/finance', 'finance', false],
  ['a/b', 'a/b', true],
  ['a/b', 'a/b/c', false],
  ['a/b/c', 'a/b', false],
])('%s and %s: %s', (filter, topic, matches) => {
  expect(matchesFilter(filter, topic)).toBe(matches);
});

test.each(['#', '+', 'a/#', '+/tennis/#', 'a/+/b', '/', 'a//b', '$SYS/#', ' '])('%j is a filter', (filter) => {
  expect(isFilter(filter)).toBe(true);
});

test.each(['', 'sport/tennis#', 'sport/#/ranking', 'sport+', 'a/+b', '##', 'a\0', '\ud800', 'a'.repeat(65_536)])(
  '%j is none',
  (filter) => {
    expect(isFilter(filter)).toBe(false);
  },
);

test('a topic has no wildcards, and is bounded by its bytes', () => {
  expect(['a', '/a/', '$SYS', 'ä'.repeat(32_767)].every(isTopic)).toBe(true);
  expect(['', 'a/+', 'a/#', 'a+b', 'a\0', '\udc00', 'ä'.repeat(32_768)].some(isTopic)).toBe(false);
});
