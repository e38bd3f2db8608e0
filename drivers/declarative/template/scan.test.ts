import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toBytes } from './bytes.ts';
import { parseTemplate } from './parse.ts';
import { scanTemplate } from './scan.ts';
import type { FieldValue, Scanned, Values } from './template.ts';
import { withTypes } from './types.ts';

const scan = (template: string, message: string, known: Values = {}): Scanned =>
  scanTemplate(parseTemplate(template), toBytes(message) ?? new Uint8Array(), known);

test.each<[string, string, Values]>([
  ['@{address:%02d}VSET:{value:%5.2f},{unit}', '@03VSET:12.50,mV', { address: 3, value: 12.5, unit: 'mV' }],
  ['{code:%d},"{text}"', '-113,"Undefined "header""', { code: -113, text: 'Undefined "header"' }],
  ['{text}K', 'OKKK', { text: 'OKK' }],
  ['{a},{b},{c}', '1,2,3,4', { a: '1', b: '2', c: '3,4' }],
  ['{a:%d}-{b:%d}', '-5--3', { a: -5, b: -3 }],
  ['{a:%d}-{b:%d}-{c:%d}', ' 1-2--3', { a: 1, b: 2, c: -3 }],
  ['{t:%x}C{u:%d}', 'ABC5', { t: 0xab, u: 5 }],
  ['{t:%x}C{u:%d}', 'CC5', { t: 0xc, u: 5 }],
  ['{t:%+x}C{u:%d}', '-CC5', { t: -0xc, u: 5 }],
  ['{a},{v:%!2d?5}', 'ab,', { a: 'ab', v: 5 }],
  ['{t:%f}E{u}', '1.5E3', { t: 1.5, u: '3' }],
  ['{a}{b:%2c},{c}', 'xyz12,q', { a: 'xyz', b: '12', c: 'q' }],
  ['{a}{%0<sum8>}', 'AB83', { a: 'AB' }],
  ['{v:%2r},{w}', '\x2c\x2c,x', { v: 0x2c2c, w: 'x' }],
  ['{v:%{a,b|a}},{w}', 'a,b,c', { v: 'a,b', w: 'c' }],
  ['{v:%/\\d+,\\d+/},{w}', '1,2,c', { v: '1,2', w: 'c' }],
  ['{v:%m}-{w}', '12-3-x', { v: 0.012, w: 'x' }],
  ['{v:%#s},{w}', ',x', { v: '', w: 'x' }],
  ['{%*d},{w:%d}', '5,6', { w: 6 }],
  ['\\?{w:%d}', 'x6', { w: 6 }],
  ['\\?\\?', '\x00\xff', {}],
  ['', '', {}],
  ['{a}\\_{b}', 'x \t\r\n y z', { a: 'x', b: 'y z' }],
  ['{a}\\_', 'x y  ', { a: 'x y' }],
  ['{a}\\_,{b}', 'x y  ,z', { a: 'x y', b: 'z' }],
  ['{a:%d}\\_', '5', { a: 5 }],
  ['{a:%d}\\_{b:%d}', '5 6', { a: 5, b: 6 }],
  ['{v:%d?5}', '', { v: 5 }],
  ['V{v:%d?5},{w}', 'V,x', { v: 5, w: 'x' }],
  ['{v:%s?none},{w}', ',x,', { v: 'none', w: 'x,' }],
  ['{v:%{on|off}?"on"}{w:%d}', '6', { v: 'on', w: 6 }],
  ['{v[,]:%f}', '1,2.5, 3', { v: [1, 2.5, 3] }],
  ['{v[,]:%f};{w}', '1,2;3,4', { v: [1, 2], w: '3,4' }],
  ['{v[\\_]:%d}', '1  2\t3', { v: [1, 2, 3] }],
  ['{v[]:%2r}', '\x00\x01\x00\x02', { v: [1, 2] }],
  ['{v[\\r\\n]:%s}', 'a\r\nb', { v: ['a', 'b'] }],
  ['{v[\\]]:%d}', '1]2', { v: [1, 2] }],
  ['{v[ | ]:%s}.', 'a | b.', { v: ['a', 'b'] }],
  ['{v[,]:%/.*/}', 'a,b', { v: ['a', 'b'] }],
  ['{v[,]:%#s}', 'a,,b,', { v: ['a', '', 'b', ''] }],
  ['{v:%/.*/};', 'a;b;', { v: 'a;b' }],
  ['{v:%/A( X)*/};', 'A X X;', { v: ' X' }],
  ['{v:%/A( X)*/};', 'A;', { v: 'A' }],
  ['{v:%/A?( X)*/};', ';', { v: '' }],
  ['{a:%02u}{s:%{I|W}}I{x:%f}', '00II1.2', { a: 0, s: 'I', x: 1.2 }],
  ['{a:%02u}{s:%{I|W}}I{x:%f}', '7WI1.2', { a: 7, s: 'W', x: 1.2 }],
  ['{a:%d}{s:%!1[IW]}I{x:%f}', ' 120II1.2', { a: 120, s: 'I', x: 1.2 }],
  ['{a:%f}{s:%{K|M}}M{x:%d}', '1.5MM2', { a: 1.5, s: 'M', x: 2 }],
  // What may go on with the number is counted from the literal, as ever.
  ['{a:%d}{s:%{1|2}}X{x:%d}', '12X3', { a: 1, s: '2', x: 3 }],
  ['{a:%f}{s:%{E|M}}X{x:%d}', '1EX3', { a: 1, s: 'E', x: 3 }],
  ['{a:%x}{s:%{A|B}}X{x:%d}', 'AAX3', { a: 10, s: 'A', x: 3 }],
  ['{a:%d}{s:%{1|?=0}}X{x:%d}', '12X3', { a: 12, s: 0, x: 3 }],
  ['{v:%{a|a;}};', 'a;', { v: 'a' }],
  ['{v[,]:%r}', ',,,', { v: [0x2c, 0x2c] }],
  ['{a:%d}={a:%x}', '10=a', { a: 10 }],
  ['{constructor:%d}', '1', { constructor: 1 }],
  ['\x80{v}\xff', '\x80\x81\xfe\xff', { v: '\x81\xfe' }],
])('%j reads %j', (template, message, values) => {
  expect(scan(template, message)).toEqual({ ok: true, values });
});

