import { expect, test } from 'vitest';
import { toBytes } from '../bytes.ts';
import { parseTemplate } from '../parse.ts';
import { printTemplate } from '../print.ts';
import { scanTemplate } from '../scan.ts';
import { checksums } from './table.ts';

const digits = toBytes('123456789') ?? new Uint8Array();

/** As StreamDevice documents its names (the comments of its ChecksumConverter), and the reveng catalogue the rest. */
const checks: Readonly<Record<string, string>> = {
  sum: 'dd',
  sum8: 'dd',
  sum16: '01dd',
  sum32: '000001dd',
  nsum8: '23',
  nsum16: 'fe23',
  nsum32: 'fffffe23',
  notsum: '22',
  xor: '31',
  xor8: '31',
  xor8ff: 'ce',
  xor7: '31',
  crc8: 'f4',
  ccitt8: 'a1',
  crc16: 'fee8',
  crc16r: 'bb3d',
  modbus: '4b37',
  'crc16-modbus': '4b37',
  ccitt16: '29b1',
  ccitt16a: 'e5cc',
  ccitt16x: '31c3',
  crc16c: '31c3',
  xmodem: '31c3',
  crc32: 'fc891918',
  crc32r: 'cbf43926',
  jamcrc: '340bc6d9',
  adler32: '091e01de',
  hexsum8: '2d',
  cpi: '7e',
  leybold: '22',
  // Its manual's sum is modulo 256, StreamDevice's is not (4a).
  'brks-cryo': '4e',
  lrc: '23',
  hexlrc: 'a7',
  bitsum: '21',
  bitsum8: '21',
  bitsum16: '0021',
  bitsum32: '00000021',
  'crc-8/smbus': 'f4',
  'crc-8/maxim': 'a1',
  'crc-16/arc': 'bb3d',
  'crc-16/umts': 'fee8',
  'crc-16/spi-fujitsu': 'e5cc',
  'crc-16/ccitt-false': '29b1',
  'crc-16/ibm-3740': '29b1',
  'crc-16/kermit': '2189',
  'crc-16/xmodem': '31c3',
  'crc-16/x-25': '906e',
  'crc-16/modbus': '4b37',
  'crc-32/iso-hdlc': 'cbf43926',
  'crc-32/mpeg-2': '0376e6e7',
  'crc-32/bzip2': 'fc891918',
  'crc-32/jamcrc': '340bc6d9',
  'crc-32c': 'e3069283',
  'crc-32/iscsi': 'e3069283',
};

const printed = (template: string): string =>
  Buffer.from(printTemplate(parseTemplate(template), {})).toString('latin1');

test('every name has a published check value', () => {
  expect([...checksums.keys()].sort()).toEqual(Object.keys(checks).sort());
});

test.each(Object.entries(checks))('%s of "123456789" is %s', (name, check) => {
  const template = parseTemplate(`123456789{%<${name}>}`);
  expect(Buffer.from(printTemplate(template, {}).subarray(9)).toString('hex')).toBe(check);
  expect(scanTemplate(template, Buffer.concat([digits, Buffer.from(check, 'hex')]), {})).toEqual({
    ok: true,
    values: {},
  });
});

test.each([
  ['123456789{%0<crc16>}', '123456789FEE8'],
  ['123456789{%#0<crc16>}', '123456789E8FE'],
  ['123456789{%-<crc16>}', '123456789?>>8'],
  ['123456789{%#-<crc16>}', '123456789>8?>'],
  ['123456789{%+<sum8>}', '123456789221'],
  ['123456789{%+<sum16>}', '12345678900477'],
  ['123456789{%+<sum32>}', '1234567890000000477'],
  ['123456789{%#<crc16>}', '123456789\xe8\xfe'],
  // The first byte and the last two are left out.
  ['@123456789\r\n{%01.2<crc16>}', '@123456789\r\nFEE8'],
  // All bytes are left out.
  ['ab{%02<sum8>}', 'ab00'],
  ['ab{%0.9<sum8>}', 'ab00'],
])('%j is printed as %j', (template, message) => {
  expect(printed(template)).toBe(message);
});

test('CPI’s stays printable for bytes below a space', () => {
  expect(checksums.get('cpi')?.compute(Uint8Array.of(0, 1))).toBe(32 + ((95 + 1 - 64) % 95));
});

test('Leybold’s steps over control characters', () => {
  // 255 − 240 is 15, a control character; 255 − 223 is 32, a space.
  expect(checksums.get('leybold')?.compute(Uint8Array.of(0xf0))).toBe(47);
  expect(checksums.get('leybold')?.compute(Uint8Array.of(0xdf))).toBe(32);
  expect(checksums.get('leybold')?.compute(Uint8Array.of(0xff, 0xf1))).toBe(47);
});

test('Brooks’s folds the top bits of an eight-bit sum of seven-bit characters', () => {
  const compute = (...bytes: number[]) => checksums.get('brks-cryo')?.compute(Uint8Array.from(bytes));
  // 0x4a is 01 001010: bit 6 flips bit 0.
  expect(compute(0x4a)).toBe(0x30 + 0b001011);
  // 0xc0 is 11 000000: both flip. The top bit of a character is parity.
  expect(compute(0x60, 0xe0)).toBe(0x30 + 0b000011);
});

test('the LRC of Modbus ASCII counts pairs of hex digits, whatever else stands before them', () => {
  // Function 3, address 0x0001, 1 register, of unit 0x11.
  expect(printed(':110300010001{%0<hexlrc>}')).toBe(`:110300010001${(256 - 0x16).toString(16).toUpperCase()}`);
});

test('a number of a checksum in hex is read in either case, and a wrong one is told apart', () => {
  const template = parseTemplate('123456789{%0<crc16>};');
  const scan = (text: string) => scanTemplate(template, Buffer.from(text, 'latin1'), {});
  expect(scan('123456789fee8;').ok).toBe(true);
  expect(scan('123456789FEE9;')).toMatchObject({ ok: false, at: 9, checksum: true });
  expect(scan('123456799FEE8;')).toEqual({ ok: false, at: 7, expected: '"123456789"' });
  expect(scan('123456789FE')).toEqual({ ok: false, at: 9, expected: 'the checksum %0<crc16>' });
});

test.each([
  ['{%<xor8>}', '0\x3f', '%<xor8>, 30 in hex, and not 3f in hex'],
  ['{%0<xor8>}', '03E', '%0<xor8>, "30", and not "3E"'],
  ['{%+<xor8>}', '0049', '%+<xor8>, "048", and not "049"'],
])('a wrong checksum %s is told as what it is', (template, message, expected) => {
  expect(scanTemplate(parseTemplate(`0${template}`), Buffer.from(message, 'latin1'), {})).toEqual({
    ok: false,
    at: 1,
    expected: `the checksum ${expected}`,
    checksum: true,
  });
});

test('a name that is nearly one', () => {
  expect(() => parseTemplate('{%<xor9>}')).toThrow('there is no checksum of this name; did you mean "xor8"?');
});
