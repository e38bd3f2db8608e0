import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLeaseToken } from './lease-token.ts';

const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-';

test('every token is taken as it is', () => {
  const token = fc.string({ unit: fc.constantFrom(...characters.split('')), minLength: 1, maxLength: 200 });
  fc.assert(fc.property(token, (text) => parseLeaseToken(text) === text && parseLeaseToken([text]) === text));
  expect(parseLeaseToken(characters)).toBe(characters);
  expect(parseLeaseToken(undefined)).toBeUndefined();
  expect(parseLeaseToken([])).toBeUndefined();
});

test.each(['', ' ', 'a b', ' a', 'a,b', '"a"', 'a=', 'a/b', 'a+b', 'a\n', 'é', 'a\u0000', 'x'.repeat(201)])(
  '%j is invalid, and the error does not repeat it',
  (text) => {
    expect(() => parseLeaseToken(text)).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        message: 'header Lease-Token must be one token as the lease answered it: 1 to 200 of A-Z a-z 0-9 . _ ~ -',
        errors: [expect.objectContaining({ pointer: '/headers/lease-token' })],
      }),
    );
  },
);

test('twice is invalid', () => {
  expect(() => parseLeaseToken(['a', 'a'])).toThrow('Lease-Token');
});

test('whatever else comes is the one error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      try {
        expect(parseLeaseToken(text)).toMatch(/^[\w.~-]{1,200}$/);
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid-request' });
      }
    }),
  );
});