test.each<[string, string, number, RegExp]>([
  ['AB', 'AC', 1, /"AB"/],
  ['AB', 'A', 1, /"AB"/],
  ['AB', 'ABC', 2, /end of the message/],
  ['{a:%d}', '5x', 1, /end/],
  ['{a:%d}', 'x', 0, /an integer/],
  ['{a},{b}', ',x,y', 0, /text/],
  ['{a},{b}', 'xy', 2, /","/],
  ['\\?', '', 0, /one more byte/],
  ['{v[,]:%f}', '1,,2', 0, /a number/],
  ['{v[,]:%f}', '1,2,', 0, /a number/],
  ['{v[,]:%f}', '', 0, /a number/],
  ['{v[]:%2r}', '\x00\x01\x00', 2, /end/],
  ['{v[\\_]:%d}', '1 2 ', 3, /end/],
  ['{a:%d}={a:%x}', '10=b', 3, /a 10/],
  ['{a}{b:%d}', 'x5', 2, /integer/],
])('%j does not read %j from %i on', (template, message, at, expected) => {
  expect(scan(template, message)).toEqual({ ok: false, at, expected: expect.stringMatching(expected) });
});

test.each<[string, string, FieldValue, boolean]>([
  ['%02d', '03', 3, true],
  ['%02d', '04', 3, false],
  ['%.1f', '1.23', 1.2, true],
  ['%.1f', '1.3', 1.2, false],
  ['%s', '5', 5, true],
  ['%d', '5', 5n, true],
  ['%{A=1|B=2}', 'A', 1, true],
  ['%{A=1|B=2}', 'A', 2, false],
  ['%/x./', 'xy', 'xy', true],
  ['%/x./', 'xy', 'xz', false],
  ['%T(%Y%m%d)', '20261125', '2026-11-25T09:00:00+02:00', true],
  ['%T(%Y%m%d)', '20261125', '2026-11-26T09:00:00Z', false],
  ['%4R', '\x3d\xcc\xcc\xcd', 0.1, true],
])('%s of %j is %s, known before: %j', (conversion, message, known, ok) => {
  expect(scan(`{v:${conversion}}`, message, { v: known }).ok).toBe(ok);
});

