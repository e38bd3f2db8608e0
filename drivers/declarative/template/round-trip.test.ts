import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldsOf } from './fields.ts';
import { parseTemplate } from './parse.ts';
import { printTemplate } from './print.ts';
import { roundTrip } from './round-trip.ts';
import { scanTemplate } from './scan.ts';
import type { Capacity, FieldValue } from './template.ts';

/** A conversion as text, and a value that it can hold. */
type Sample = readonly [conversion: string, value: FieldValue];

const runs = { numRuns: 500 };
const flags = (...all: string[]): fc.Arbitrary<string> => fc.subarray(all).map((some) => some.join(''));
const width = (least: number, most: number): fc.Arbitrary<string> =>
  fc.oneof(fc.constant(''), fc.integer({ min: least, max: most }).map(String));

/** What comes back after printing and reading between two literals, and at the end. */
function returned(conversion: string, value: FieldValue): FieldValue | undefined {
  const template = parseTemplate(`<{v:${conversion}}>;{w:${conversion}}`);
  const scanned = scanTemplate(template, printTemplate(template, { v: value, w: value }), {});
  if (!scanned.ok) return undefined;
  expect(scanned.values['v']).toEqual(scanned.values['w']);
  return scanned.values['v'];
}

function capacityOf(conversion: string): Capacity {
  return fieldsOf(parseTemplate(`{v:${conversion}}`))[0]?.conversion.capacity ?? { of: 'text' };
}

const bound = (value: number | bigint | undefined, otherwise: bigint): bigint =>
  value === undefined ? otherwise : BigInt(value);

/** Integers that the conversion says it can hold. */
function integersOf(conversion: string): fc.Arbitrary<Sample> {
  const { minimum, maximum } = capacityOf(conversion);
  return fc
    .bigInt({ min: bound(minimum, -(2n ** 70n)), max: bound(maximum, 2n ** 70n) })
    .map((value) => [conversion, Number.isSafeInteger(Number(value)) ? Number(value) : value]);
}

const integerConversion = fc
  .oneof(
    fc.tuple(flags('-', '+', ' ', '0'), width(3, 30), fc.constantFrom('d', 'i')),
    fc.tuple(flags('-', '0'), width(1, 30), fc.constantFrom('u', 'x', 'X', 'o', 'b', 'B.!', 'Bba')),
    fc.tuple(flags('+', '-', '0'), width(2, 30), fc.constantFrom('x', 'X', 'o', 'b', 'B.!')),
    fc.tuple(
      flags('#', '0'),
      fc.constant('40'),
      fc.constantFrom('u', 'x', 'X', 'o').filter((letter) => letter !== 'u'),
    ),
    fc.tuple(flags('#', '+'), fc.integer({ min: 1, max: 8 }).map(String), fc.constantFrom('r', 'D')),
  )
  .map(([some, wide, letter]) => `%${some}${wide}${letter}`);

test('every integer that a conversion says it holds comes back', () => {
  // `#` with a width: the prefix takes room that the capacity does not count, so the values stay small.
  const sample = integerConversion.chain((conversion) =>
    conversion.includes('#') && !/[rD]$/.test(conversion)
      ? fc.nat().map((value): Sample => [conversion, value])
      : integersOf(conversion),
  );
  fc.assert(
    fc.property(sample, ([conversion, value]) => {
      expect(returned(conversion, value)).toEqual(value);
    }),
    runs,
  );
});

const plainFlags = flags('-', '+', ' ', '0', '#');
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

test('a decimal number comes back to its last printed digit', () => {
  const sample = fc.tuple(plainFlags, width(40, 60), fc.nat(20), fc.double({ noNaN: true, min: -1e15, max: 1e15 }));
  fc.assert(
    fc.property(sample, ([some, wide, precision, value]) => {
      const back = Number(returned(`%${some}${wide}.${precision}f`, value));
      expect(Math.abs(back - value)).toBeLessThanOrEqual(
        0.5000001 * 10 ** -precision + Math.abs(value) * Number.EPSILON,
      );
      expect(Object.is(back, -0)).toBe(false);
    }),
    runs,
  );
});

test('a number in exponent form comes back to its last printed digit', () => {
  const letter = fc.constantFrom('e', 'E', 'g', 'G');
  fc.assert(
    fc.property(plainFlags, letter, fc.integer({ min: 1, max: 17 }), finite, (some, kind, digits, value) => {
      const precision = kind.toLowerCase() === 'e' ? digits - 1 : digits;
      const back = returned(`%${some}.${precision}${kind}`, value);
      const wanted = Number(value.toExponential(digits - 1));
      // Rounded up, the greatest number would be infinite, and is then not read.
      expect(back).toEqual(Number.isFinite(wanted) ? wanted + 0 : undefined);
    }),
    runs,
  );
});

