import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { paintOn } from './paint.ts';
import { table } from './table.ts';
import { forTerminal, harmless, jsonText, safe } from './text.ts';
import { ago, clockTime } from './time.ts';
import { fitted, widthOf } from './width.ts';

// oxlint-disable-next-line no-control-regex -- They are what must not be there.
const steers = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

describe('text of devices', () => {
  test.each([
    ['\u001b[2J\u001b]0;title\u0007', String.raw`\u001b[2J\u001b]0;title\u0007`],
    ['\u009b31m', String.raw`\u009b31m`],
    ['abc\u202egpj.exe', String.raw`abc\u202egpj.exe`],
    ['a\u200bb\u2066c', String.raw`a\u200bb\u2066c`],
    ['\u{e0041}', String.raw`\udb40\udc41`],
    ['°C ✓ 日本 é', '°C ✓ 日本 é'],
  ])('%j', (text, shown) => {
    expect(safe(text)).toBe(shown);
  });

  test('nothing steers a terminal, and JSON stays the same value', () => {
    const nasty = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(nasty, fc.jsonValue(), (text, value) => {
        expect(safe(text)).not.toMatch(steers);
        const json = jsonText({ text, value }, 0);
        expect(json).not.toMatch(steers);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ text, value })));
      }),
    );
  });
});

describe('tables', () => {
  const plain = paintOn(false, {});
  const columns = [{ title: 'NAME' }, { title: 'N', right: true }, { title: 'NOTE', flexible: true }] as const;
  const rows = [
    ['psu-1', '5', 'a note that is rather long, and on and on'],
    ['日本', '12.5', ''],
  ];

  test('columns are aligned by what they fill, and nothing is cut where nobody looks', () => {
    expect(table(columns, rows, { columns: undefined, paint: plain })).toBe(
      ['NAME      N  NOTE', 'psu-1     5  a note that is rather long, and on and on', '日本   12.5', ''].join('\n'),
    );
  });

  test('no line is wider than the terminal', () => {
    const text = table(columns, rows, { columns: 30, paint: plain });
    expect(text.split('\n').every((line) => widthOf(line) <= 30)).toBe(true);
    expect(text).toContain('psu-1     5  a note that is r…');
  });

  test('a column that says nothing is left out', () => {
    expect(table(columns, [['a', '', 'b']], { columns: undefined, paint: plain })).toBe('NAME  NOTE\na     b\n');
  });

  test('what is in a cell is made safe, also a line of its own', () => {
    const text = table(columns, [['a', '1', 'x\ny\u001b[31m']], { columns: undefined, paint: plain });
    expect(text).toContain(String.raw`x\u000ay\u001b[31m`);
    expect(text.split('\n')).toHaveLength(3);
  });

  test('no line is wider whatever stands in it', () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 40 });
    const flexible = [
      { title: 'A', flexible: true },
      { title: 'B', flexible: true },
    ] as const;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 20, max: 60 }),
        (given, width) => {
          const text = table(flexible, given, { columns: width, paint: plain });
          for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});

test('a text is cut between characters, never within one', () => {
  expect(fitted('日本語', 5)).toBe('日本…');
  expect(fitted('日本語', 4)).toBe('日…');
  expect(fitted('plain', 5)).toBe('plain');
  expect(fitted('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…');
});

test('colours are for terminals, and for those who want them', () => {
  expect(paintOn(true, {})('red', 'x')).toBe('\u001b[31mx\u001b[39m');
  for (const paint of [paintOn(false, {}), paintOn(true, { NO_COLOR: '1' }), paintOn(true, { TERM: 'dumb' })]) {
    expect(paint('red', 'x')).toBe('x');
  }
  expect(paintOn(true, { NO_COLOR: '' })('red', 'x')).not.toBe('x');
});

test('how long ago', () => {
  const now = Date.parse('2026-01-31T12:00:00Z');
  const at = (ms: number): string => ago(new Date(now - ms).toISOString(), now);
  expect([0, 999, 1000, 59_999, 60_000, 3_600_000, 90_000_000, -5000].map(at)).toEqual([
    'now',
    'now',
    '1 s ago',
    '59 s ago',
    '1 min ago',
    '1 h ago',
    '1 d ago',
    'now',
  ]);
  expect(ago(null, now)).toBe('never');
  expect(clockTime('2026-01-31T12:00:00.123Z')).toBe('2026-01-31 12:00:00.123');
});

test('of a line its colours and its ends are left, and nothing else that steers', () => {
  expect(harmless('\u001b[31mred\u001b[39m\nnext')).toBe('\u001b[31mred\u001b[39m\nnext');
  expect(harmless('a\r\u001b[2J\u001b[31;5mb\u009b1m\u202e')).toBe(
    String.raw`a\u000d\u001b[2J\u001b[31;5mb\u009b1m\u202e`,
  );
});

test('what is written to a terminal keeps its lines, its colours and the line that is written over itself', () => {
  for (const text of ['', 'a\n\tb\n', '\rsent, 3 s\u001b[K', '\r\u001b[K', '\u001b[1mTitle\u001b[22m\n']) {
    expect(forTerminal(text)).toBe(text);
  }
  expect(forTerminal('key \u001b[2J\u009b1m\u202e\rforged\u001b[K\n')).toBe(
    String.raw`key \u001b[2J\u009b1m\u202e\u000dforged\u001b[K` + '\n',
  );
});
