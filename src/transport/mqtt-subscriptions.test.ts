import { expect, test } from 'vitest';
import type { Message } from './connection.ts';
import { Subscriptions } from './mqtt-subscriptions.ts';

function message(topic: string): Message {
  return { topic, payload: new Uint8Array(), retained: false };
}

test('without identifiers the topic decides', () => {
  const subscriptions = new Subscriptions();
  const heard: string[] = [];
  for (const filter of ['a/#', 'a/b', 'b']) subscriptions.add(filter, () => heard.push(filter));
  subscriptions.dispatch(message('a/b'));
  expect(heard).toEqual(['a/#', 'a/b']);
});

test('with identifiers each copy goes to its own filter', () => {
  const subscriptions = new Subscriptions();
  const heard: string[] = [];
  for (const filter of ['a/#', 'a/b', 'a/b']) subscriptions.add(filter, () => heard.push(filter));
  const [wide, narrow] = [subscriptions.identifierOf('a/#'), subscriptions.identifierOf('a/b')];
  expect(narrow).not.toBe(wide);
  subscriptions.dispatch(message('a/b'), [narrow ?? 0]);
  expect(heard).toEqual(['a/b', 'a/b']);
  subscriptions.dispatch(message('a/b'), [wide ?? 0]);
  expect(heard).toEqual(['a/b', 'a/b', 'a/#']);
});

test('only the last listener of a filter gives it up, and only once', () => {
  const subscriptions = new Subscriptions();
  const first = subscriptions.add('a', () => {});
  const second = subscriptions.add('a', () => {});
  subscriptions.add('#', () => {});
  expect([first(), first(), second(), second()]).toEqual([false, false, true, false]);
});

test('a message that nobody asked for is reported', () => {
  const strays: string[] = [];
  const subscriptions = new Subscriptions((what) => strays.push(what));
  subscriptions.add('a', () => {})();
  subscriptions.dispatch(message('a'));
  expect(strays).toEqual(['a message on a that nobody had asked for']);
});