test('mantissa and exponent come back to the last digit', () => {
  const value = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e290, max: 1e290 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 17 }), fc.integer({ min: 1, max: 3 }), value, (digits, exponent, number) => {
      expect(returned(`%${digits}.${exponent}m`, number)).toBe(Number(number.toExponential(digits - 1)) + 0);
    }),
    runs,
  );
});

test('floats as their bytes come back', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('', '#'),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      finite,
      (flag, single, double) => {
        expect(returned(`%${flag}8R`, double)).toBe(double + 0);
        expect(Math.fround(Number(returned(`%${flag}4R`, single)))).toBe(single + 0);
      },
    ),
    runs,
  );
});

test('a single float is read as the decimal that people wrote', () => {
  fc.assert(
    fc.property(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: 0, max: 6 }), (digits, places) => {
      const value = Number(`${digits}e-${places}`) + 0;
      expect(returned('%4R', value)).toBe(value);
    }),
    runs,
  );
});

test('texts come back with every byte that there is', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 20 }).map((all) => Buffer.from(all).toString('latin1'));
  const text = bytes.filter((value) => !value.includes('>;'));
  fc.assert(
    fc.property(text, (value) => {
      expect(returned('%s', value)).toBe(value);
      expect(returned('%[\\x00-\\xff]', value)).toBe(value);
      expect(returned(`%${value.length}c`, value)).toBe(value);
      expect(returned('%30s', value)).toBe(value.padStart(30));
      expect(returned('%-!30s', value)).toBe(value.padEnd(30));
    }),
    runs,
  );
});

test('every choice comes back, however the choices begin alike', () => {
  const texts = fc.uniqueArray(
    fc.string({ unit: fc.constantFrom('a', 'b', '|', '=', '}', '\\', '\xff'), maxLength: 4 }),
    {
      minLength: 2,
      maxLength: 8,
    },
  );
  const written = (text: string): string => text.replaceAll(/[|=}\\]/g, '\\$&');
  fc.assert(
    fc.property(texts, (all) => {
      const conversion = `%{${all.map((text, index) => `${written(text)}=${index}`).join('|')}}`;
      for (const index of all.keys()) expect(returned(conversion, index)).toBe(index);
    }),
    runs,
  );
});

test('times come back in every form and zone', () => {
  const form = fc.constantFrom(
    '%Y-%m-%d %H:%M:%S',
    '%d%b%Y%H%M%S',
    '%Y%j%H%M%S',
    '%y/%m/%d,%H.%M.%S',
    '%H:%M:%S %d.%m.%Y',
  );
  const date = fc.date({
    min: new Date('1970-01-02T00:00:00Z'),
    max: new Date('2068-12-30T00:00:00Z'),
    noInvalidDate: true,
  });
  const zone = fc.constantFrom('', '|Z', '|+02:00', '|-09:30', '|+14:00');
  fc.assert(
    fc.property(form, zone, date, fc.integer({ min: 1, max: 3 }), (text, place, when, digits) => {
      const value = when.toISOString();
      expect(returned(`%T(${text}${place})`, value)).toBe(`${value.slice(0, 19)}Z`);
      expect(returned(`%T(${text}.%${digits}f${place})`, value)).toBe(`${value.slice(0, 20 + digits)}Z`);
    }),
    runs,
  );
});

test('arrays come back', () => {
  const values = fc.array(fc.integer({ min: -9999, max: 9999 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(values, fc.constantFrom(',', '\\_', '; ', '\\x00'), (all, separator) => {
      const template = parseTemplate(`<{v[${separator}]:%d}>`);
      const message = printTemplate(template, { v: all });
      expect(scanTemplate(template, message, { v: all })).toEqual({ ok: true, values: { v: all } });
    }),
    runs,
  );
});

test.each<[string, FieldValue, FieldValue | undefined]>([
  ['%.1f', 0.123, 0.1],
  ['%5.2f', 99.99, 99.99],
  ['%5.2f', 100, undefined],
  ['%2d', 100, undefined],
  ['%d', 2.5, 3],
  ['%r', 256, undefined],
  ['%3s', 'ab', ' ab'],
  ['%{a|b}', 'c', undefined],
  ['%/x/', 'x', undefined],
])('%s makes of %j: %j', (conversion, value, left) => {
  const [use] = fieldsOf(parseTemplate(`{v:${conversion}}`));
  expect(use && roundTrip(use.conversion, value)).toEqual(left);
});
