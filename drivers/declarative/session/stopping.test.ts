import { describe, expect, test } from 'vitest';
import { BellcrankError } from '../../../src/driver/index.ts';
import { definedDevice } from '../../../test/support/defined-device.ts';
import type { DefinitionInput } from '../../../test/support/definition.ts';

const number = { type: 'number' };

const input: DefinitionInput = {
  identify: { send: 'ID?', expect: 'ID {id:%d}' },
  errors: [{ match: 'E{code:%d}' }],
  errorQueue: {
    exchange: { send: 'ERR?', expect: '{code:%d}' },
    none: 0,
    maxEntries: 4,
    failed: [],
  },
  properties: { value: { schema: number, read: { send: 'V?', expect: '{value:%d}' } } },
  commands: { go: { send: 'GO', expect: 'OK' } },
  stop: { send: 'STOP', expect: 'OK' },
};
const answers = { 'ID?': 'ID 1\n', 'ERR?': '0\n', 'V?': '5\n', STOP: 'OK\n', GO: 'OK\n' };

describe('stop', () => {
  test('is the first thing that is sent, and asks no error queue', async () => {
    const bench = definedDevice(input, answers);
    const { stop } = await bench.attached();
    const recorded = bench.call();
    await stop(recorded.call);
    expect(bench.heard).toEqual(['STOP']);
    expect(recorded.confirmed).toEqual([{ level: 'acknowledged', evidence: { sent: 'STOP', reply: 'OK' } }]);
  });

  test('that the device refuses is told as that', async () => {
    const bench = definedDevice(input, { ...answers, STOP: 'E1\n' });
    const { stop } = await bench.attached();
    const recorded = bench.call();
    await expect(stop(recorded.call)).rejects.toMatchObject({ code: 'device-refused', device: { code: '1' } });
    expect(recorded.confirmed).toEqual([]);
  });

  test('without a reply is no more than sent', async () => {
    const bench = definedDevice({ ...input, stop: { send: 'STOP' } }, answers);
    const { stop } = await bench.attached();
    const recorded = bench.call();
    await stop(recorded.call);
    expect(recorded.confirmed).toEqual([]);
  });

  test('amid an exchange leaves at once, and the reply that it interrupted does not acknowledge it', async () => {
    const bench = definedDevice(input, { ...answers, GO: '', STOP: ['', 'OK\n'], 'ID?': ['ID 1\n', ''] });
    const { command, stop } = await bench.attached();
    const interrupted = bench.call();
    const ended = expect(command('go', {}, interrupted.call)).rejects.toThrow('stopped');
    await bench.clock.advance(10);
    interrupted.abort(new BellcrankError('stopped', 'stopped'));
    const recorded = bench.call();
    const stopped = stop(recorded.call);
    await bench.clock.advance(1);
    expect(bench.heard).toEqual(['ERR?', 'GO', 'STOP', 'ID?']);
    // First the reply to GO, then the one to the first STOP: neither says that the stop was taken.
    await bench.device.say('OK\nE1\n');
    await bench.clock.advance(0);
    expect(recorded.confirmed).toEqual([]);
    await bench.device.say('ID 1\n');
    await stopped;
    await ended;
    expect(bench.heard.slice(4)).toEqual(['STOP']);
    expect(recorded.confirmed).toEqual([{ level: 'acknowledged', evidence: { sent: 'STOP', reply: 'OK' } }]);
    expect(interrupted.late).toEqual([]);
  });

  test('amid an exchange without a reply of its own is sent once', async () => {
    const bench = definedDevice({ ...input, stop: { send: 'STOP' } }, { ...answers, GO: '' });
    const { command, stop } = await bench.attached();
    const interrupted = bench.call();
    const ended = expect(command('go', {}, interrupted.call)).rejects.toThrow('stopped');
    await bench.clock.advance(10);
    interrupted.abort(new BellcrankError('stopped', 'stopped'));
    await stop(bench.call().call);
    await ended;
    expect(bench.heard).toEqual(['ERR?', 'GO', 'STOP']);
  });

  test('does not wait for a device that never stops talking', async () => {
    const bench = definedDevice(input, answers);
    const { stop } = await bench.attached();
    await bench.device.say('bla');
    const recorded = bench.call();
    const stopped = stop(recorded.call);
    for (let at = 0; at < 100; at += 20) {
      await bench.clock.advance(20);
      await bench.device.say('bla');
    }
    expect(bench.heard[0]).toBe('STOP');
    await bench.settled(stopped);
    // Whose reply the first one was nobody could tell.
    expect(bench.heard).toEqual(['STOP', 'ID?', 'STOP']);
    expect(recorded.confirmed).toHaveLength(1);
  });

  const twice = { steps: [{ send: 'OFF 1', expect: 'OK' }, { waitMs: 20 }, { send: 'OFF 2', expect: 'OK' }] };

  test('of several steps sends them all, whatever becomes of the first', async () => {
    const bench = definedDevice({ ...input, stop: twice }, { ...answers, 'OFF 1': 'E1\n', 'OFF 2': 'OK\n' });
    const { stop } = await bench.attached();
    const recorded = bench.call();
    await expect(bench.settled(stop(recorded.call))).rejects.toMatchObject({ device: { code: '1' } });
    expect(bench.heard).toEqual(['OFF 1', 'OFF 2']);
    expect(recorded.confirmed).toEqual([]);
  });

  test('of several steps waits for no silence between them', async () => {
    const bench = definedDevice({ ...input, stop: twice }, { ...answers, 'OFF 1': '', 'OFF 2': 'OK\n' });
    const { stop } = await bench.attached();
    const rejected = expect(stop(bench.call().call)).rejects.toMatchObject({ code: 'device-timeout' });
    await bench.clock.advance(220);
    expect(bench.heard).toEqual(['OFF 1', 'OFF 2']);
    await rejected;
  });

  test('of several steps sends those too that a device which never stops talking keeps from being asked', async () => {
    const bench = definedDevice({ ...input, stop: twice }, { ...answers, 'OFF 1': 'OK\n', 'OFF 2': 'OK\n' });
    const { stop } = await bench.attached();
    const rejected = expect(stop(bench.call().call)).rejects.toMatchObject({ code: 'device-protocol' });
    await bench.clock.advance(5);
    for (let at = 0; at < 1000; at += 10) {
      await bench.device.say('bla');
      await bench.clock.advance(10);
    }
    await rejected;
    expect(bench.heard.slice(0, 2)).toEqual(['OFF 1', 'OFF 2']);
  });

  test('without a reply that may have come too soon for the device is sent once more in its time', async () => {
    const bench = definedDevice({ ...input, stop: { send: 'STOP' }, line: { minIntervalMs: 3000 } }, answers);
    const { stop, read } = await bench.attached();
    await bench.settled(read('value', bench.call().call));
    const stopped = stop(bench.call().call);
    await bench.clock.advance(250);
    expect(bench.heard).toEqual(['V?', 'STOP']);
    await bench.settled(stopped);
    expect(bench.heard).toEqual(['V?', 'STOP', 'STOP']);
  });

  test('ends with its call', async () => {
    const bench = definedDevice(input, { ...answers, STOP: '' });
    const { stop } = await bench.attached();
    const recorded = bench.call();
    const rejected = expect(stop(recorded.call)).rejects.toThrow('enough');
    await bench.clock.advance(10);
    recorded.abort(new Error('enough'));
    await rejected;
    expect(bench.heard).toEqual(['STOP']);
  });
});

