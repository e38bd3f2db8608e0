import { expect, test } from 'vitest';
import type { ByteWire } from '../driver/contract.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { memoryBytes } from '../transport/memory.ts';
import { invoke } from './invoke.ts';
import { causeNow, outsideCalls, withinCall } from './cause.ts';

const command = { device: 'a', call: { kind: 'command', id: 'c1' } };
const ofCommand = { kind: 'command', commandId: 'c1' };

test('what a handler tells has its call for a cause, also after it awaited something', async () => {
  const call = { isOver: false };
  await withinCall({ cause: command, call }, async () => {
    expect(causeNow('a')).toEqual(ofCommand);
    await Promise.resolve();
    expect(causeNow('a')).toEqual(ofCommand);
  });
  expect(causeNow('a')).toEqual({ kind: 'external' });
});

test('another device, a call that is over, and what comes back over the wire by itself are no doing of it', async () => {
  const call = { isOver: false };
  await withinCall({ cause: command, call }, async () => {
    expect(causeNow('b')).toEqual({ kind: 'external' });
    const heard = await outsideCalls(async () => {
      await Promise.resolve();
      return causeNow('a');
    });
    expect(heard).toEqual({ kind: 'external' });
    expect(causeNow('a')).toEqual(ofCommand);
    call.isOver = true;
    expect(causeNow('a')).toEqual({ kind: 'external' });
  });
});

test.each([
  ['stop', 's1', { kind: 'command', commandId: 's1' }],
  ['stop', undefined, { kind: 'external' }],
  ['poll', undefined, { kind: 'poll' }],
  ['read', undefined, { kind: 'poll' }],
  ['resync', undefined, { kind: 'poll' }],
  ['attach', undefined, { kind: 'external' }],
])('%s %s', (kind, id, expected) => {
  const cause = { device: 'a', call: { kind, ...(id !== undefined && { id }) } };
  expect(withinCall({ cause, call: { isOver: false } }, () => causeNow('a'))).toEqual(expected);
});

test('what a device says while it is written to is its own affair, until somebody takes it for the answer', async () => {
  const clock = new VirtualClock();
  const { near, far } = memoryBytes();
  far.onData((chunk) => void far.write(chunk));
  const heard: unknown[] = [];
  const answered = Promise.withResolvers<void>();
  near.onData(() => {
    heard.push(causeNow('a'));
    answered.resolve();
  });
  const told: unknown[] = [];
  await invoke({
    id: 'c1',
    cause: command,
    clock,
    connection: near,
    deadline: clock.monotonic() + 1000,
    signals: [],
    abortGraceMs: 10,
    handler: async (call) => {
      await (call.wire as ByteWire).write(Buffer.from('?')); // the line has bytes
      await answered.promise;
      told.push(causeNow('a'));
    },
  });
  expect(heard).toEqual([{ kind: 'external' }]);
  expect(told).toEqual([ofCommand]);
});
