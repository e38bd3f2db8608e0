import { expect, test } from 'vitest';
import type * as errors from './errors.ts';
import { BellcrankError, thrown } from './errors.ts';

/** The module as a package that was installed beside it brings it: another instance, with classes of its own. */
async function anotherCopy(): Promise<typeof errors> {
  const name = './errors.ts?another-copy';
  // The query makes it a module of its own, with the same exports.
  return (await import(name)) as typeof errors;
}

test('errors of another copy of this module are known, and errors of others are not', async () => {
  const { BellcrankError: Other } = await anotherCopy();
  expect(Other).not.toBe(BellcrankError);
  expect(new Other('busy', 'not now') instanceof BellcrankError).toBe(true);
  expect(new BellcrankError('busy', 'not now') instanceof Other).toBe(true);
  for (const stranger of [new Error('no'), { code: 'busy' }, null, undefined, 'busy']) {
    expect(stranger instanceof BellcrankError).toBe(false);
  }
});

test('a derived class knows its own alone', () => {
  class Derived extends BellcrankError {}
  expect(new Derived('busy', 'no') instanceof BellcrankError).toBe(true);
  expect(new Derived('busy', 'no') instanceof Derived).toBe(true);
  expect(new BellcrankError('busy', 'no') instanceof Derived).toBe(false);
});

test('what tells copies apart is not told to anybody', () => {
  const error = new BellcrankError('busy', 'not now');
  expect(Object.getOwnPropertySymbols(error)).toEqual([]);
});

test.each([
  ['a code that is a reason', 'offline', 'offline'],
  ['a reason that is a code', 'device-offline', 'overloaded'],
  ['a code that there is not', 'tired', 'offline'],
] as const)('%s is no word of ours', (_, code, reason) => {
  // As a driver in JavaScript may throw it.
  const error = new BellcrankError(code as 'expired', 'no', { reason: reason as 'expired' });
  expect(thrown(error)).toMatchObject({ code: 'driver-fault', cause: error });
});

test('what is ours stays as it is', () => {
  const error = new BellcrankError('shutting-down', 'it ends', { reason: 'shutdown' });
  expect(thrown(error)).toBe(error);
});
