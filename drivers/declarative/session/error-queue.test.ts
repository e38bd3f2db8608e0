import { expect, test } from 'vitest';
import { definedDevice } from '../../../test/support/defined-device.ts';
import type { DefinitionInput } from '../../../test/support/definition.ts';

const number = { type: 'number' };

const input: DefinitionInput = {
  errorQueue: {
    exchange: { send: 'SYST:ERR?', expect: '{code:%d},"{text:%s}"' },
    none: 0,
    maxEntries: 4,
    failed: [
      [-399, -300],
      [1, 32_767],
    ],
  },
  properties: {
    volts: { schema: number, read: { send: 'VOLT?', expect: '{value:%f}' }, write: { send: 'VOLT {value:%.1f}' } },
  },
  commands: {
    go: { send: 'GO' },
    both: { steps: [{ send: 'ONE' }, { send: 'TWO' }] },
    ask: { send: 'ASK?', expect: '{n:%d}', result: { n: number }, spec: { effect: 'read' } },
  },
};

const none = '0,"No error"\n';
const healthy = { 'SYST:ERR?': none, 'VOLT?': '5\n', 'ASK?': '7\n' };

test('is emptied at attach, and what was in it is told', async () => {
  const bench = definedDevice(input, { 'SYST:ERR?': ['-310,"System error"\n', '5,"Fan"\n', none] });
  await bench.attach();
  expect(bench.told.events).toEqual([
    { event: 'device-error', data: { code: -310, text: 'System error' } },
    { event: 'device-error', data: { code: 5, text: 'Fan' } },
  ]);
});

test('that never empties is given up', async () => {
  const bench = definedDevice(input, { 'SYST:ERR?': '5,"Fan"\n' });
  await expect(bench.attach()).rejects.toMatchObject({ code: 'device-protocol' });
  expect(bench.heard).toHaveLength(5);
});

test.each(['go', 'volts'])('is looked at before and after %s, and acknowledges it', async (name) => {
  const bench = definedDevice(input, healthy);
  const { command, write } = await bench.attached();
  const recorded = bench.call();
  await (name === 'go' ? command('go', {}, recorded.call) : write('volts', 2, recorded.call));
  const sent = name === 'go' ? 'GO' : 'VOLT 2.0';
  expect(bench.heard).toEqual(['SYST:ERR?', sent, 'SYST:ERR?']);
  expect(recorded.confirmed).toEqual([{ level: 'acknowledged', evidence: { sent, reply: '0,"No error"' } }]);
});

test('is not asked where nothing is changed', async () => {
  const bench = definedDevice(input, healthy);
  const { command, read } = await bench.attached();
  await expect(command('ask', {}, bench.call().call)).resolves.toEqual({ n: 7 });
  await expect(read('volts', bench.call().call)).resolves.toBe(5);
  expect(bench.heard).toEqual(['ASK?', 'VOLT?']);
});

test('an older entry is told, and blamed on nothing', async () => {
  const bench = definedDevice(input, healthy);
  const { command } = await bench.attached();
  bench.device.answer('SYST:ERR?', '-222,"Old"\n', none);
  await expect(command('go', {}, bench.call().call)).resolves.toEqual({});
  expect(bench.told.events).toEqual([{ event: 'device-error', data: { code: -222, text: 'Old' } }]);
});

test.each([
  [-222, 'device-refused', 'refused'],
  [-299, 'device-refused', 'refused'],
  [-300, 'device-failed', 'failed'],
  [-399, 'device-failed', 'failed'],
  [-400, 'device-refused', 'refused'],
  [12, 'device-failed', 'failed'],
])('entry %i is %s, and the rest of the queue is told', async (number, code, outcome) => {
  const bench = definedDevice(input, healthy);
  const { command } = await bench.attached();
  bench.device.answer('SYST:ERR?', none, `${number},"Why"\n`, '7,"Fan"\n', none);
  const recorded = bench.call();
  await expect(command('go', {}, recorded.call)).rejects.toMatchObject({
    code,
    outcome,
    device: { code: String(number), text: 'Why' },
  });
  expect(bench.told.events).toEqual([{ event: 'device-error', data: { code: 7, text: 'Fan' } }]);
  expect(recorded.confirmed).toEqual([]);
});

