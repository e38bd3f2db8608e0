import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatNumber, isIdentity, parseBoolean, parseEntry, parseIdentity, parseNumber, verdictOf } from './codec.ts';

const nonsense = expect.objectContaining({ code: 'device-protocol' });

test.each([
  ['5', 5],
  ['+5', 5],
  ['-0', -0],
  ['5.000000', 5],
  ['.5', 0.5],
  ['5.', 5],
  ['+1.00000000E+01', 10],
  ['-2.5e-3', -0.0025],
])('the number %j is read', (reply, value) => {
  expect(parseNumber(reply)).toBe(value);
});

// SCPI-1999 vol. 1 §7.2.1.4 and §7.2.1.5: infinity and not-a-number are large numbers on the wire.
test.each(['9.9E37', '-9.9E+37', '9.91E37', '+9.91000000E+37', '1E400'])(
  '%j says that there is no reading',
  (reply) => {
    const error = expect.objectContaining({ code: 'device-failed', outcome: 'failed' });
    expect(() => parseNumber(reply)).toThrow(error);
  },
);

test.each(['NAN', 'INF', 'Infinity'])('%j is no reading', (reply) => {
  expect(() => parseNumber(reply)).toThrow(nonsense);
});

test.each(['', ' 5', '5 ', '5V', '0x10', '1_000', '1,5', '--5', '5.5.5', 'E5', '5E', '0,"No error"', '٥'])(
  'junk %j is no number',
  (reply) => {
    expect(() => parseNumber(reply)).toThrow(nonsense);
  },
);

test('every setting comes back as it was sent, and as decimal numeric data', () => {
  const setting = fc.double({ min: 0, max: 30, noNaN: true });
  fc.assert(
    fc.property(setting, (value) => {
      const text = formatNumber(value);
      expect(parseNumber(text)).toBe(value + 0);
      // IEEE 488.2 §7.7.2: NR2 has a radix point; an exponent only where there is no other way.
      expect(text).toMatch(value !== 0 && value < 1e-6 ? /^\d(\.\d+)?E-\d+$/ : /^\d+\.\d+$/);
    }),
  );
});

test('whole numbers keep a radix point', () => {
  expect(formatNumber(5)).toBe('5.0');
  expect(formatNumber(0)).toBe('0.0');
  expect(formatNumber(-0)).toBe('0.0');
  expect(formatNumber(12.34)).toBe('12.34');
});

// SCPI-1999 vol. 1 §7.3: queries of Booleans answer 1 or 0.
test('a switch is 1 or 0 and nothing else', () => {
  expect(parseBoolean('1')).toBe(true);
  expect(parseBoolean('0')).toBe(false);
  for (const reply of ['ON', 'OFF', '2', '+1', '', '1 ', 'true']) expect(() => parseBoolean(reply)).toThrow(nonsense);
});

// SCPI-1999 vol. 2 §21.8, SYSTem:ERRor: <number>,"<description>[;<device-dependent info>]".
test.each([
  ['0,"No error"', 0, 'No error'],
  ['+0,"No error"', 0, 'No error'],
  ['-0,"No error"', 0, 'No error'],
  ['-113,"Undefined header"', -113, 'Undefined header'],
  ['-222, "Data out of range;VOLT 99"', -222, 'Data out of range;VOLT 99'],
  ['310,"Say ""when"""', 310, 'Say "when"'],
  ['-350,"Queue overflow"', -350, 'Queue overflow'],
])('the entry %j is read', (reply, code, text) => {
  expect(parseEntry(reply)).toStrictEqual({ code, text });
});

test.each(['', '0', '0,No error', '"No error"', '0,"No', 'x,"y"', '0,"a"b"', '1.5,"x"', '123456,"x"', '5.000000'])(
  'junk %j is no entry',
  (reply) => {
    expect(() => parseEntry(reply)).toThrow(nonsense);
  },
);

test('every entry that a queue can hold is read', () => {
  const code = fc.integer({ min: -32768, max: 32767 });
  const text = fc.string({ maxLength: 255 }).filter((line) => !/[\r\n]/.test(line));
  fc.assert(
    fc.property(code, text, (number, words) => {
      expect(parseEntry(`${number},"${words.replaceAll('"', '""')}"`)).toEqual({ code: number, text: words });
    }),
  );
});

test('a text longer than the standard allows is cut', () => {
  expect(parseEntry(`1,"${'x'.repeat(900)}"`).text).toHaveLength(255);
});

test('an identity has four fields', () => {
  const rigol = 'RIGOL TECHNOLOGIES,DP832,DP8C162850123,00.01.14';
  expect(parseIdentity(rigol)).toBe(rigol);
  // IEEE 488.2 §10.14: an unknown serial number or firmware level is 0.
  expect(isIdentity('ACME,PS-1,0,0')).toBe(true);
  for (const reply of ['', 'ACME,PS-1', 'A,B,C,D,E', '-222,"a,b,c"', '1,2', '0,"No error"', ',,,']) {
    expect(() => parseIdentity(reply)).toThrow(nonsense);
  }
});

test.each([
  [-100, 'device-refused', 'refused'],
  [-199, 'device-refused', 'refused'],
  [-200, 'device-refused', 'refused'],
  [-239, 'device-refused', 'refused'],
  [-240, 'device-failed', 'failed'],
  [-249, 'device-failed', 'failed'],
  [-250, 'device-refused', 'refused'],
  [-299, 'device-refused', 'refused'],
  [-300, 'device-failed', 'failed'],
  [-399, 'device-failed', 'failed'],
  [1, 'device-failed', 'failed'],
  [32767, 'device-failed', 'failed'],
  [-400, 'device-protocol', undefined],
  [-499, 'device-protocol', undefined],
  [-500, 'device-protocol', undefined],
  [-1, 'device-protocol', undefined],
])('error %i is %s', (number, code, outcome) => {
  const verdict = verdictOf({ code: number, text: 'Why' }, 'VOLT 5.0');
  expect(verdict).toMatchObject({ code, outcome, device: { code: String(number), text: 'Why' } });
});

test('what a device says is bounded in an error', () => {
  expect(() => parseNumber('x'.repeat(5000))).toThrow(/^.{1,200}$/);
});
