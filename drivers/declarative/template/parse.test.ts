import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseBytes, parseTemplate } from './parse.ts';
import { TemplateError } from './template.ts';

function complaint(parse: () => unknown): TemplateError {
  try {
    parse();
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test.each<[string, number, RegExp]>([
  ['a}', 1, /closes nothing/],
  ['a{b', 3, /} is missing/],
  ['a\\', 1, /nothing follows/],
  ['\\q', 0, /\\q means nothing/],
  ['ab\\x4', 2, /two hex digits/],
  ['\\<STY>', 0, /no ASCII character/],
  ['\\<STX', 0, /no ASCII character/],
  ['Ω', 0, /not one byte/],
  ['😀', 0, /not one byte/],
  ['{:%d}', 1, /% is missing/],
  ['{%d}', 0, /needs a name/],
  ['{a:%*d}', 0, /has no name/],
  ['{a:%q}', 3, /no such conversion/],
  ['{a:%dx}', 5, /} is missing/],
  ['{a:%00d}', 4, /twice/],
  ['{a:%!d}', 3, /exact width needs a width/],
  ['{a:%d5}', 5, /} is missing/],
  ['{a:%.2d}', 3, /precision means nothing/],
  ['{a:%5R}', 3, /4 or 8/],
  ['{a:%9r}', 3, /width is 1 to 8/],
  ['{a:%99999999f}', 4, /too much/],
  ['{a:%f?5', 7, /} is missing/],
  ['{a[,:%f}', 8, /too early/],
  ['{a[]:%f}', 0, /fixed size/],
  ['{a[,]:%f?5}', 0, /array has no default/],
  ['{a[\\?]:%f}', 3, /separator/],
  ['{a:%[]}', 3, /empty/],
  ['{a:%[^]}', 3, /empty/],
  ['{a:%[z-a]}', 3, /backwards/],
  ['{a:%{}}', 3, /no choices/],
  ['{a:%{x|\\q}}', 7, /means nothing/],
  ['{a:%[x\\q]}', 6, /means nothing/],
  ['{a:%T(%Y%m%d\\q)}', 12, /means nothing/],
  ['{a:%{x|x}}', 3, /twice/],
  ['{a:%{x|?=1|y}}', 3, /comes last/],
  ['{a:%{x', 6, /} is missing/],
  ['{a:%/(/}', 3, /missing closing/],
  ['{a:%/(?=x)/}', 3, /unsupported/],
  ['{a:%/(x{30}){30}(y{30}){30}(z{30}){30}/}', 3, /too much/],
  ['{a:%BBB}', 5, /two different/],
  ['{a:%B 1}', 5, /two different/],
  ['{a:%+B+-}', 3, /sign/],
  ['{a:%T(%H:%M)}', 3, /year/],
  ['{a:%T(%Y-%m)}', 3, /needs a day/],
  ['{a:%T(%Y%j%d)}', 3, /needs a day/],
  ['{a:%T(%Y%m%d%S)}', 3, /smaller one/],
  ['{a:%T(%Y%m%d%Y)}', 3, /twice/],
  ['{a:%T(%Y%m%d|CET)}', 3, /zone/],
  ['{a:%T(%Y%m%d%f)}', 3, /digits/],
  ['{a:%T(%Y%m%d%q)}', 3, /no part of a time/],
  ['{%<crc>}', 1, /no checksum/],
  ['{%<c>}', 1, /no checksum/],
  ['{%<SUM>}', 1, /no checksum/],
  ['{a:%<sum>}', 0, /computed/],
  ['{%0-<sum>}', 1, /exclude/],
  ['{%*<sum>}', 1, /cannot be ignored/],
  ['{%!<sum>}', 1, /means nothing/],
])('%j is refused at %i', (text, at, message) => {
  const error = complaint(() => parseTemplate(text));
  expect(error.message).toMatch(message);
  expect(error.at).toBe(at);
});

test('escapes', () => {
  expect([...parseBytes(String.raw`\r\n\t\a\b\e\0\\\{\}\x7f\<STX>\<SP>ÿ`)]).toEqual([
    13, 10, 9, 7, 8, 27, 0, 92, 123, 125, 127, 2, 32, 255,
  ]);
  expect([...parseBytes(String.raw`\<DEL>\<US>\<XON>`.replace('XON', 'DC1'))]).toEqual([127, 31, 17]);
});

test('bytes have no fields and no wildcards', () => {
  expect(complaint(() => parseBytes('ab{c}')).at).toBe(2);
  expect(complaint(() => parseBytes('ab}')).at).toBe(2);
  expect(complaint(() => parseBytes(String.raw`ab\?`)).at).toBe(2);
  expect(complaint(() => parseBytes(String.raw`\_`)).at).toBe(0);
});

test('a template has a longest length', () => {
  expect(complaint(() => parseTemplate('x'.repeat(10_001))).message).toMatch(/longer/);
  expect(parseTemplate('x'.repeat(10_000)).parts).toHaveLength(1);
});

const pieces = [
  '{',
  '}',
  '[',
  ']',
  '%',
  '\\',
  '|',
  '=',
  '?',
  '/',
  '<',
  '>',
  '(',
  ')',
  ':',
  '*',
  '#',
  '0',
  '5',
  '.',
  '!',
  '-',
];
const words = [
  'a',
  '{a:%d}',
  '{a:%',
  'd',
  'f',
  's',
  'T(%Y',
  'crc16',
  '_',
  'x',
  'B',
  ',',
  '{message}',
  '%<sum>',
  'é',
  '€',
];

test('nonsense is refused, and never more than refused', () => {
  const nonsense = fc.oneof(
    fc.array(fc.nat(0x2ff), { maxLength: 40 }).map((codes) => String.fromCharCode(...codes)),
    fc.array(fc.constantFrom(...pieces, ...words), { maxLength: 20 }).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(nonsense, (text) => {
      try {
        parseTemplate(text);
      } catch (error) {
        if (!(error instanceof TemplateError) || error.at > text.length) throw error;
      }
    }),
    { numRuns: 1000 },
  );
});
