import { expect, test } from 'vitest';
import { toBytes, toText } from './bytes.ts';
import { parseBytes, parseTemplate } from './parse.ts';
import { printTemplate } from './print.ts';
import { scanTemplate } from './scan.ts';
import type { FieldValue, Scanned, Values } from './template.ts';
import { wrapTemplate } from './wrap.ts';

const bytes = (text: string): Uint8Array => toBytes(text) ?? new Uint8Array();
const print = (template: string, values: Values = {}): string => toText(printTemplate(parseTemplate(template), values));
const scan = (template: string, message: string, known: Values = {}): Scanned =>
  scanTemplate(parseTemplate(template), bytes(message), known);

test.each<[string, FieldValue, string]>([
  ['%d', -5, '-5'],
  ['%i', 5, '5'],
  ['%5d', 42, '   42'],
  ['%-5d', 42, '42   '],
  ['%05d', -42, '-0042'],
  ['%+d', 5, '+5'],
  ['% d', 5, ' 5'],
  ['%u', 7, '7'],
  ['%d', 2n ** 63n, '9223372036854775808'],
  ['%x', 255, 'ff'],
  ['%04X', 255, '00FF'],
  ['%#x', 255, '0xff'],
  ['%#06x', 255, '0x00ff'],
  ['%+x', -255, '-ff'],
  ['%o', 8, '10'],
  ['%#o', 8, '010'],
  ['%b', 5, '101'],
  ['%08b', 5, '00000101'],
  ['%4B.!', 5, ' !.!'],
  ['%f', 1.5, '1.500000'],
  ['%05.2f', 5, '05.00'],
  ['%.0f', 2.6, '3'],
  ['%#.0f', 2.6, '3.'],
  ['%.2f', -0.001, '0.00'],
  ['%+.1f', -2.25, '-2.3'],
  ['%.1f', 1e22, '10000000000000000000000.0'],
  ['%.3e', 1234.5, '1.235e+03'],
  ['%.2E', 0.00012, '1.20E-04'],
  ['%g', 0.0001, '0.0001'],
  ['%g', 1e-5, '1e-05'],
  ['%g', 1234567, '1.23457e+06'],
  ['%#g', 1.5, '1.50000'],
  ['%G', 1e-10, '1E-10'],
  ['%s', 'ABC', 'ABC'],
  ['%5s', 'ABC', '  ABC'],
  ['%-5s', 'ABC', 'ABC  '],
  ['%s', 5, '5'],
  ['%c', 'x', 'x'],
  ['%3c', 'x,y', 'x,y'],
  ['%[A-Z]', 'ABC', 'ABC'],
  ['%{off|on}', 'on', 'on'],
  ['%{CV=constant-voltage|CC=constant-current}', 'constant-current', 'CC'],
  ['%{A=1|B=2}', 2, 'B'],
])('%s prints $1 as $2', (conversion, value, printed) => {
  expect(print(`{v:${conversion}}`, { v: value })).toBe(printed);
});

test('a message is taken apart', () => {
  expect(scan('@{address:%02d}VSET:{value:%5.2f},{unit}', '@03VSET:12.50,mV')).toEqual({
    ok: true,
    values: { address: 3, value: 12.5, unit: 'mV' },
  });
});

test('escapes', () => {
  expect([...parseBytes(String.raw`\r\n\t\a\b\e\0\\\{\}\x7f\<STX>\<SP>`)]).toEqual([
    13, 10, 9, 7, 8, 27, 0, 92, 123, 125, 127, 2, 32,
  ]);
});

test('a checksum covers what stands before it, the frame included', () => {
  const frame = parseTemplate(String.raw`@{address:%02d}{message}{%<xor8>}`);
  const template = wrapTemplate(frame, parseTemplate('V{value}'));
  const printed = printTemplate(template, { address: 1, value: 'x' });
  expect(toText(printed)).toBe('@01Vx\x6f');
  expect(scanTemplate(template, printed, { address: 1 })).toEqual({ ok: true, values: { address: 1, value: 'x' } });
  printed[5] = 0;
  expect(scanTemplate(template, printed, {})).toMatchObject({ ok: false, at: 5, checksum: true });
});

test('the checksum that Modbus prints for a read of one register', () => {
  const template = parseTemplate(String.raw`\x01\x03\x00\x00\x00\x01{%#<crc16-modbus>}`);
  expect(Buffer.from(printTemplate(template, {})).toString('hex')).toBe('010300000001840a');
});
