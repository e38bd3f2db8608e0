import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shortestOfFloat32 } from '../../src/driver/index.ts';
import { bitFieldOf, insert } from './bit-field.ts';
import { placeOf } from './place.ts';
import { rawRange } from './raw.ts';
import type { Register } from './register-schema.ts';
import { decodeWords, encodeBits, encodeWords, type Value } from './value.ts';
import type { Orders } from './words.ts';

const orders = fc.record({
  wordOrder: fc.constantFrom('big', 'little'),
  byteOrder: fc.constantFrom('big', 'little'),
}) satisfies fc.Arbitrary<Orders>;

const scales = fc.constantFrom(1, 0.1, 0.01, 0.001, 0.5, 2, 10, 100, -1, -0.1);
const offsets = fc.constantFrom(0, -40, 273.15, 0.5);
const big: Orders = { wordOrder: 'big', byteOrder: 'big' };

function roundTrip(register: Register, value: Value, order: Orders): Value {
  const count = placeOf(register)?.count ?? 0;
  const words = encodeWords(register, value, count, order);
  expect(words).toHaveLength(count);
  for (const word of words) expect(word >= 0 && word <= 0xff_ff && Number.isInteger(word)).toBe(true);
  return decodeWords(register, words, order);
}

const at = { table: 'holding', address: 0 } as const;

describe('what was written is what is read', () => {
  test.each(['int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64'] as const)(
    '%s, whatever the orders and the scale',
    (type) => {
      const { min, max } = rawRange({ ...at, type }) ?? { min: 0n, max: 0n };
      fc.assert(
        fc.property(fc.bigInt({ min, max }), orders, scales, offsets, (raw, order, scale, offset) => {
          const register: Register = { ...at, type, scale, offset };
          const value = Number(raw) * scale + offset;
          const tolerance = Math.abs(scale) / 2 + Math.abs(value) * 2 ** -50;
          const isAtTheEdge = raw - min < 4096n || max - raw < 4096n;
          // A double cannot tell the last few of a 64-bit range from the first ones beyond it.
          fc.pre(!isAtTheEdge || type.endsWith('16') || type.endsWith('32'));
          if (type.endsWith('16') || type.endsWith('32'))
            fc.pre(Math.abs(value - offset) <= Math.abs(scale) * Number(max));
          expect(Math.abs(Number(roundTrip(register, value, order)) - value)).toBeLessThanOrEqual(tolerance);
        }),
      );
    },
  );

  test('integers of up to 53 bits exactly', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), orders, (value, order) => {
        expect(roundTrip({ ...at, type: 'int64' }, value, order)).toBe(value + 0);
      }),
    );
  });

  test('decimal readings exactly, as people write them', () => {
    fc.assert(
      fc.property(fc.integer({ min: -32_768, max: 32_767 }), (raw) => {
        const value = Number(`${raw}e-1`);
        expect(roundTrip({ ...at, type: 'int16', scale: 0.1 }, value, big)).toBe(value + 0);
      }),
    );
  });

  test('float64 exactly', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), orders, (value, order) => {
        expect(roundTrip({ ...at, type: 'float64' }, value, order)).toBe(value + 0);
      }),
    );
  });

  test('float32 exactly, and as the shortest decimal', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), orders, (value, order) => {
        const found = Number(roundTrip({ ...at, type: 'float32' }, value, order));
        expect(Math.fround(found)).toBe(value + 0);
      }),
    );
    for (const value of [0.1, 21.4, 1e-5, 6.626071, 16_777_216]) {
      expect(shortestOfFloat32(Math.fround(value))).toBe(value);
    }
  });

  test('text', () => {
    const ascii = fc.string({ unit: fc.constantFrom(' ', '!', '0', '9', 'A', 'z', '~'), maxLength: 16 });
    fc.assert(
      fc.property(ascii, orders, (text, order) => {
        expect(roundTrip({ ...at, type: 'string', length: 8 }, text, order)).toBe(text.trimEnd());
      }),
    );
  });

  test('bits, and no other bit of the register changes', () => {
    const bit = fc.integer({ min: 0, max: 15 });
    const word = fc.integer({ min: 0, max: 0xff_ff });
    fc.assert(
      fc.property(bit, bit, word, word, (a, b, before, wanted) => {
        const register: Register = { ...at, type: 'bits', bits: [a, b] };
        const field = bitFieldOf(register) ?? { from: 0, mask: 0 };
        const value = wanted & (field.mask >>> field.from);
        const after = insert(before, field, encodeBits(register, value));
        expect(decodeWords(register, [after], big)).toBe(value);
        expect(after & ~field.mask).toBe(before & ~field.mask);
      }),
    );
  });

  test('names', () => {
    const register: Register = { ...at, type: 'enum', values: { off: 0, on: 7, fault: -1 } };
    for (const name of ['off', 'on', 'fault']) expect(roundTrip(register, name, big)).toBe(name);
  });
});

