import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BellcrankError } from '../../errors.ts';
import { parseLeaseToken } from './lease-token.ts';

test('a token comes as it is; none is none', () => {
  expect(parseLeaseToken(undefined)).toBeUndefined();
  for (const token of ['a', 'AZaz09._~-', 'x'.repeat(200)]) expect(parseLeaseToken(token)).toBe(token);
  expect(() => parseLeaseToken(['a', 'b'])).toThrow(BellcrankError);
  expect(() => parseLeaseToken(['a'])).toThrow(BellcrankError);
  expect(() => parseLeaseToken('a\n')).toThrow(BellcrankError);
});

test('whatever comes is a token or invalid-request', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 210 }), fc.array(fc.string())), (value) => {
      try {
        expect(parseLeaseToken(value)).toBe(value);
        expect(value).toMatch(/^[\w.~-]{1,200}$/);
      } catch (error) {
        if (!(error instanceof BellcrankError)) throw error;
        expect(error).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/headers/lease-token' }] });
      }
    }),
  );
});
