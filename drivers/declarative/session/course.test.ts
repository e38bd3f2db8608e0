import { describe, expect, test } from 'vitest';
import { definedDevice } from '../../../test/support/defined-device.ts';
import type { CommandInput, DefinitionInput, RepeatInput } from '../../../test/support/definition.ts';
import { BellcrankError } from '../../../src/driver/index.ts';

const number = { type: 'number' };

function doing(go: CommandInput, more: DefinitionInput = {}): DefinitionInput {
  return { errors: [{ match: 'E{code:%d}' }, { match: 'LATER', outcome: 'busy' }], ...more, commands: { go } };
}

describe('a sequence', () => {
  const steps = [
    { send: 'A', expect: 'OK' },
    { waitMs: 40 },
    { send: 'B', expect: 'OK' },
    { send: 'C', expect: 'DONE {n:%d}' },
  ];
  const input = doing({ steps, result: { n: number } });
  const answers = { A: 'OK\n', B: 'OK\n', C: 'DONE 3\n' };

  test('is sent in its order, and its last reply acknowledges it', async () => {
    const bench = definedDevice(input, answers);
    const { command } = await bench.attached();
    const recorded = bench.call();
    await expect(bench.settled(command('go', {}, recorded.call))).resolves.toEqual({ n: 3 });
    expect(bench.heard).toEqual(['A', 'B', 'C']);
    expect(recorded.confirmed).toEqual([{ level: 'acknowledged', evidence: { sent: 'C', reply: 'DONE 3' } }]);
  });

  test('refused at its first step has changed nothing, and goes no further', async () => {
    const bench = definedDevice(input, { ...answers, A: 'E7\n' });
    const { command } = await bench.attached();
    await expect(bench.settled(command('go', {}, bench.call().call))).rejects.toMatchObject({
      code: 'device-refused',
      outcome: 'refused',
      device: { code: '7' },
    });
    expect(bench.heard).toEqual(['A']);
  });

  test.each([
    ['E7\n', '7'],
    ['LATER\n', ''],
  ])('answered %j at a later step has failed half-way, and goes no further', async (reply, code) => {
    const bench = definedDevice(input, { ...answers, B: reply });
    const { command } = await bench.attached();
    const recorded = bench.call();
    await expect(bench.settled(command('go', {}, recorded.call))).rejects.toMatchObject({
      code: 'device-failed',
      outcome: 'failed',
      device: { code },
      message: expect.stringContaining('after 1 other message of the command'),
    });
    expect(bench.heard).toEqual(['A', 'B']);
    expect(recorded.confirmed).toEqual([]);
  });

  test('that only reads is refused at whatever step', async () => {
    const bench = definedDevice(doing({ steps, result: { n: number }, spec: { effect: 'read' } }), {
      ...answers,
      B: 'E7\n',
    });
    const { command } = await bench.attached();
    await expect(bench.settled(command('go', {}, bench.call().call))).rejects.toMatchObject({ code: 'device-refused' });
  });

  test('without an answer at a step goes no further, and nobody knows', async () => {
    const bench = definedDevice(input, { ...answers, B: '' });
    const { command } = await bench.attached();
    await expect(bench.settled(command('go', {}, bench.call().call))).rejects.toMatchObject({
      code: 'device-timeout',
      outcome: undefined,
    });
    expect(bench.heard).toEqual(['A', 'B']);
  });

  test('that is aborted while it waits goes no further', async () => {
    const bench = definedDevice(input, answers);
    const { command } = await bench.attached();
    const recorded = bench.call();
    const rejected = expect(command('go', {}, recorded.call)).rejects.toThrow('stopped');
    await bench.clock.advance(20);
    recorded.abort(new BellcrankError('stopped', 'stopped'));
    await rejected;
    await bench.clock.advance(100);
    expect(bench.heard).toEqual(['A']);
    expect(bench.clock.pendingTimers).toBe(0);
  });

  test('whose last message has no reply is no more than sent', async () => {
    const bench = definedDevice(doing({ steps: [{ send: 'A', expect: 'OK' }, { send: 'X' }] }), answers);
    const { command } = await bench.attached();
    const recorded = bench.call();
    await expect(command('go', {}, recorded.call)).resolves.toEqual({});
    expect(recorded.confirmed).toEqual([]);
  });
});

