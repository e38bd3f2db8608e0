import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFrame, encodeFrames, findFrame, fitsFrame, frameHeadBytes, maxTextBytes } from './frame.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 200 });

function decodeAll(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; ;) {
    const frame = decodeFrame(bytes, at);
    if (frame.kind !== 'whole') return texts;
    texts.push(frame.text);
    at = frame.end;
  }
}

test('what is encoded comes back, in order', () => {
  fc.assert(
    fc.property(fc.array(anyText), (texts) => {
      expect(decodeAll(encodeFrames(texts))).toEqual(texts);
    }),
  );
});

test('a cut at any byte is noticed, and what stands before it stays readable', () => {
  fc.assert(
    fc.property(anyText, anyText, fc.nat(), (first, second, place) => {
      const whole = encodeFrames([first, second]);
      const firstEnd = encodeFrames([first]).length;
      const cut = firstEnd + (place % (whole.length - firstEnd));
      const bytes = whole.subarray(0, cut);
      expect(decodeAll(bytes)).toEqual([first]);
      expect(decodeFrame(bytes, firstEnd).kind).toBe('cut');
    }),
  );
});

test('any flipped bit is noticed', () => {
  const bytes = encodeFrames(['{"kind":"fact","key":"latch:psu-1","value":"ü"}']);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const broken = Buffer.from(bytes);
    broken.writeUInt8(broken.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(decodeFrame(broken, 0).kind, `bit ${bit}`).not.toBe('whole');
  }
});

test('a frame is found behind damage, and no text passes for one', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), anyText, (damage, text) => {
      const bytes = Buffer.concat([damage, encodeFrames([text])]);
      expect(findFrame(bytes, 0)).toBe(damage.length);
      expect(findFrame(bytes, damage.length + 1)).toBeUndefined();
    }),
  );
});

test('a length beyond the bound is damage, whatever follows', () => {
  const bytes = encodeFrames(['x']);
  bytes.writeUInt32LE(maxTextBytes + 1, 4);
  expect(decodeFrame(bytes, 0).kind).toBe('none');
});

test('the bound counts bytes, not characters', () => {
  expect(fitsFrame('x'.repeat(maxTextBytes))).toBe(true);
  expect(fitsFrame('x'.repeat(maxTextBytes + 1))).toBe(false);
  expect(fitsFrame('ü'.repeat(maxTextBytes / 2 + 1))).toBe(false);
});

test('at the end of the bytes a frame is cut: nothing of it is there', () => {
  expect(decodeFrame(Buffer.alloc(0), 0)).toEqual({ kind: 'cut', end: frameHeadBytes });
});
