import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actions, maxScopeLength, type Need, parseScope, scopeFor } from './scope.ts';

const lab = { id: 'psu-1', labels: { room: 'lab-2', critical: '' } };
const hall = { id: 'oven', labels: { room: 'hall' } };

const covers = (text: string, need: Need): boolean => parseScope(text).covers(need);

describe('devices', () => {
  test.each([
    ['read', [true, true, true]],
    ['read:*', [true, true, true]],
    ['read:psu-1', [true, false, false]],
    ['read:psu-*', [true, false, false]],
    ['read:psu-?', [true, false, false]],
    ['read:psu', [false, false, false]],
    ['read:**', [true, true, false]],
    ['read:label/room', [true, true, false]],
    ['read:label/room=lab-2', [true, false, false]],
    ['read:label/room=lab-*', [true, false, false]],
    ['read:label/critical', [true, false, false]],
    ['read:label/critical=', [true, false, false]],
    ['read:label/toString', [false, false, false]],
    ['read:label/', [false, false, false]],
    ['read:.su-1', [false, false, false]],
  ])('%s covers psu-1, oven, everything: %j', (text, expected) => {
    const needs = [lab, hall, undefined].map((device): Need =>
      device === undefined ? { action: 'read' } : { action: 'read', device },
    );
    expect(needs.map((need) => covers(text, need))).toEqual(expected);
  });

  test('no action holds another', () => {
    for (const has of actions)
      for (const action of actions) expect(covers(has, { action, device: lab })).toBe(has === action);
  });
});

describe('commands', () => {
  test.each([
    ['command', 'set-voltage', true],
    ['command:psu-1', 'set-voltage', true],
    ['command:psu-1:set-*', 'set-voltage', true],
    ['command:psu-1:set-*', 'reset', false],
    ['command:oven:set-*', 'set-voltage', false],
    ['command:label/room=lab-2:set-*', 'set-voltage', true],
    ['command:psu-1:set-*', 'write:setpoint', false],
    ['command:psu-1:write:*', 'write:setpoint', true],
    ['command:psu-1:write:set*', 'write:setpoint', true],
    ['command:psu-1:write:setpoint', 'setpoint', false],
    ['command:psu-1:*', 'write:setpoint', true],
  ])('%s covers %s of psu-1: %s', (text, command, expected) => {
    expect(covers(text, { action: 'command', device: lab, command })).toBe(expected);
  });

  test('a need of a device without a command is met by any command of it; one of everything by no named command', () => {
    expect(covers('command:psu-1:set-*', { action: 'command', device: lab })).toBe(true);
    expect(covers('command:*:set-*', { action: 'command' })).toBe(false);
    expect(covers('command:*:*', { action: 'command' })).toBe(false);
    expect(covers('command', { action: 'command' })).toBe(true);
  });
});

test.each([
  '',
  ' ',
  'READ',
  'reads',
  'toString',
  'read:',
  'read::',
  'read:psu-1:',
  'read:psu-1:set',
  'stop:psu-1:stop',
  'command:psu-1:',
  'command::set',
  ':psu-1',
  'read psu-1',
  'read\n',
  '\u001b[2Jread',
  `read:${'x'.repeat(maxScopeLength)}`,
])('%j is no scope, and it is said what is one', (text) => {
  let thrown: unknown;
  try {
    parseScope(text);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({
    code: 'invalid-request',
    message: expect.stringContaining('ACTION:DEVICES:COMMANDS'),
  });
  // Whoever wrote it may have meant harm.
  expect((thrown as Error).message).not.toMatch(/\p{Cc}/u);
});

test('what a refusal names is what would have been enough, and no more', () => {
  const name = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/);
  fc.assert(
    fc.property(name, name, fc.option(name, { nil: undefined }), (id, other, command) => {
      const device = { id, labels: {} };
      const need: Need = command === undefined ? { action: 'command', device } : { action: 'command', device, command };
      const scope = parseScope(scopeFor(need));
      expect(scope.covers(need)).toBe(true);
      expect(scope.covers({ ...need, device: { id: other, labels: {} } })).toBe(other === id);
      expect(scope.covers({ action: 'command' })).toBe(false);
    }),
  );
});

test('a glob that makes others hang does not', () => {
  const { covers: its } = parseScope(`read:${'*a'.repeat(90)}b`);
  expect(its({ action: 'read', device: { id: 'a'.repeat(20_000), labels: {} } })).toBe(false);
});
