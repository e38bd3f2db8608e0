import { expect, test } from 'vitest';
import { toText } from './bytes.ts';
import { parseTemplate } from './parse.ts';
import { printTemplate } from './print.ts';
import type { Values } from './template.ts';

const print = (template: string, values: Values = {}): string => toText(printTemplate(parseTemplate(template), values));

test('literals, wildcards and fields in their order', () => {
  expect(print('V\\_{a:%02d}\\r{b}', { a: 5, b: 'é' })).toBe('V 05\ré');
});

test('arrays', () => {
  expect(print('{v[,]:%.1f}', { v: [1, 2.25] })).toBe('1.0,2.3');
  expect(print('{v[\\_]:%d}', { v: [1, 2] })).toBe('1 2');
  expect(print('{v[]:%2r}', { v: [1, 2] })).toBe('\x00\x01\x00\x02');
  expect(() => print('{v[,]:%d}', { v: [] })).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  expect(() => print('{v[,]:%d}', { v: 1 })).toThrow(expect.objectContaining({ code: 'invalid-request' }));
});

test.each(['a\\?', '{%*d}', '{a}', '{a:%/x/}', '{toString}'])('%s cannot be printed', (template) => {
  const values = template === '{a}' ? {} : { a: 'x' };
  expect(() => print(template, values)).toThrow(expect.objectContaining({ code: 'driver-fault' }));
});

test('a text that holds what ends it is refused: the device would read another command', () => {
  const refused = expect.objectContaining({
    code: 'invalid-request',
    message: expect.stringMatching(/^name: .*which ends it/),
  });
  expect(() => print('NAME "{name}"', { name: 'x";*RST;"' })).toThrow(refused);
  expect(() => print('{name[,]}', { name: ['a,b', 'c'] })).toThrow(refused);
  expect(() => print('{name:%[^x]},', { name: 'a,' })).toThrow(refused);
  expect(() => print('{name[\\_]}', { name: ['a\tb', 'c'] })).toThrow(refused);
  expect(() => print('{name}\\_{other}', { name: 'a b', other: 'c' })).toThrow(refused);
  expect(print('{name}\\_', { name: 'a b' })).toBe('a b ');
  expect(print('{name:%3c},', { name: 'a,b' })).toBe('a,b,');
  expect(print('{name},', { name: 'a;b' })).toBe('a;b,');
});
