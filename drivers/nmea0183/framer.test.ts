import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SentenceFramer } from './framer.ts';

function framer(maxLength = 120) {
  const sentences: string[] = [];
  const garbage: number[] = [];
  const it = new SentenceFramer(maxLength, {
    sentence: (text) => sentences.push(text),
    garbage: (bytes) => garbage.push(bytes),
  });
  return { it, sentences, garbage, push: (text: string) => it.push(Buffer.from(text, 'latin1')) };
}

test('a stream begins in the middle of a sentence, which is nobody’s fault', () => {
  const { push, sentences, garbage } = framer();
  push('.0,M,,*47\r\n$GPGLL,1\r\n');
  expect(sentences).toEqual(['$GPGLL,1']);
  expect(garbage).toEqual([]);
});

test('a start delimiter always begins anew', () => {
  const { push, sentences, garbage } = framer();
  push('$GPGGA,1235$GPGLL,1\r\n!AIVDM,1\r\n');
  expect(sentences).toEqual(['$GPGLL,1', '!AIVDM,1']);
  push('$GPGGA,12$GPGLL,2\n');
  expect(sentences.at(-1)).toBe('$GPGLL,2');
  expect(garbage).toEqual([11, 9]);
});

test.each(['\r\n', '\n', '\r'])('%j ends a sentence', (end) => {
  const { push, sentences, garbage } = framer();
  push(`$A,1${end}$B,2${end}`);
  expect(sentences).toEqual(['$A,1', '$B,2']);
  expect(garbage).toEqual([]);
});

test('a sentence of just the limit is taken, a longer one is not', () => {
  const { push, sentences, garbage } = framer(82);
  push(`$${'a'.repeat(79)}\r\n`);
  expect(sentences).toHaveLength(1);
  push(`$${'a'.repeat(80)}\r\n`);
  expect(sentences).toHaveLength(1);
  expect(garbage.reduce((sum, bytes) => sum + bytes, 0)).toBe(81);
});

test('a byte that is no character spoils its sentence', () => {
  const { push, sentences, garbage } = framer();
  push('\r\n$GPG\u0000LL,1\r\n$GPG\u00e9,1\r\n$B\r\n');
  expect(sentences).toEqual(['$B']);
  expect(garbage).toEqual([9, 7]);
});

const noise = fc.uint8Array({ maxLength: 300 });

test('whatever comes, it never throws, holds no more than its limit, and tells garbage in portions', () => {
  fc.assert(
    fc.property(fc.array(noise, { maxLength: 20 }), (chunks) => {
      const { it, sentences, garbage } = framer(82);
      for (const chunk of chunks) {
        it.push(chunk);
        expect(it.length).toBeLessThanOrEqual(80);
      }
      const total = chunks.reduce((sum, { length }) => sum + length, 0);
      const told = garbage.reduce((sum, bytes) => sum + bytes, 0);
      expect(told + sentences.join('').length).toBeLessThanOrEqual(total);
      expect(Math.max(0, ...garbage)).toBeLessThanOrEqual(160);
      for (const sentence of sentences) expect(sentence).toMatch(/^[$!][^$!\r\n]{0,79}$/);
    }),
  );
});

test('however the chunks fall, the same sentences come', () => {
  const sentence = fc.stringMatching(/^\$[A-Z]{5}(,[0-9.]{0,8}){0,8}$/);
  const part = fc.oneof(
    sentence.map((text) => `${text}\r\n`),
    fc.stringMatching(/^[a-z,]{0,20}$/),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 12 }), (parts, cuts) => {
      const text = parts.join('');
      const whole = framer();
      whole.push(text);
      const cut = framer();
      const at = [0, ...cuts.map((value) => value % (text.length + 1)).toSorted((a, b) => a - b), text.length];
      for (const [index, from] of at.entries()) cut.push(text.slice(from, at[index + 1] ?? text.length));
      expect([cut.sentences, cut.garbage]).toEqual([whole.sentences, whole.garbage]);
    }),
  );
});
