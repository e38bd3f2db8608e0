import * as fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { keyOf, signed } from './signature.ts';
import { pauseMs, retryAfterMs, verdictOf } from './verdict.ts';

const text = fc.string({ unit: 'binary', maxLength: 200 }).map((value) => value.toWellFormed());

test('what is signed here is verified by another implementation, and nothing else is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), text, (bytes, value) => {
      const secret = `whsec_${Buffer.from(bytes).toString('base64')}`;
      const body = JSON.stringify({ value });
      const headers = signed(keyOf(secret), 'evt_1', Date.now(), body);
      const peer = new Webhook(secret);
      expect(peer.verify(body, headers)).toEqual({ value });
      expect(() => peer.verify(`${body} `, headers)).toThrow();
      expect(() => peer.verify(body, { ...headers, 'webhook-id': 'evt_2' })).toThrow();
    }),
  );
});

test('it is what the other implementation signs', () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const at = new Date(1_700_000_000_999);
  const headers = signed(keyOf(secret), 'evt_1', at.getTime(), '{}');
  expect(headers['webhook-timestamp']).toBe('1700000000');
  expect(headers['webhook-signature']).toBe(new Webhook(secret).sign('evt_1', at, '{}'));
});

test.each([
  [200, 'delivered'],
  [204, 'delivered'],
  [302, 'retry'],
  [400, 'refused'],
  [401, 'retry'],
  [410, 'gone'],
  [429, 'retry'],
  [503, 'retry'],
] as const)('%i is %s', (status, verdict) => {
  expect(verdictOf({ status, retryAfter: undefined })).toBe(verdict);
});

test('pauses double from one second to five minutes, with jitter over their upper half', () => {
  expect([1, 2, 3, 9, 10, 1000].map((failures) => pauseMs(failures, 0))).toEqual([
    500, 1000, 2000, 128_000, 150_000, 150_000,
  ]);
  expect(pauseMs(1, 0.5)).toBe(750);
});

test('a receiver that asks for patience says seconds or a date, and an hour is the most', () => {
  const now = Date.UTC(2026, 0, 1);
  expect(retryAfterMs('120', now)).toBe(120_000);
  expect(retryAfterMs('Thu, 01 Jan 2026 00:00:30 GMT', now)).toBe(30_000);
  expect(retryAfterMs('Thu, 01 Jan 2020 00:00:30 GMT', now)).toBe(0);
  expect(retryAfterMs('99999', now)).toBe(3_600_000);
  expect(retryAfterMs('soon', now)).toBeUndefined();
  expect(retryAfterMs(undefined, now)).toBeUndefined();
});
