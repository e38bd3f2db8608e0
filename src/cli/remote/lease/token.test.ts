import { expect, test } from 'vitest';
import { leaseTokenFor, withToken } from './token.ts';

test('the command line goes before the environment', () => {
  expect(leaseTokenFor('psu-1', 'given', { BELLCRANK_LEASE: 'other' })).toBe('given');
  expect(leaseTokenFor('psu-1', undefined, {})).toBeUndefined();
});

test('a token is for whatever device, or for its own', () => {
  const env = { BELLCRANK_LEASE: ' any psu-1:one  psu-10:ten psu-1:newer ' };
  expect(leaseTokenFor('psu-1', undefined, env)).toBe('newer');
  expect(leaseTokenFor('psu-10', undefined, env)).toBe('ten');
  expect(leaseTokenFor('mill-1', undefined, env)).toBe('any');
  expect(leaseTokenFor('mill-1', undefined, { BELLCRANK_LEASE: 'psu-1:one' })).toBeUndefined();
});

test('a program within a program has both leases', () => {
  const both = withToken('mill-1', 'two', withToken('psu-1', 'one', undefined));
  expect(leaseTokenFor('psu-1', undefined, { BELLCRANK_LEASE: both })).toBe('one');
  expect(leaseTokenFor('mill-1', undefined, { BELLCRANK_LEASE: both })).toBe('two');
});