describe('a repetition', () => {
  const repeating = (repeat: RepeatInput, spec: CommandInput['spec'] = {}): DefinitionInput =>
    doing({
      steps: [{ send: 'GO', expect: 'OK' }, { repeat: { everyMs: 100, withinMs: 1000, ...repeat } }],
      result: {},
      spec,
    });
  const until = { send: 'S?', expect: 'S{busy:%d} {at:%d}', until: { busy: 0 } };

  test('asks until the fields say so', async () => {
    const bench = definedDevice(repeating(until), { GO: 'OK\n', 'S?': ['S1 10\n', 'S1 50\n', 'S0 99\n'] });
    const { command } = await bench.attached();
    const recorded = bench.call();
    await expect(bench.settled(command('go', {}, recorded.call))).resolves.toEqual({});
    expect(bench.heard).toEqual(['GO', 'S?', 'S?', 'S?']);
    expect(bench.clock.monotonic()).toBe(200);
    expect(recorded.confirmed).toEqual([{ level: 'acknowledged', evidence: { sent: 'S?', reply: 'S0 99' } }]);
  });

  test('asks until the reply is what was expected, if others say "not yet"', async () => {
    const input = repeating({ send: 'S?', expect: 'READY', while: 'BUSY' });
    const bench = definedDevice(input, { GO: 'OK\n', 'S?': ['BUSY\n', 'READY\n'] });
    const { command } = await bench.attached();
    await expect(bench.settled(command('go', {}, bench.call().call))).resolves.toEqual({});
    expect(bench.heard).toEqual(['GO', 'S?', 'S?']);
  });

  test('ends at nonsense', async () => {
    const input = repeating({ send: 'S?', expect: 'READY', while: 'BUSY' });
    const bench = definedDevice(input, { GO: 'OK\n', 'S?': ['BUSY\n', 'WHAT\n'] });
    const { command } = await bench.attached();
    await expect(bench.settled(command('go', {}, bench.call().call))).rejects.toMatchObject({
      code: 'device-protocol',
    });
    expect(bench.heard).toHaveLength(3);
  });

  test('ends at a refusal, which is a failure half-way', async () => {
    const bench = definedDevice(repeating(until), { GO: 'OK\n', 'S?': ['S1 10\n', 'E3\n'] });
    const { command } = await bench.attached();
    await expect(bench.settled(command('go', {}, bench.call().call))).rejects.toMatchObject({ outcome: 'failed' });
  });

  test('that is not done in time is given up, and nobody knows', async () => {
    const bench = definedDevice(repeating(until), { GO: 'OK\n', 'S?': 'S1 10\n' });
    const { command } = await bench.attached();
    const recorded = bench.call();
    await expect(bench.settled(command('go', {}, recorded.call))).rejects.toMatchObject({
      code: 'device-timeout',
      outcome: undefined,
      message: 'the device was not done within 1000 ms; it last said "S1 10"',
    });
    expect(bench.heard).toHaveLength(12);
    expect(recorded.confirmed).toEqual([]);
    expect(bench.clock.monotonic()).toBe(1000);
  });

  test('ends when its call does', async () => {
    const bench = definedDevice(repeating(until), { GO: 'OK\n', 'S?': 'S1 10\n' });
    const { command } = await bench.attached();
    const recorded = bench.call();
    const rejected = expect(command('go', {}, recorded.call)).rejects.toThrow('too late');
    await bench.clock.advance(250);
    recorded.abort(new Error('too late'));
    await rejected;
    await bench.clock.advance(1000);
    expect(bench.heard).toEqual(['GO', 'S?', 'S?', 'S?']);
  });

  test('without a pause does not hold up everything else', async () => {
    const bench = definedDevice(repeating({ ...until, everyMs: 0, withinMs: 10 }), { GO: 'OK\n', 'S?': 'S1 10\n' });
    const { command } = await bench.attached();
    await expect(bench.settled(command('go', {}, bench.call().call))).rejects.toMatchObject({ code: 'device-timeout' });
    expect(bench.heard).toHaveLength(12);
  });

  test('of a long command tells how far it is, and lets others have the line', async () => {
    const input = repeating(until, { long: true });
    const bench = definedDevice(input, { GO: 'OK\n', 'S?': ['S1 10\n', 'S0 99\n'] });
    const { command } = await bench.attached();
    const told: unknown[] = [];
    const recorded = bench.call();
    const call = {
      ...recorded.call,
      progress: (progress: unknown) => void told.push(progress),
      yield: async () => void told.push(`yielded at ${bench.clock.monotonic()}`),
    };
    await bench.settled(command('go', {}, call));
    expect(told).toEqual([{ busy: 1, at: 10 }, 'yielded at 50', 'yielded at 100']);
  });

  test('of any other command keeps the line', async () => {
    const bench = definedDevice(repeating(until), { GO: 'OK\n', 'S?': ['S1 10\n', 'S0 99\n'] });
    const { command } = await bench.attached();
    const call = { ...bench.call().call, yield: () => Promise.reject(new Error('yielded')) };
    await expect(bench.settled(command('go', {}, call))).resolves.toEqual({});
  });
});

