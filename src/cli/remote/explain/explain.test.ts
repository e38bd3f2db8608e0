import { expect, test } from 'vitest';
import type { Outcome } from '../../../client/index.ts';
import { type Ended, exitCodeOf } from './exit-code.ts';
import { outcomeWords } from './outcome.ts';

test.each<[number, Ended]>([
  [0, { outcome: 'succeeded' }],
  [3, { code: 'device-refused', status: 409, outcome: 'refused' }],
  [4, { code: 'device-failed', status: 502, outcome: 'failed' }],
  [5, { code: 'device-offline', status: 503, outcome: 'not-sent' }],
  [5, { code: 'expired', status: 504, outcome: 'not-sent' }],
  [5, { code: 'rate-limited', status: 429 }],
  [5, { code: 'overloaded', status: 503 }],
  [6, { code: 'device-timeout', status: 504, outcome: 'unknown' }],
  [6, { code: 'stopped', status: 423, outcome: 'unknown' }],
  [10, { code: 'stopped', status: 423, outcome: 'not-sent' }],
  [10, { code: 'leased', status: 423 }],
  [10, { code: 'interlocked', status: 409, outcome: 'not-sent' }],
  [10, { code: 'precondition-failed', status: 412 }],
  [10, { code: 'precondition-failed', status: 412, outcome: 'not-sent' }],
  [7, { code: 'invalid-request', status: 400 }],
  [7, { code: 'device-not-found', status: 404 }],
  [7, { code: 'idempotency-mismatch', status: 422 }],
  [9, { code: 'unauthenticated', status: 401 }],
  [9, { code: 'forbidden', status: 403 }],
  [11, { code: 'idempotency-in-flight', status: 409 }],
  [4, { code: 'device-protocol', status: 502 }],
  [4, { code: 'no-value', status: 503 }],
  [5, { code: 'device-offline', status: 503 }],
  [1, { code: 'unexpected-answer', status: 200 }],
  [1, { code: 'internal', status: 500 }],
  [1, { code: 'already-sent', status: 409 }],
])('exit code %i', (exitCode, ended) => {
  expect(exitCodeOf(ended)).toBe(exitCode);
});

test('an unknown outcome is told in words of neither success nor failure', () => {
  const words = (outcome: Outcome) =>
    outcomeWords({ state: 'ended', outcome, confirmation: null, error: { detail: 'no answer in time' } });
  expect(words('unknown')).toBe('has an unknown outcome: it may have happened or not: no answer in time');
  expect(words('unknown')).not.toMatch(/succe|fail|error|not sent/i);
  expect(new Set((['succeeded', 'refused', 'failed', 'not-sent', 'unknown'] as const).map(words)).size).toBe(5);
});
