import { expect, test } from 'vitest';
import { settle } from '../testing/virtual-clock.ts';
import type { MessageConnection } from './connection.ts';
import { MemoryHub } from './memory.ts';
import { subscriptionSetOn } from './subscription-set.ts';
import { traced, WireTrace } from './trace/index.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';

/** A connection that has no sets of its own. */
function bare(connection: MessageConnection): MessageConnection {
  return Object.create(connection, {
    subscriptionSet: { value: undefined },
    subscribe: { value: connection.subscribe.bind(connection) },
    isOpen: { get: () => connection.isOpen },
  }) as MessageConnection;
}

test.each([
  ['its own', (connection: MessageConnection) => connection],
  ['those that are kept for it', bare],
  [
    'those under a trace',
    (connection: MessageConnection) => traced(connection, new WireTrace(new VirtualClock()), () => {}),
  ],
])('a set hears what is in it, no more: %s', async (_what, wrap) => {
  const hub = new MemoryHub();
  const heard: string[] = [];
  const near = hub.connect();
  const connection = wrap(near);
  if (connection.shape !== 'messages') throw new Error('not messages');
  const set = subscriptionSetOn(connection, ({ topic, retained }) => heard.push(`${topic} ${retained}`));
  const say = async (topic: string, retain = false): Promise<void> => {
    hub.publish(topic, Buffer.from('x'), { retain });
    await settle();
  };
  await say('a/1', true);
  await set.add('a/1');
  await set.add('a/+/x');
  await settle();
  await say('a/1');
  await say('a/2/x');
  await say('b');
  await set.remove('a/1');
  await set.remove('never');
  await say('a/1');
  await say('a/3/x');
  expect(heard).toEqual(['a/1 true', 'a/1 false', 'a/2/x false', 'a/3/x false']);
  await expect(set.add('a/#/b')).rejects.toThrow('a/#/b');
  near.lose(new Error('gone'));
  await say('a/3/x');
  expect(heard).toHaveLength(4);
  await expect(set.add('c')).rejects.toMatchObject({ code: 'device-offline' });
});