test('members of a known array are compared one by one', () => {
  expect(scan('{v[,]:%.1f}', '1.01,2', { v: [1, 2] }).ok).toBe(true);
  expect(scan('{v[,]:%.1f}', '1.01,2', { v: [1, 2, 3] }).ok).toBe(false);
  expect(scan('{v[,]:%.1f}', '1.01,2', { v: 1 }).ok).toBe(false);
});

test('a known boolean is compared as it is written', () => {
  const template = withTypes(parseTemplate('{v:%d}'), () => ({ type: 'boolean' }));
  expect(scanTemplate(template, Buffer.from('1'), { v: true })).toEqual({ ok: true, values: { v: true } });
  expect(scanTemplate(template, Buffer.from('0'), { v: true }).ok).toBe(false);
});

const conversions = [
  '%d',
  '%5d',
  '%!3d',
  '%u',
  '%x',
  '%#x',
  '%o',
  '%b',
  '%B.!',
  '%f',
  '%e',
  '%g',
  '%m',
  '%2D',
  '%+2D',
  '%2r',
  '%+8r',
  '%4R',
  '%8R',
  '%s',
  '%#s',
  '%4s',
  '%c',
  '%3c',
  '%[A-Z]',
  '%[^,]',
  '%/(a*)*b?/',
  '%{off|on}',
  '%{A|B|?=C}',
  '%T(%Y-%m-%d)',
];
const part = fc.oneof(
  fc.constantFrom(',', ' ', '\\?', '\\_', '1', '{%<sum8>}', '{%0<crc16>}'),
  fc.constantFrom(...conversions).map((conversion) => `{a:${conversion}}`),
  fc.constantFrom(...conversions).map((conversion) => `{b[,]:${conversion}}`),
  fc
    .constantFrom('%!3d', '%2D', '%+8r', '%4R', '%c', '%3c', '%{A|B}', '%T(%Y-%m-%d)')
    .map((conversion) => `{c[]:${conversion}}`),
  fc.constantFrom(...conversions).map((conversion) => `{d[\\_]:${conversion}}`),
);
const byte = fc.oneof(fc.constantFrom(...Buffer.from(' ,0123456789.-+eAZ')), fc.nat(255));

test('whatever comes is read or refused, and a refusal says where', () => {
  const parts = fc.array(part, { maxLength: 6 }).map((all) => all.join(''));
  const message = fc.array(byte, { maxLength: 30 }).map((all) => Uint8Array.from(all));
  fc.assert(
    fc.property(parts, message, (text, bytes) => {
      const scanned = scanTemplate(parseTemplate(text), bytes, { a: 1 });
      if (!scanned.ok) expect(scanned.at).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: 1500 },
  );
});

test('a long message is read in time in proportion to it', () => {
  const template = parseTemplate('{a[,]:%s}{b[\\_]:%s}{c[]:%c}{d[;]:%/(x*)*y/}');
  const wide = parseTemplate(Array.from({ length: 40 }, (_, index) => `{f${index}:%s}\\_,`).join(''));
  const message = Buffer.alloc(65_536, ', ');
  const began = process.threadCpuUsage().user;
  scanTemplate(template, message, {});
  scanTemplate(wide, message, {});
  scanTemplate(parseTemplate('{a[,]:%s}'), Buffer.alloc(65_536, ' '), {});
  scanTemplate(parseTemplate('{a[\\_]:%d}'), Buffer.alloc(65_536, '1 '), {});
  scanTemplate(parseTemplate('{a:%d}'), Buffer.alloc(65_536, '1'), {});
  scanTemplate(parseTemplate('{a:%/(x*)*y/}'), Buffer.alloc(65_536, 'x'), {});
  scanTemplate(parseTemplate('{a[,]:%/x*/}'), Buffer.alloc(65_536, 'x,'), {});
  const milliseconds = (process.threadCpuUsage().user - began) / 1000;
  // Generous: quadratic time would be many seconds.
  expect(milliseconds).toBeLessThan(2_000);
});
