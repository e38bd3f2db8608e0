import { expect, test } from 'vitest';
import type { Call } from '../driver/contract.ts';
import type { Message } from '../transport/connection.ts';
import { memoryBytes, MemoryHub } from '../transport/memory.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { rawHandler } from './raw.ts';

const clock = new VirtualClock();
const parts = { clock, quietMs: 50 };

function callOn(wire: Call['wire'], signal = new AbortController().signal): Call {
  const quiet = (): void => {};
  const rest = { confirm: quiet, progress: quiet, late: quiet, sending: async () => {}, yield: async () => {} };
  return { id: 'x', signal, cancelled: signal, deadline: 1e9, dryRun: false, wire, ...rest };
}

test('a message is published as it is', async () => {
  const hub = new MemoryHub();
  const heard: Message[] = [];
  await hub.connect().subscribe('#', (message) => heard.push(message));
  const connection = hub.connect();
  const call = callOn({
    publish: (topic, payload, options) => connection.publish(topic, payload, options),
  });
  expect(await rawHandler(connection, { topic: 'a/b', payload: 'on', qos: 1 }, parts)(call)).toBeUndefined();
  await expect
    .poll(() => heard.map(({ topic, payload }) => [topic, Buffer.from(payload).toString()]))
    .toEqual([['a/b', 'on']]);
});

test('what came before the write is no part of the reply', async () => {
  const { near, far } = memoryBytes();
  near.onData(() => {});
  await Promise.resolve();
  const call = callOn({
    write: async (bytes) => {
      await far.write(Buffer.from('old'));
      await Promise.resolve();
      await near.write(bytes);
      await far.write(Buffer.from('new'));
    },
  });
  const reply = { timeoutMs: 100, maxBytes: 100, until: 'quiet' as const };
  const replying = rawHandler(near, { bytes: Buffer.from('?'), reply }, parts)(call);
  for (let turn = 0; turn < 10; turn++) await clock.advance(20);
  expect(await replying).toEqual({ bytes: Uint8Array.from(Buffer.from('new')), ended: 'quiet' });
});

test('whoever breaks it off is told why, and nothing keeps listening', async () => {
  const { near } = memoryBytes();
  const abort = new AbortController();
  const call = callOn({ write: (bytes) => near.write(bytes) }, abort.signal);
  const reply = { timeoutMs: 1000, maxBytes: 100, until: 'quiet' as const };
  const replying = rawHandler(near, { bytes: Buffer.from('?'), reply }, parts)(call);
  const reason = new Error('stopped');
  abort.abort(reason);
  await expect(replying).rejects.toBe(reason);
  expect(clock.pendingTimers).toBe(0);
});