describe('an exchange that only listens', () => {
  const steps = [
    { send: 'MOVE', expect: 'OK' },
    { expect: 'DONE {at:%d}', replyTimeoutMs: 500 },
  ];
  const input = doing(
    { steps, result: { at: number } },
    {
      identify: { send: 'ID?', expect: 'ID {id:%d}' },
      unsolicited: [{ match: 'HB' }],
      properties: {
        at: { schema: number, read: { send: 'AT?', expect: 'DONE {value:%d}' } },
        next: { schema: number, read: { expect: 'T={value:%d}' } },
      },
    },
  );

  test.each([['OK\nDONE 5\n'], ['OK\nHB\nDONE 5\n']])(
    'hears what comes together with the reply before it: %j',
    async (reply) => {
      const bench = definedDevice(input, { 'ID?': 'ID 1\n', MOVE: reply });
      const { command } = await bench.attached();
      const recorded = bench.call();
      await expect(command('go', {}, recorded.call)).resolves.toEqual({ at: 5 });
      expect(recorded.confirmed).toEqual([{ level: 'acknowledged', evidence: { sent: 'MOVE', reply: 'DONE 5' } }]);
      expect(bench.told.unmatched).toEqual([]);
    },
  );

  test('hears each frame of what comes together, after it has waited', async () => {
    const twice = doing({
      steps: [
        { send: 'A?', expect: 'OK' },
        { expect: ['ONE', 'V={value:%d}'], replyTimeoutMs: 1000 },
      ],
      result: { value: number },
    });
    const bench = definedDevice(twice, { 'A?': 'OK\n' });
    const { command } = await bench.attached();
    const told = command('go', {}, bench.call().call);
    await bench.clock.advance(700);
    await bench.device.say('ONE\nV=5\n');
    await expect(bench.settled(told)).resolves.toEqual({ value: 5 });
  });

  test('hears what comes later', async () => {
    const bench = definedDevice(input, { 'ID?': 'ID 1\n', MOVE: 'OK\n' });
    const { command } = await bench.attached();
    const moved = command('go', {}, bench.call().call);
    await bench.clock.advance(400);
    await bench.device.say('DONE 8\n');
    await expect(moved).resolves.toEqual({ at: 8 });
    expect(bench.clock.pendingTimers).toBe(0);
  });

  test('does not hear what was said before', async () => {
    const bench = definedDevice(input, { 'ID?': 'ID 1\n', MOVE: 'OK\n' });
    const { command } = await bench.attached();
    await bench.device.say('DONE 1\n');
    await bench.clock.advance(0);
    await expect(bench.settled(command('go', {}, bench.call().call))).rejects.toMatchObject({ code: 'device-timeout' });
    expect(bench.told.unmatched).toHaveLength(1);
  });

  test('does not hear what was said before the message left', async () => {
    const gap = [{ send: 'A', gapMs: 300 }, { send: 'MOVE' }, { expect: 'DONE {at:%d}' }];
    const bench = definedDevice(doing({ steps: gap, result: { at: number } }));
    const { command } = await bench.attached();
    const moved = command('go', {}, bench.call().call);
    await bench.clock.advance(100);
    await bench.device.say('DONE 1\n');
    await bench.clock.advance(200);
    expect(bench.heard).toEqual(['A', 'MOVE']);
    await bench.device.say('DONE 2\n');
    await expect(moved).resolves.toEqual({ at: 2 });
  });

  test('keeps no more of what is said meanwhile than it can use', async () => {
    const wait = [{ send: 'MOVE', expect: 'OK' }, { waitMs: 100 }, { expect: 'DONE {at:%d}' }];
    const bench = definedDevice(doing({ steps: wait, result: { at: number } }), { MOVE: 'OK\n' });
    const { command } = await bench.attached();
    const moved = command('go', {}, bench.call().call);
    await bench.clock.advance(50);
    await bench.device.say('DONE 7\n'.repeat(100));
    await bench.clock.advance(50);
    await expect(moved).resolves.toEqual({ at: 7 });
    expect(bench.told.unmatched).toHaveLength(84);
  });

  test('takes a refusal and nonsense for what they are', async () => {
    const bench = definedDevice(input, { 'ID?': 'ID 1\n', MOVE: ['OK\nE9\n', 'OK\nwhat\n'] });
    const { command } = await bench.attached();
    await expect(command('go', {}, bench.call().call)).rejects.toMatchObject({
      outcome: 'failed',
      device: { code: '9' },
    });
    await expect(command('go', {}, bench.call().call)).rejects.toMatchObject({ code: 'device-protocol' });
  });

  test('that hears nothing leaves the line out of step: what comes late answers nothing else', async () => {
    const bench = definedDevice(input, { 'ID?': 'ID 1\n', MOVE: 'OK\n', 'AT?': 'DONE 3\n' });
    const { command, read } = await bench.attached();
    await expect(bench.settled(command('go', {}, bench.call().call))).rejects.toMatchObject({ code: 'device-timeout' });
    bench.device.answer('ID?', 'DONE 99\nID 1\n');
    await expect(bench.settled(read('at', bench.call().call))).resolves.toBe(3);
    expect(bench.heard).toEqual(['MOVE', 'ID?', 'AT?']);
  });

  test('may stand alone', async () => {
    const bench = definedDevice(input, { 'ID?': 'ID 1\n' });
    const { read } = await bench.attached();
    const heard = read('next', bench.call().call);
    await bench.clock.advance(10);
    await bench.device.say('T=12\n');
    await expect(heard).resolves.toBe(12);
    expect(bench.heard).toEqual([]);
  });

  test('ends with its call and with its connection', async () => {
    const bench = definedDevice(input, { 'ID?': 'ID 1\n' });
    const { read } = await bench.attached();
    const recorded = bench.call();
    const aborted = expect(read('next', recorded.call)).rejects.toThrow('enough');
    await bench.clock.advance(10);
    recorded.abort(new Error('enough'));
    await aborted;
    bench.device.answer('ID?', 'ID 1\n');
    const cut = expect(read('next', bench.call().call)).rejects.toMatchObject({ code: 'connection-lost' });
    await bench.clock.advance(10);
    await bench.far.close();
    await cut;
  });

  test('cannot be had in a dry run', async () => {
    const bench = definedDevice(doing({ steps: [{ send: 'MOVE' }, { expect: 'DONE' }] }), { 'ID?': 'ID 1\n' });
    const { command } = await bench.attached();
    const recorded = bench.call({ dryRun: true });
    await expect(command('go', {}, recorded.call)).rejects.toMatchObject({ complete: true });
    expect(recorded.sent).toEqual(['MOVE\n']);
  });
});