describe('resync', () => {
  test('waits for silence, finds the identity behind older replies, and empties the error queue', async () => {
    const bench = definedDevice(input, { ...answers, 'ID?': ['ID 1\n', ''], 'ERR?': ['0\n', '4\n', '0\n'] });
    const { resync } = await bench.attached();
    const resynced = resync(bench.call().call);
    await bench.clock.advance(99);
    expect(bench.heard).toEqual([]);
    await bench.clock.advance(1);
    expect(bench.heard).toEqual(['ID?']);
    await bench.device.say('5\nOK\nE3\nID 1\n');
    await resynced;
    expect(bench.told.unmatched).toHaveLength(3);
    expect(bench.told.events).toEqual([{ event: 'device-error', data: { code: 4, text: '' } }]);
  });

  test('refuses another device that took the place', async () => {
    const bench = definedDevice(input, { ...answers, 'ID?': ['ID 1\n', 'ID 2\n'] });
    const { resync } = await bench.attached();
    await expect(bench.settled(resync(bench.call().call))).rejects.toMatchObject({ code: 'identity-mismatch' });
  });

  test('gives up on a line that answers everything but the question', async () => {
    const bench = definedDevice(input, { ...answers, 'ID?': ['ID 1\n', '5\n'.repeat(40)] });
    const { resync } = await bench.attached();
    await expect(bench.settled(resync(bench.call().call))).rejects.toMatchObject({ code: 'device-protocol' });
  });

  test('finds a device that never stops talking', async () => {
    const bench = definedDevice({ ...input, unsolicited: [{ match: 'T={t:%d}' }] }, answers);
    const { resync } = await bench.attached();
    const resynced = resync(bench.call().call);
    for (let at = 0; at < 400; at += 50) {
      await bench.device.say('T=1\n');
      await bench.clock.advance(50);
    }
    await bench.settled(resynced);
    expect(bench.heard).toEqual(['ID?', 'ERR?']);
  });

  test('of a device that says who it is only by itself waits for silence', async () => {
    const { errorQueue: _, ...others } = input;
    const bench = definedDevice({ ...others, identify: { expect: 'HELLO {id:%d}' } }, answers);
    const attached = bench.attached();
    await bench.clock.advance(10);
    await bench.device.say('HELLO 1\n');
    const { resync } = await attached;
    await bench.settled(resync(bench.call().call));
    expect(bench.heard).toEqual([]);
  });

  test('without an identity waits for silence', async () => {
    const { identify: _, errorQueue: __, ...anonymous } = input;
    const bench = definedDevice(anonymous, answers);
    const { resync } = await bench.attached();
    await bench.settled(resync(bench.call().call));
    expect([bench.heard, bench.clock.monotonic()]).toEqual([[], 100]);
  });

  test('takes the steps that the definition has for it', async () => {
    const bench = definedDevice(
      { ...input, resync: [{ send: '\\x03' }, { send: 'RST', expect: 'READY' }] },
      { ...answers, RST: 'READY\n' },
    );
    const { resync } = await bench.attached();
    await bench.settled(resync(bench.call().call));
    expect(bench.heard).toEqual(['\x03', 'RST', 'ERR?']);
  });

  test('ends in step whatever the steps of the definition are', async () => {
    const { identify: _, errorQueue: __, ...anonymous } = input;
    const resyncing = { ...anonymous, resync: [{ send: '\\x03' }] };
    const bench = definedDevice(resyncing, { ...answers, 'V?': ['', '5\n'] });
    const { resync, read } = await bench.attached();
    await expect(bench.settled(read('value', bench.call().call))).rejects.toMatchObject({ code: 'device-timeout' });
    const resynced = resync(bench.call().call);
    await bench.clock.advance(10);
    await bench.device.say('9\n');
    await bench.settled(resynced);
    expect(bench.clock.monotonic()).toBeGreaterThanOrEqual(300);
    await expect(read('value', bench.call().call)).resolves.toBe(5);
    expect(bench.heard).toEqual(['V?', '\x03', 'V?']);
  });
});

test('what was listened for in vain does not answer the steps of a resync', async () => {
  const bench = definedDevice(
    {
      resync: [{ send: 'RST', expect: '{what:%s}' }],
      commands: { move: { steps: [{ send: 'MOVE', expect: 'OK' }, { expect: 'DONE' }] } },
    },
    { MOVE: 'OK\n', RST: 'READY\n' },
  );
  const { command, resync } = await bench.attached();
  await expect(bench.settled(command('move', {}, bench.call().call))).rejects.toMatchObject({ code: 'device-timeout' });
  const resynced = resync(bench.call().call);
  await bench.clock.advance(99);
  expect(bench.heard).toEqual(['MOVE']);
  await bench.settled(resynced);
  expect(bench.heard).toEqual(['MOVE', 'RST']);
});

test('detach stops listening', async () => {
  const bench = definedDevice(input, answers);
  const { session } = await bench.attached();
  await session.detach?.(bench.call().call as never);
  await bench.device.say('anything\n');
  expect(bench.told.unmatched).toEqual([]);
});
