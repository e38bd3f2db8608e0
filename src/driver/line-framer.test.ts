import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineFramer } from './line-framer.ts';

const terminators = ['\n', '\r\n', ';\r', 'END'];

function frame(terminator: string, maxLineBytes: number, chunks: readonly Uint8Array[]) {
  const framer = new LineFramer(terminator, maxLineBytes);
  const lines: string[] = [];
  const overlong: number[] = [];
  for (const chunk of chunks) framer.push(chunk, { line: (l) => lines.push(l), overlong: (n) => overlong.push(n) });
  return { framer, lines, overlong };
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** Cuts a buffer at the given places, whatever they are. */
function cut(all: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map((place) => place % (all.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((start, index) => all.subarray(start, at[index] ?? all.length));
}

const latin1 = fc
  .array(fc.integer({ min: 0, max: 255 }), { maxLength: 30 })
  .map((codes) => String.fromCharCode(...codes));

test.each(terminators)('however the chunks fall, the lines ended by %j are the same', (terminator) => {
  const line = latin1.filter((text) => !`${text}${terminator}`.slice(0, -1).includes(terminator));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 10 }), fc.array(fc.nat(), { maxLength: 20 }), (wanted, places) => {
      const all = bytes(wanted.map((text) => text + terminator).join(''));
      const { framer, lines, overlong } = frame(terminator, 64, cut(all, places));
      expect(lines).toEqual(wanted);
      expect(overlong).toEqual([]);
      expect(framer.pending).toBe(0);
    }),
  );
});

test('a terminator may begin inside what looked like one', () => {
  expect(frame('\r\n', 16, [bytes('a\r'), bytes('\r'), bytes('\nb\r\n')]).lines).toEqual(['a\r', 'b']);
});

test('a line as long as the limit is kept; one byte more is dropped up to its terminator', () => {
  const { lines, overlong } = frame('\r\n', 4, [bytes('1234\r\n12345\r\nok\r\n')]);
  expect(lines).toEqual(['1234', 'ok']);
  expect(overlong).toEqual([5]);
});

test.each(terminators)('a line far over the limit is dropped whatever its chunks, ended by %j', (terminator) => {
  fc.assert(
    fc.property(fc.integer({ min: 9, max: 200 }), fc.array(fc.nat(), { maxLength: 20 }), (length, places) => {
      const all = bytes(`${'x'.repeat(length)}${terminator}ok${terminator}`);
      const { lines, overlong } = frame(terminator, 8, cut(all, places));
      expect(lines).toEqual(['ok']);
      expect(overlong).toEqual([length]);
    }),
  );
});

test('an unfinished line is counted with what was already dropped, and can be discarded', () => {
  const { framer, lines } = frame('\n', 4, [bytes('1234567')]);
  expect(framer.pending).toBe(7);
  expect(framer.discard()).toBe(7);
  framer.push(bytes('ok\n'), { line: (text) => lines.push(text), overlong: () => lines.push('overlong') });
  expect(lines).toEqual(['ok']);
});
