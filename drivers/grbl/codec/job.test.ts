import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { jobLines, longestDwellMs } from './job.ts';

const texts = (gcode: string): string[] => jobLines(gcode).map(({ text }) => text);

test('comments, blanks and the marks of a file are not sent; lines keep their numbers', () => {
  const gcode = '%\r\n(a job)\nG21 g90 ; modes\n\nG1 X1 (to (the) right) F100\n  \t\n/G0 X0\n%';
  expect(jobLines(gcode)).toMatchObject([
    { number: 3, text: 'G21G90' },
    { number: 5, text: 'G1X1RIGHT)F100' },
    { number: 7, text: '/G0X0' },
  ]);
});

test('a line may have 79 characters without what does not count', () => {
  const line = `G1X${'1'.repeat(76)}`;
  expect(texts(`${line} ; ${'x'.repeat(200)}`)).toEqual([line]);
  expect(() => jobLines(`G0X0\n${line}1`)).toThrow(/line 2.*79/);
});

test.each(['$H', '$X', 'G0 X1?', 'G0 X1!', 'G0~', '\u0018', 'G0 X\u0085', 'G0 Xé', '', '\n;\n'])(
  '%j is not sent',
  (gcode) => {
    expect(() => jobLines(gcode)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  },
);

test('a comment may hold anything', () => {
  expect(texts('G0X1 (really? ~ !)\nG0X2 ; é $')).toEqual(['G0X1', 'G0X2']);
});

test.each(['G10L2P1X0', 'G54', 'G1X0G59', 'G28', 'G28.1', 'G30.1'])('%s is sent alone', (gcode) => {
  expect(jobLines(gcode)).toMatchObject([{ isAlone: true }]);
});

test.each(['G1X54', 'G100', 'G0', 'G53G0X0', 'G540', 'G92X0'])('%s is not', (gcode) => {
  expect(jobLines(gcode)).toMatchObject([{ isAlone: false }]);
});

test('the longest pause is known', () => {
  expect(longestDwellMs(jobLines('G4P0.5\nG04 P2\nG1X40P9\nG4.1P7'))).toBe(2000);
  expect(longestDwellMs(jobLines('G1X1'))).toBe(0);
});

test('whatever is sent are lines that the controller takes as such', () => {
  const alphabet = fc.constantFrom(
    'G1',
    'X5',
    ' ',
    '\n',
    '\r\n',
    '(',
    ')',
    ';',
    '$',
    '?',
    '!',
    '~',
    'é',
    '\u0085',
    '%',
    'm3',
  );
  fc.assert(
    fc.property(fc.array(alphabet, { maxLength: 60 }), (parts) => {
      let lines: string[] = [];
      try {
        lines = texts(parts.join(''));
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid-request' });
      }
      for (const line of lines) expect(line).toMatch(/^[\x22-\x3e\x40-\x7d]{1,79}$/);
    }),
  );
});
