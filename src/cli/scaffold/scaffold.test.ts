import { expect, test } from 'vitest';
import { differing, drafted as checked, record } from './drafted.fixture.ts';

const supply = record([
  '0 > "*IDN?\\n"',
  '12 < "ACME,PS-1,0042,1.0\\n"',
  '100 > "VOLT?\\n"',
  '112 < "1.000\\n"',
  '200 > "VOLT 2.5\\n"',
  '300 > "VOLT?\\n"',
  '312 < "2.500\\n"',
  '400 > "MEAS:ALL?\\n"',
  '420 < "2.499,0.250,CV\\n"',
  '500 > "OUTP ON\\n"',
]);

const heater = record([
  '0 < "HEATER READY\\r"',
  '50 > "T?\\r"',
  '60 < "T=23.5\\r"',
  '100 > "T?\\r"',
  '110 < "T=23.6\\r"',
  '150 > "S 40.0\\r"',
  '160 < "OK\\r"',
  '200 > "S 99.0\\r"',
  '210 < "ERR 2\\r"',
  '250 > "S 41.5\\r"',
  '260 < "OK\\r"',
  '300 > "MODE?\\r"',
  '310 < "AUTO\\r"',
  '350 > "CH 2?\\r"',
  '360 < "7\\r"',
  '400 > "CH 3?\\r"',
  '410 < "9\\r"',
  '450 > "HOME\\r"',
  '460 < "OK\\r"',
  '500 > "LOG?\\r"',
  '510 < "A 1\\rB 2\\r"',
]);

const checked8 = record([
  '0 > "@1T?1A\\r"',
  '5 < "@1T=23.502\\r"',
  '50 > "@1S=40.005\\r"',
  '55 < "@1OK75\\r"',
  '100 > "@1ALL?0F\\r"',
  '105 < "@1T=23.601\\r@1S=40.005\\r"',
  '150 > "@1T?1A\\r"',
  '155 < "@1T=23.601\\r"',
  '200 > "@1ALL?0F\\r"',
  '205 < "@1T=23.601\\r@1S=40.005\\r"',
]);

const binary = record(['0 > 02 31 03', '5 < 02 06 7b 7d 03', '50 > 02 32 03', '55 < 02 15 03']);

test.each([
  ['a supply', supply, 6],
  ['a heater', heater, 8],
  ['binary frames', binary, 2],
  ['lines with a checksum', checked8, 4],
])('the draft of %s is a definition whose examples run', (_, text, examples) => {
  const { errors, result } = checked(text);
  expect(errors).toEqual([]);
  expect(result?.examples).toBe(examples);
});

test.each([
  ['a supply', supply],
  ['binary frames', binary],
  ['lines with a checksum', checked8],
])('the simulator of the draft of %s answers in the same words', async (_, text) => {
  expect(await differing(text)).toEqual([]);
});

test('a line feed among bytes that are no text is one of them', () => {
  const { draft, errors } = checked(
    record(['0 > 02 31 03', '5 < 02 0a 7b 03', '50 > 02 32 03', '55 < 02 15 0a 0a 03']),
  );
  expect(errors).toEqual([]);
  const replies = Object.values(draft['commands'] ?? {}).map((command) => (command as { expect: unknown }).expect);
  expect(replies).toEqual(['\\x02\\n\\{', '\\x02\\x15\\n\\n']);
});

test('a checksum stands around every message, and is no part of its numbers', () => {
  const { draft } = checked(checked8);
  expect(draft['frame']).toEqual({ send: '{message}{%0<xor>}', expect: '{message}{%0<xor>}' });
  expect(draft['exchanges']?.['t']).toEqual({ send: '@1T?', expect: '@{value-1:%d}T={value-2:%.1f}' });
  expect(draft['examples']).toContainEqual(
    expect.objectContaining({ send: '@1ALL?0F', reply: ['@1T=23.601', '@1S=40.005'] }),
  );
});

test('what is read and set is one property, and several numbers in an answer are several', () => {
  const { draft } = checked(supply);
  expect(draft['line']).toEqual({ outTerminator: '\n', inTerminator: '\n' });
  expect(draft['identify']).toEqual({ send: '*IDN?', expect: 'ACME,PS-1,0042,1.0' });
  expect(draft['properties']).toEqual({
    volt: {
      schema: { type: 'number' },
      read: { send: 'VOLT?', expect: '{value:%.3f}' },
      write: { send: 'VOLT {value:%.1f}', schema: { type: 'number', multipleOf: 0.1 } },
    },
    'meas-all-value-1': { schema: { type: 'number' }, read: { from: 'meas-all', field: 'value-1' } },
    'meas-all-value-2': { schema: { type: 'number' }, read: { from: 'meas-all', field: 'value-2' } },
  });
  expect(draft['commands']).toEqual({ 'outp-on': { effect: 'actuate', send: 'OUTP ON' } });
});

test('what was asked often is an example once, and again where the answer was another one', () => {
  const polls = ['1.0', '1.0', '1.0', '1.0', '2.0'].map((volts, at) => `${at * 10} > "V?\\n"\n+1 < "${volts}\\n"\n`);
  const { draft } = checked(`bellcrank recording 1\n\n${polls.join('')}`);
  expect(draft['examples']).toEqual([
    { send: 'V?', reply: '1.0', read: { v: 1 }, manual: 'recorded' },
    { send: 'V?', reply: '2.0', read: { v: 2 }, manual: 'recorded' },
  ]);
});

test('what acknowledges is expected, what does not is an error, and what came unasked is let by', () => {
  const { draft } = checked(heater);
  expect(draft['commands']?.['s']).toEqual({
    effect: 'idempotent',
    params: { value: { type: 'number', multipleOf: 0.1 } },
    send: 'S {value:%.1f}',
    expect: 'OK',
  });
  expect(draft['errors']).toEqual([{ match: 'ERR {code:%d}' }]);
  expect(draft['unsolicited']).toEqual([{ match: 'HEATER READY', ignore: true }]);
  expect(draft['commands']?.['ch']).toMatchObject({ effect: 'read', send: 'CH {value:%d}?' });
  expect(draft['properties']?.['mode']).toMatchObject({ schema: { type: 'string' } });
});

test('a recording in which nothing was sent is refused', () => {
  expect(() => checked(record(['0 < "a"']))).toThrow(/nothing was sent/);
});
