import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { delimited, fixedLength, type Framing, lengthPrefixed, terminated, untilSilence } from './framing.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** The content of the first frame, and what is left after it. */
function cut(framing: Framing, text: string): unknown {
  const found = framing.cut(bytes(text), 0);
  return found && [text.slice(found.from, found.to), text.slice(found.end), found.skipped ?? 0];
}

test('a terminator of several bytes ends a frame and is no part of it', () => {
  const framing = terminated(bytes('\r\n'), 100);
  expect(cut(framing, 'a\rb\r\nc')).toEqual(['a\rb', 'c', 0]);
  expect(cut(framing, '\r\n')).toEqual(['', '', 0]);
  expect(cut(framing, 'a\r')).toBeUndefined();
});

test('a fixed length is a frame once it is there', () => {
  expect(cut(fixedLength(3), 'abcd')).toEqual(['abc', 'd', 0]);
  expect(cut(fixedLength(3), 'ab')).toBeUndefined();
});

test('a frame of no bytes would be found for ever, and is none', () => {
  expect(() => fixedLength(0)).toThrow('at least one byte');
  expect(() => terminated(bytes(''), 10)).toThrow('at least one byte');
  expect(() => delimited(bytes(''), bytes('x'), 10)).toThrow('at least one byte');
});

test('silence alone ends what has no other end', () => {
  const framing = untilSilence(10);
  expect(framing.endsByGap).toBe(true);
  expect(cut(framing, 'abc')).toBeUndefined();
});

test.each([
  [{ offset: 1, size: 1, adds: 3 } as const, '\x01\x02ab\xffrest', '\x01\x02ab\xff'],
  [{ offset: 0, size: 2, adds: 2 } as const, '\x00\x03abcd', '\x00\x03abc'],
  [{ offset: 0, size: 2, adds: 2, littleEndian: true } as const, '\x03\x00abcd', '\x03\x00abc'],
  [{ offset: 0, size: 1, adds: 0 } as const, '\x03ab', '\x03ab'],
  // A count of less than the head that holds it.
  [{ offset: 1, size: 1, adds: 0 } as const, 'a\x00b', 'a\x00'],
])('a length field %j tells where the frame ends', (field, text, frame) => {
  const framing = lengthPrefixed(field, 100);
  expect(cut(framing, text)).toEqual([frame, text.slice(frame.length), 0]);
  for (let length = 0; length < frame.length; length++) expect(cut(framing, text.slice(0, length))).toBeUndefined();
});

test('what comes before a start delimiter belongs to no frame', () => {
  const framing = delimited(bytes('\x02'), bytes('\x03'), 100);
  expect(cut(framing, 'xy\x02abc\x03z')).toEqual(['abc', 'z', 2]);
  expect(cut(framing, '\x03abc')).toBeUndefined();
  expect(cut(framing, '\x02abc')).toBeUndefined();
});

test('however the bytes come, a terminated frame is found at the same place', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '\r', '\n') }), fc.nat(40), (text, seen) => {
      const framing = terminated(bytes('\r\n'), 1000);
      const whole = framing.cut(bytes(text), 0);
      // Only bytes in which no frame was found before count as seen.
      if (whole !== undefined && seen >= whole.end) return;
      expect(framing.cut(bytes(text), Math.min(seen, text.length))).toEqual(whole);
    }),
  );
});
