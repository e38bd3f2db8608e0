import * as fc from 'fast-check';
import { serializeItem } from 'structured-headers';
import { expect, test } from 'vitest';
import { BellcrankError } from '../../errors.ts';
import { parseIdempotencyKey } from './idempotency-key.ts';

test.each([
  ['"8e03978e-40d5-43e8-bc93-6894a57f9324"', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
  ['"a"', 'a'],
  ['  "a"  ', 'a'],
  ['" "', ' '],
  [String.raw`"say \"hi\" \\"`, String.raw`say "hi" \ `.trimEnd()],
  [`"${'x'.repeat(255)}"`, 'x'.repeat(255)],
  [`"${String.raw`\"`.repeat(255)}"`, '"'.repeat(255)],
  ['"a"; q=1;b="c"', 'a'],
])('%s', (line, key) => {
  expect(parseIdempotencyKey(line)).toBe(key);
  expect(parseIdempotencyKey([line])).toBe(key);
});

test.each([
  ['no quotes', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
  ['a token', 'abc'],
  ['single quotes', "'abc'"],
  ['a number', '12'],
  ['a byte sequence', ':YQ==:'],
  ['a boolean', '?1'],
  ['a date', '@1659578233'],
  ['a display string', '%"a"'],
  ['nothing', ''],
  ['no characters', '""'],
  ['256 characters', `"${'x'.repeat(256)}"`],
  ['far too much', `"${'x'.repeat(100_000)}"`],
  ['an open quote', '"abc'],
  ['an unknown escape', String.raw`"a\n"`],
  ['an open escape', '"a\\'],
  ['a control character', '"a\u0007"'],
  ['a letter beyond ASCII', '"é"'],
  ['a tab around it', '\t"a"'],
  ['something after it', '"a" b'],
  ['a list', '"a", "b"'],
  ['a list of one', '("a")'],
  ['a broken parameter', '"a";='],
])('%s is invalid, and the error says what to send', (_, line) => {
  expect(errorOf(line)).toMatchObject({
    code: 'invalid-request',
    message: expect.stringContaining('Idempotency-Key: "8e03978e-40d5-43e8-bc93-6894a57f9324"') as string,
    errors: [{ pointer: '/headers/idempotency-key', detail: expect.stringContaining('quoted string') as string }],
  });
});

test('twice is invalid, also when each line is half of a string', () => {
  for (const lines of [
    ['"a"', '"a"'],
    ['"a', 'b"'],
    ['"a"', ''],
  ]) {
    expect(errorOf(lines)).toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('twice') as string,
    });
  }
});

test('no header is no key', () => {
  expect(parseIdempotencyKey(undefined)).toBeUndefined();
  expect(parseIdempotencyKey([])).toBeUndefined();
});

test('every key that can be written is read back', () => {
  const ascii = fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 255,
  });
  fc.assert(fc.property(ascii, (key) => parseIdempotencyKey(serializeItem(key)) === key));
});

test('whatever comes is a key within its bounds or the one error', () => {
  const unit = fc.constantFrom('"', '\\', 'a', ' ', ';', '=', ',', ':', '\u00ff', '\u0000', '1');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 40 }), (line) => {
      try {
        const key = parseIdempotencyKey(line) ?? '';
        expect(key).toMatch(/^[ -~]{1,255}$/);
        expect(line.trim().startsWith('"')).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid-request' });
      }
    }),
  );
});

function errorOf(value: string | string[]): unknown {
  try {
    return parseIdempotencyKey(value);
  } catch (error) {
    expect(error).toBeInstanceOf(BellcrankError);
    return error;
  }
}
