import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checksum, parseSentence, typeOf } from './sentence.ts';

// As published: a u-blox NEO-6M after power-up, a ship's receiver of NOAA, the usual GGA example, an AIS report.
const real = [
  '$GPTXT,01,01,02,u-blox ag - www.u-blox.com*50',
  '$GPRMC,,V,,,,,,,,,,N*53',
  '$GPVTG,,,,,,,,,N*30',
  '$GPGSV,1,1,00*79',
  '$GPZDA,195959.00,14,01,2020,00,00*6A',
  '$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47',
  '$IIVTG,224.44,T,224.44,M,5.81,N,,,D*68',
  '!AIVDM,1,1,,A,14eG;o@034o8sd<L9i:a;WF>062D,0*7D',
];

test.each(real)('%s has the right checksum', (text) => {
  expect(parseSentence(text, false)).toMatchObject({ address: text.slice(1, 6) });
});

test('lower case digits are right as well', () => {
  expect(parseSentence('$GPZDA,195959.00,14,01,2020,00,00*6a', false)).toMatchObject({ address: 'GPZDA' });
});

test.each([
  ['$GPGSV,1,1,00*78', 'a wrong checksum'],
  ['$GPGSV,1,1,01*79', 'a wrong checksum'],
  ['$GPGSV,1,1,00', 'a sentence without a checksum'],
  ['$GPGSV,1,1,00*7', 'not a sentence'],
  ['$GPGSV,1,1,00*791', 'not a sentence'],
  ['$GPGSV*00*79', 'not a sentence'],
  ['$*00', 'not a sentence'],
  ['$,1*1D', 'not a sentence'],
])('%s is dropped: %s', (text, why) => {
  expect(parseSentence(text, false)).toContain(why);
});

test('without a checksum only if that is allowed, and a wrong one never', () => {
  expect(parseSentence('$GPGSV,1,1,00', true)).toEqual({ address: 'GPGSV', fields: ['1', '1', '00'] });
  expect(parseSentence('$GPGSV,1,1,01*79', true)).toContain('a wrong checksum');
});

test('one character changed is always noticed', () => {
  const body = fc.stringMatching(/^GP[A-Z]{3},[0-9A-Z.,]{1,60}$/);
  fc.assert(
    fc.property(body, fc.nat(), fc.integer({ min: 0, max: 6 }), (text, where, bit) => {
      const good = `$${text}*${checksum(text)}`;
      expect(parseSentence(good, false)).toMatchObject({ fields: text.split(',').slice(1) });
      const at = 1 + (where % text.length);
      const twisted = String.fromCharCode(good.charCodeAt(at) ^ (1 << bit));
      expect(typeof parseSentence(good.slice(0, at) + twisted + good.slice(at + 1), false)).toBe('string');
    }),
  );
});

test('what a device says is bounded in a reason', () => {
  expect(parseSentence(`$${'x'.repeat(2000)}`, false)).toMatch(/^.{1,200}$/);
});

test.each([
  ['GPGGA', 'GGA'],
  ['GNRMC', 'RMC'],
  ['BDGSV', 'GSV'],
  ['QZGSA', 'GSA'],
  ['IIVTG', 'VTG'],
  // Garmin's own, which end like the standard's.
  ['PGRMC', undefined],
  ['PUBX', undefined],
  ['GPGST', undefined],
  ['AIVDM', undefined],
  ['GGA', undefined],
  ['XGPGGA', undefined],
])('%s is %s', (address, type) => {
  expect(typeOf({ address, fields: [] })).toBe(type);
});
