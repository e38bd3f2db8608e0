import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { validate } from '../../src/driver/index.ts';
import {
  angleIn,
  countIn,
  dateOf,
  knot,
  kilometrePerHour,
  Malformed,
  numberIn,
  shortDateIn,
  speedIn,
  timeIn,
} from './fields.ts';
import { model } from './model.ts';

const latitude = { negative: 'S', positive: 'N', most: 90 } as const;
const longitude = { negative: 'W', positive: 'E', most: 180 } as const;

test.each([
  ['4807.038', 'N', 48.1173],
  ['1541.31258893', 'N', 15.6885431488],
  ['0000.0000', 'S', 0],
  ['0000.0001', 'S', -0.000002],
  ['9000.00', 'N', 90],
  ['4807', 'N', 48.12],
  ['4807.', 'N', 48.12],
])('latitude %s %s is %d', (field, side, degrees) => {
  expect(angleIn(field, side, latitude)).toBe(degrees);
});

test.each([
  ['01131.000', 'E', 11.51667],
  ['05130.51204125', 'W', -51.5085340208],
  ['18000.000', 'W', -180],
])('longitude %s %s is %d', (field, side, degrees) => {
  expect(angleIn(field, side, longitude)).toBe(degrees);
});

test.each([
  ['9000.0001', 'N'],
  ['9100.0', 'N'],
  ['4860.0', 'N'],
  ['4807.038', 'E'],
  ['4807.038', ''],
  ['4807.038', undefined],
  ['-4807.038', 'N'],
  ['48.1173', 'N'],
  ['01131.000', 'N'],
  ['4807,038', 'N'],
  ['4807.0x8', 'N'],
  ['٤٨٠٧', 'N'],
])('%s %s is no latitude', (field, side) => {
  expect(() => angleIn(field, side, latitude)).toThrow(Malformed);
});

test('no digit of a field is lost: its minutes can be had back from the degrees', () => {
  const arbitrary = fc.record({
    degrees: fc.integer({ min: 0, max: 179 }),
    minutes: fc.integer({ min: 0, max: 59 }),
    fraction: fc.stringMatching(/^\d{0,8}$/),
  });
  fc.assert(
    fc.property(arbitrary, ({ degrees, minutes, fraction }) => {
      const mm = String(minutes).padStart(2, '0');
      const value = angleIn(`${String(degrees).padStart(3, '0')}${mm}.${fraction}`, 'E', longitude) ?? Number.NaN;
      // In integers, from the shortest decimal of the number, so that the check adds no error of its own.
      const [whole = '', decimals = ''] = value.toFixed(fraction.length + 2).split('.');
      const scale = 10n ** BigInt(fraction.length + 2);
      const back = (BigInt(whole + decimals) * 60n * 10n ** BigInt(fraction.length) + scale / 2n) / scale;
      expect(back).toBe(BigInt(degrees) * 60n * 10n ** BigInt(fraction.length) + BigInt(mm + fraction));
      expect(String(value).split('.')[1]?.length ?? 0).toBeLessThanOrEqual(fraction.length + 2);
    }),
  );
});

test.each([
  ['000.0', knot, 0],
  ['022.4', knot, 11.52],
  ['0.26', knot, 0.134],
  ['36', kilometrePerHour, 10],
])('speed %s times %d is %d m/s', (field, unit, metresPerSecond) => {
  expect(speedIn(field, unit)).toBe(metresPerSecond);
});

test.each(['1e3', '0x10', ' 1', '1 ', '1.2.3', '--1', 'NaN', '1,5', '1'.repeat(13)])('%j is no number', (field) => {
  expect(() => numberIn(field)).toThrow(Malformed);
});

test('an empty field is unknown, never zero', () => {
  for (const field of ['', undefined]) {
    expect(numberIn(field)).toBeUndefined();
    expect(countIn(field)).toBeUndefined();
    expect(timeIn(field)).toBeUndefined();
    expect(shortDateIn(field)).toBeUndefined();
    expect(speedIn(field, knot)).toBeUndefined();
    expect(angleIn(field, 'N', latitude)).toBeUndefined();
  }
});

test.each([
  ['123519', '12:35:19'],
  ['195959.00', '19:59:59.00'],
  ['000000.', '00:00:00'],
  ['235960', '23:59:60'],
  ['235960.500', '23:59:60.500'],
])('time %s is %s', (field, time) => {
  expect(timeIn(field)).toBe(time);
  expect(validate(model.properties.time.schema, `2016-12-31T${time}Z`)).toEqual([]);
});

test.each(['240000', '126000', '123460', '235961', '12351', '1235190', '12:35:19', '-12351'])(
  '%s is no time',
  (field) => {
    expect(() => timeIn(field)).toThrow(Malformed);
  },
);

test.each([
  ['230394', '1994-03-23'],
  ['060180', '1980-01-06'],
  ['310379', '2079-03-31'],
  ['140120', '2020-01-14'],
  ['290224', '2024-02-29'],
])('date %s is %s', (field, date) => {
  expect(shortDateIn(field)).toBe(date);
});

test.each(['300224', '290223', '320120', '001220', '011320', '1401', '14012020'])('%s is no date', (field) => {
  expect(() => shortDateIn(field)).toThrow(Malformed);
});

test('a date of four digits must exist as well', () => {
  expect(dateOf('2020', '01', '14')).toBe('2020-01-14');
  for (const [year, month, day] of [
    ['2023', '02', '29'],
    ['20', '01', '14'],
    ['2020', '1', '14'],
    ['', '01', '14'],
  ] as const) {
    expect(() => dateOf(year, month, day)).toThrow(Malformed);
  }
});
