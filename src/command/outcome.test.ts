import { expect, test } from 'vitest';
import type { Invoked } from '../device/invoke.ts';
import { BellcrankError, type ErrorCode } from '../errors.ts';
import { judge } from './outcome.ts';

const base = { effect: 'actuate', declared: 'acknowledged' } as const;
const ran = (fields: Partial<Invoked>): Invoked => ({
  returned: true,
  ignoredAbort: false,
  left: true,
  level: 'acknowledged',
  evidence: undefined,
  ...fields,
});
const threw = (code: ErrorCode, left = true): Invoked =>
  ran({ returned: false, left, level: undefined, error: new BellcrankError(code, code) });

test('succeeded takes the declared confirmation, and never a weaker one', () => {
  expect(judge({ ...base, invoked: ran({}) })).toEqual({ outcome: 'succeeded' });
  expect(judge({ ...base, invoked: ran({ level: 'confirmed' }) })).toEqual({ outcome: 'succeeded' });
  expect(judge({ ...base, invoked: ran({ level: 'sent' }) })).toMatchObject({
    outcome: 'unknown',
    error: { code: 'driver-fault' },
  });
});

test('what the device said is final', () => {
  expect(judge({ ...base, invoked: threw('device-refused') })).toMatchObject({ outcome: 'refused' });
  expect(judge({ ...base, invoked: threw('device-failed') })).toMatchObject({ outcome: 'failed' });
  expect(judge({ ...base, invoked: threw('verify-mismatch') })).toMatchObject({ outcome: 'failed' });
});

test('"not now" is a refusal where it is the device’s own word, and nothing is known where it is ours', () => {
  const ours = ran({ returned: false, level: undefined, error: new BellcrankError('busy', 'too many requests') });
  const itsOwn = new BellcrankError('busy', 'it is busy', { outcome: 'refused' });
  expect(judge({ ...base, invoked: ours })).toMatchObject({ outcome: 'unknown', error: { code: 'busy' } });
  expect(judge({ ...base, invoked: { ...ours, error: itsOwn } })).toMatchObject({ outcome: 'refused', error: itsOwn });
  const inItsWords = new BellcrankError('busy', 'it is busy', { device: { code: '6', text: 'BUSY' } });
  expect(judge({ ...base, invoked: { ...ours, error: inItsWords } })).toMatchObject({ outcome: 'refused' });
});

test('anything else after the first byte is unknown, unless it was a read', () => {
  for (const code of ['device-timeout', 'device-protocol', 'connection-lost', 'stopped', 'driver-fault'] as const) {
    expect(judge({ ...base, invoked: threw(code) })).toMatchObject({ outcome: 'unknown', error: { code } });
    expect(judge({ ...base, effect: 'idempotent', invoked: threw(code) })).toMatchObject({ outcome: 'unknown' });
    expect(judge({ ...base, effect: 'read', invoked: threw(code) })).toMatchObject({ outcome: 'failed' });
  }
});

test('before the first byte it is not-sent, with the reason', () => {
  const cases = [
    ['device-timeout', 'expired', 'expired'],
    ['stopped', 'stopped', 'stopped'],
    ['device-offline', 'offline', 'device-offline'],
    ['shutting-down', 'shutdown', 'shutting-down'],
    ['driver-fault', 'fault', 'driver-fault'],
  ] as const;
  for (const [code, reason, shown] of cases) {
    const verdict = judge({ ...base, invoked: threw(code, false) });
    expect(verdict).toMatchObject({ outcome: 'not-sent', reason, error: { code: shown } });
  }
});

test('an invalid answer is nonsense: unknown for what may have acted, failed for a read', () => {
  const invalidResult = 'the answer is not valid';
  expect(judge({ ...base, invoked: ran({}), invalidResult })).toMatchObject({
    outcome: 'unknown',
    error: { code: 'device-protocol' },
  });
  expect(judge({ ...base, effect: 'read', invoked: ran({}), invalidResult })).toMatchObject({ outcome: 'failed' });
});

test('a device that went offline with bytes under way is a lost connection, not an offline one', () => {
  expect(judge({ ...base, invoked: threw('device-offline') })).toMatchObject({
    outcome: 'unknown',
    error: { code: 'connection-lost' },
  });
});

test('a command that has left is not told that nothing was sent', () => {
  const error = new BellcrankError('shutting-down', 'the service is shutting down; nothing was sent');
  const { error: told, outcome } = judge({ ...base, invoked: ran({ returned: false, level: 'sent', error }) });
  expect(outcome).toBe('unknown');
  expect(told).toMatchObject({ code: 'shutting-down', message: 'the service is shutting down; nothing more was sent' });
});
