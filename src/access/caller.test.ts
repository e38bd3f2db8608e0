import { expect, test } from 'vitest';
import { BellcrankError } from '../errors.ts';
import { callerWith, trusted } from './caller.ts';
import { actions, parseScope } from './scope.ts';

const device = { id: 'psu-1', labels: {} };

test('a refusal names who asked and what they lack', () => {
  const caller = callerWith('key:panel', [parseScope('read:psu-*')]);
  expect(caller.refusal({ action: 'read', device })).toBeUndefined();
  expect(caller.refusal({ action: 'command', device, command: 'set' })).toMatchObject({
    code: 'forbidden',
    message: 'key:panel lacks the scope command:psu-1:set',
  });
  expect(caller.refusal({ action: 'stop', device })?.message).toBe('key:panel lacks the scope stop:psu-1');
  expect(caller.refusal({ action: 'read' })?.message).toBe('key:panel lacks the scope read');
  expect(caller.scopes).toEqual(['read:psu-*']);
});

test('somewhere is not everywhere', () => {
  const caller = callerWith('key:panel', [parseScope('stop:psu-*')]);
  expect(caller.mayAnywhere('stop')).toBe(true);
  expect(caller.mayAnywhere('read')).toBe(false);
  expect(caller.may({ action: 'stop' })).toBe(false);
});

test('whoever has nothing may nothing; whom nothing is kept from may all of it', () => {
  const nobody = callerWith('x', []);
  const somebody = trusted('bellcrank');
  for (const action of actions) {
    expect([nobody.may({ action, device }), nobody.mayAnywhere(action)]).toEqual([false, false]);
    expect([somebody.may({ action }), somebody.mayAnywhere(action)]).toEqual([true, true]);
    expect(somebody.refusal({ action })).toBeUndefined();
  }
});

test('it is asked anew each time: from one question to the next it may be over', () => {
  let over: BellcrankError | undefined;
  const caller = callerWith('key:ci', [parseScope('read')], () => over, 1234);
  expect(caller).toMatchObject({ expiresAt: 1234 });
  expect([caller.may({ action: 'read' }), caller.mayAnywhere('read')]).toEqual([true, true]);
  over = new BellcrankError('unauthenticated', 'the key was revoked');
  expect([caller.may({ action: 'read' }), caller.mayAnywhere('read')]).toEqual([false, false]);
  expect(caller.refusal({ action: 'read' })).toBe(over);
});
