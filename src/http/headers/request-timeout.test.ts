import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRequestTimeout } from './request-timeout.ts';

test.each([
  ['5', 5000],
  ['0.25', 250],
  ['0.001', 1],
  ['1.005', 1005],
  ['05', 5000],
  ['86400', 86_400_000],
  ['86400.000', 86_400_000],
])('%s s', (line, ms) => {
  expect(parseRequestTimeout(line)).toBe(ms);
  expect(parseRequestTimeout([line])).toBe(ms);
});

test('no header is no limit', () => {
  expect(parseRequestTimeout(undefined)).toBeUndefined();
  expect(parseRequestTimeout([])).toBeUndefined();
});

test.each([
  '',
  '0',
  '0.0',
  '0.000',
  '-1',
  '+1',
  '86400.001',
  '86401',
  '1000000',
  '1e3',
  '0x10',
  '.5',
  '5.',
  '1.0000',
  '1_000',
  '1,5',
  'NaN',
  'Infinity',
  '5s',
  ' 5',
  '5 ',
  '5, 5',
  '"5"',
  '5;x',
  '٥',
  '5\u0000',
  '9'.repeat(10_000),
])('%s is invalid', (line) => {
  expect(() => parseRequestTimeout(line)).toThrow(
    expect.objectContaining({
      code: 'invalid-request',
      message: expect.stringContaining('seconds') as string,
      errors: [expect.objectContaining({ pointer: '/headers/request-timeout' })],
    }),
  );
});

test('twice is invalid', () => {
  expect(() => parseRequestTimeout(['5', '5'])).toThrow('Request-Timeout');
});

test('every time in milliseconds is read back as it was meant', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 86_400_000 }), (ms) => parseRequestTimeout((ms / 1000).toFixed(3)) === ms),
  );
});

test('whatever comes is a whole time within its bounds or the one error', () => {
  const unit = fc.constantFrom('0', '1', '9', '.', '-', 'e', ' ', ',');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 8 }), (line) => {
      try {
        const ms = parseRequestTimeout(line) ?? 0;
        expect(Number.isInteger(ms) && ms >= 1 && ms <= 86_400_000).toBe(true);
        expect(ms).toBeCloseTo(Number(line) * 1000, 6);
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid-request' });
      }
    }),
  );
});