test('a verdict stands even if the rest of the queue cannot be read', async () => {
  const bench = definedDevice(input, healthy);
  const { command } = await bench.attached();
  bench.device.answer('SYST:ERR?', none, '-222,"Why"\n', '');
  await expect(bench.settled(command('go', {}, bench.call().call))).rejects.toMatchObject({ outcome: 'refused' });
});

test('a refusal after several messages does not say which: the command has failed half-way', async () => {
  const bench = definedDevice(input, healthy);
  const { command } = await bench.attached();
  bench.device.answer('SYST:ERR?', none, '-222,"Why"\n', none);
  await expect(command('both', {}, bench.call().call)).rejects.toMatchObject({
    code: 'device-failed',
    device: { code: '-222' },
  });
});

test('nothing is sent when the queue cannot be read first', async () => {
  const bench = definedDevice(input, healthy);
  const { command } = await bench.attached();
  bench.device.answer('SYST:ERR?', '');
  await expect(bench.settled(command('go', {}, bench.call().call))).rejects.toMatchObject({ code: 'device-timeout' });
  expect(bench.heard).toEqual(['SYST:ERR?']);
});

test('a late entry resolves its command', async () => {
  const bench = definedDevice(input, healthy);
  const { command } = await bench.attached();
  const recorded = [bench.call(), bench.call()] as const;
  for (const [index, late] of ['0,"No error"\n', '-222,"Why"\n'].entries()) {
    bench.device.answer('SYST:ERR?', none, '');
    const { call } = recorded[index] ?? bench.call();
    await expect(bench.settled(command('go', {}, call))).rejects.toMatchObject({ code: 'device-timeout' });
    await bench.device.say(late);
    await bench.clock.advance(500);
  }
  expect(recorded[0].late).toEqual([{}]);
  expect(recorded[1].late).toMatchObject([{ code: 'device-refused', device: { code: '-222' } }]);
});

test('an entry that came while others had the line may be the command’s: nobody knows', async () => {
  const steps = [{ send: 'MOVE' }, { repeat: { send: 'S?', expect: 'S{busy:%d}', until: { busy: 0 } } }];
  const move = { steps, spec: { long: true as const } };
  const bench = definedDevice(
    { ...input, commands: { ...input.commands, move } },
    { ...healthy, 'S?': ['S1\n', 'S0\n'] },
  );
  const { command } = await bench.attached();
  let isFirst = true;
  const meanwhile = async (): Promise<void> => {
    if (!isFirst) return;
    isFirst = false;
    bench.device.answer('SYST:ERR?', '-222,"Whose?"\n', none);
    await command('go', {}, bench.call().call);
  };
  const recorded = bench.call();
  await expect(bench.settled(command('move', {}, { ...recorded.call, yield: meanwhile }))).rejects.toMatchObject({
    code: 'device-protocol',
    outcome: undefined,
  });
  expect(recorded.confirmed).toEqual([]);
  bench.device.answer('S?', 'S1\n', 'S0\n');
  await expect(bench.settled(command('move', {}, bench.call().call))).resolves.toEqual({});
});

test('a dry run captures both looks at it, which may be more', async () => {
  const bench = definedDevice(input, healthy);
  const { command } = await bench.attached();
  const recorded = bench.call({ dryRun: true });
  await expect(command('go', {}, recorded.call)).rejects.toMatchObject({ complete: false });
  expect(recorded.sent).toEqual(['SYST:ERR?\n', 'GO\n', 'SYST:ERR?\n']);
  expect(bench.heard).toEqual([]);
});

test('the words for a code are the definition’s, where an entry has none', async () => {
  const bench = definedDevice(
    {
      errorQueue: {
        exchange: { send: 'ESR?', expect: '{code:%d}' },
        none: 0,
        maxEntries: 4,
        failed: [],
        texts: { '16': 'Not able to' },
      },
      commands: { go: { send: 'GO' } },
    },
    { 'ESR?': ['0\n', '0\n', '16\n', '0\n'] },
  );
  const session = await bench.attached();
  await expect(bench.settled(session.command('go', {}, bench.call().call))).rejects.toMatchObject({
    code: 'device-refused',
    device: { code: '16', text: 'Not able to' },
  });
});
