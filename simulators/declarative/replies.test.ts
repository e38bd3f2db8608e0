import { expect, test } from 'vitest';
import { simulated } from '../../test/support/simulated-definition.ts';

const small = (lines: string): string => `
model: small
line: { outTerminator: "\\n", inTerminator: "\\n" }
${lines}`;

test('two exchanges with one message are answered by a reply that fits both', async () => {
  const { type, simulator } = simulated(
    small(`
properties:
  code: { schema: { type: integer, minimum: -20, maximum: 99 }, read: { send: status, expect: '{value:%02d} {%*s}' } }
  setpoint:
    schema: { type: number, minimum: 0, maximum: 99 }
    write: { steps: [{ send: 'out {value:%.1f}' }, { send: status, expect: '0{%*[0-9]} {%*s}', errors: [{ match: '-{code:%d} {text:%s}' }] }] }`),
  );
  simulator.behaviour.set('code', 3);
  expect(await type('status\n')).toMatch(/^03 /);
  expect(await type('out 5.0\nstatus\n')).toMatch(/^03 /);
  simulator.behaviour.set('code', -8);
  expect(await type('status\n')).toMatch(/^-8 /);
});

test('several messages in one are heard one after the other, and the last is answered', async () => {
  const { type, simulator } = simulated(
    small(`
identify: { send: 'REM\\nID?', expect: 'ACME {version:%s}' }
errorQueue: { send: 'ERR?', expect: '{code:%d}' }
simulator: { initial: { version: V1 } }`),
  );
  expect(await type('REM\nID?\n')).toBe('ACME V1\n');
  expect(await type('ERR?\n')).toBe('0\n');
  expect(simulator.behaviour.untold).toEqual([]);
});

test('a rule that cannot be printed gives way to another', async () => {
  const { type, simulator } = simulated(
    small(`
errors: [{ match: '{%*/ERROR: [a-z]+!/}' }, { match: 'E{code:%d}' }]
commands: { go: { effect: actuate, send: GO, expect: OK } }`),
  );
  simulator.behaviour.refuseNext('7');
  expect(await type('GO\n')).toBe('E7\n');
  expect(await type('WHAT\n')).toBe('E-113\n');
});

test('where no rule can be printed the manual’s example tells, or the queue', async () => {
  const go = (lines: string): string =>
    small(`
errors: [{ match: '{%*/ERROR: [a-z]+!/}', code: E1 }]
commands: { go: { effect: actuate, send: GO, expect: OK } }
${lines}`);
  const told = simulated(
    go("examples: [{ send: GO, reply: 'ERROR: door!', command: { go: {} }, error: E1, manual: §1 }]"),
  );
  told.simulator.behaviour.refuseNext('E1');
  expect(await told.type('GO\n')).toBe('ERROR: door!\n');
  const queued = simulated(go("errorQueue: { send: 'ERR?', expect: '{code:%d}' }"));
  queued.simulator.behaviour.refuseNext('9');
  expect(await queued.type('GO\n')).toBe('');
  expect(await queued.type('ERR?\n')).toBe('9\n');
  const silent = simulated(go(''));
  silent.simulator.behaviour.refuseNext('9');
  expect(await silent.type('GO\n')).toBe('');
  expect(silent.simulator.behaviour.untold).not.toEqual([]);
});

test('a fault that the simulator chooses is one of those that the device has', async () => {
  const { type } = simulated(
    small("errorQueue: { send: 'ESR?', expect: '{code:%d}', texts: { '32': Not understood } }"),
  );
  await type('WHAT\n');
  expect(await type('ESR?\n')).toBe('32\n');
});
