import { expect, test } from 'vitest';
import type { MessageConnection } from '../transport/connection.ts';
import { Outbox } from './outbox.ts';
import { retained } from './convention.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A broker that acknowledges when it is told to. */
function slowBroker() {
  const begun: string[] = [];
  const waiting: (() => void)[] = [];
  const publish: MessageConnection['publish'] = (topic, _payload, options) => {
    begun.push(topic);
    if (options?.qos !== 1) return Promise.resolve();
    return new Promise((resolve) => waiting.push(resolve));
  };
  // All that an outbox uses of a connection.
  const connection = { isOpen: true, publish } as unknown as MessageConnection;
  return { begun, waiting, outbox: new Outbox(connection, new AbortController().signal) };
}

const many = Array.from({ length: 30 }, (_, index) => retained(`many/${index}`, '1'));

test('the next message does not wait for the acknowledgement of the one before, and no more are waited for than a broker allows', async () => {
  const { begun, waiting, outbox } = slowBroker();
  outbox.put(many);
  await turn();
  expect(begun).toEqual(many.slice(0, 8).map(({ topic }) => topic));
  waiting.shift()?.();
  await turn();
  expect(begun).toHaveLength(9);
  expect(begun.at(-1)).toBe('many/8');
});

test('what comes meanwhile is told, and all is over when the last is acknowledged', async () => {
  const { begun, waiting, outbox } = slowBroker();
  outbox.put(many.slice(0, 2));
  await turn();
  let isOver = false;
  void outbox.idle().then(() => (isOver = true));
  outbox.put([{ topic: 'value', payload: '1', retain: true, latest: true }, ...many.slice(2, 3)]);
  await turn();
  expect(begun).toEqual(['many/0', 'many/1', 'value', 'many/2']);
  waiting.shift()?.();
  waiting.shift()?.();
  await turn();
  expect(isOver).toBe(false);
  waiting.shift()?.();
  await turn();
  expect(isOver).toBe(true);
});