test('the orders of bytes and words, by example', () => {
  const register: Register = { ...at, type: 'float32' };
  // 123.456 is 0x42F6E979 in IEEE 754.
  expect(encodeWords(register, 123.456, 2, big)).toEqual([0x42_f6, 0xe9_79]);
  expect(encodeWords(register, 123.456, 2, { ...big, wordOrder: 'little' })).toEqual([0xe9_79, 0x42_f6]);
  expect(encodeWords(register, 123.456, 2, { ...big, byteOrder: 'little' })).toEqual([0xf6_42, 0x79_e9]);
  expect(encodeWords(register, 123.456, 2, { wordOrder: 'little', byteOrder: 'little' })).toEqual([0x79_e9, 0xf6_42]);
  expect(encodeWords({ ...at, type: 'int16', scale: 0.1 }, -5, 1, big)).toEqual([0xff_ce]);
  expect(encodeWords({ ...at, type: 'string', length: 2 }, 'ABC', 2, { ...big, wordOrder: 'little' })).toEqual([
    0x41_42, 0x43_00,
  ]);
});

test.each<[Register, unknown]>([
  [{ ...at, type: 'int16' }, 32_768],
  [{ ...at, type: 'int16' }, -32_769],
  [{ ...at, type: 'int16', scale: 0.1 }, 3276.8],
  [{ ...at, type: 'uint16' }, -1],
  [{ ...at, type: 'uint32' }, 2 ** 32],
  [{ ...at, type: 'uint64' }, 2 ** 64],
  [{ ...at, type: 'int64' }, 2 ** 63],
  [{ ...at, type: 'float32' }, 1e39],
  [{ ...at, type: 'float32' }, Number.NaN],
  [{ ...at, type: 'float64' }, Number.POSITIVE_INFINITY],
  [{ ...at, type: 'int16' }, '5'],
  [{ ...at, type: 'int16' }, null],
  [{ ...at, type: 'bool' }, 1],
  [{ ...at, type: 'enum', values: { on: 1 } }, 'toString'],
  [{ ...at, type: 'string', length: 2 }, 'ABCDE'],
  [{ ...at, type: 'string', length: 2 }, 'Ä'],
])('%j cannot hold %j, and it is never clipped', (register, value) => {
  const count = placeOf(register)?.count ?? 1;
  expect(() => encodeWords(register, value, count, big)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
});

test('bits cannot hold more than they can', () => {
  const register: Register = { ...at, type: 'bits', bits: [4, 6] };
  expect(encodeBits(register, 7)).toBe(7);
  for (const value of [8, -1]) {
    expect(() => encodeBits(register, value)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  }
});

test.each<[Register, number[]]>([
  [{ ...at, type: 'int16', invalid: -32_768 }, [0x80_00]],
  [{ ...at, type: 'uint16', invalid: [0xff_ff, 0xff_fe] }, [0xff_fe]],
  [{ ...at, type: 'float32', invalid: 'nan' }, [0x7f_c0, 0]],
])('%j has no value when it holds %j', (register, words) => {
  expect(() => decodeWords(register, words, big)).toThrow(expect.objectContaining({ code: 'device-failed' }));
});

test.each<[Register, number[]]>([
  [{ ...at, type: 'bool' }, [2]],
  [{ ...at, type: 'enum', values: { on: 1 } }, [0]],
  [{ ...at, type: 'float32' }, [0x7f_c0, 0]],
  [{ ...at, type: 'float32' }, [0x7f_80, 0]],
  [{ ...at, type: 'float64' }, [0xff_f0, 0, 0, 0]],
  [{ ...at, type: 'string', length: 1 }, [0x41_01]],
])('%j makes no sense when it holds %j', (register, words) => {
  expect(() => decodeWords(register, words, big)).toThrow();
});

test('references are what manuals number from 1', () => {
  const place = (reference: number, rest: Partial<Register> = {}) => placeOf({ reference, type: 'int32', ...rest });
  expect(place(30_001)).toEqual({ table: 'input', address: 0, count: 2 });
  expect(place(465_536)).toEqual({ table: 'holding', address: 65_535, count: 2 });
  expect(place(40_100, { table: 'holding' })).toMatchObject({ address: 99 });
  expect(place(1)).toMatchObject({ table: 'coil', address: 0 });
  expect(place(10_001)).toMatchObject({ table: 'discrete', address: 0 });
  expect(place(20_001)).toBeUndefined();
  expect(place(40_000)).toBeUndefined();
  expect(place(30_001, { table: 'holding' })).toBeUndefined();
  expect(place(30_001, { address: 0 })).toBeUndefined();
});
