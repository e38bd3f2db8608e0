import { expect, test } from 'vitest';
import { missingAnywhere, missingThere } from './missing.ts';

const allowed = {
  id: 'psu-1',
  everywhere: ['read'],
  actions: ['read', 'command'],
  commands: ['set', 'write:setpoint'],
};

test.each([
  ['read', undefined, undefined],
  ['stop', undefined, 'stop:psu-1'],
  ['command', undefined, undefined],
  ['command', 'set', undefined],
  ['command', 'reset', 'command:psu-1:reset'],
  ['command', 'setpoint', 'command:psu-1:setpoint'],
  ['command', 'write:setpoint', undefined],
] as const)('%s %s: %s', (action, command, expected) => {
  expect(missingThere(allowed, action, command)).toBe(expected);
});

test('who may send everything everywhere may send what a device has only just learnt', () => {
  expect(missingThere({ ...allowed, everywhere: ['command'] }, 'command', 'reset')).toBeUndefined();
});

test('what is not known is not missing', () => {
  expect(missingThere(undefined, 'command', 'set')).toBeUndefined();
  expect(missingAnywhere(undefined, 'configure')).toBeUndefined();
});

test('somewhere is enough where no device is looked at', () => {
  expect(missingAnywhere(['read', 'configure:label/room=lab'], 'configure')).toBeUndefined();
  expect(missingAnywhere(['read'], 'configure')).toBe('configure');
  expect(missingAnywhere([], 'read')).toBe('read');
});
