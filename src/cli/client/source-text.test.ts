import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { comment, literal, propertyKey, words } from './source-text.ts';

test.each([
  ['plain', 'plain'],
  ['ends */ here', String.raw`ends *\/ here`],
  ['two\nlines\r\n\tand more', 'two lines and more'],
  ['@deprecated', String.raw`\@deprecated`],
  ['a \u202Egnp.exe\u202C b', String.raw`a \u202egnp.exe\u202c b`],
  ['zero\u200Bwidth\uFEFF', String.raw`zero\u200bwidth`],
  ['\u001B[31mred', String.raw`\u001b[31mred`],
  ['half \uD800', 'half \uFFFD'],
  [7, ''],
  ['x'.repeat(400), `${'x'.repeat(300)}…`],
])('%j in a comment', (text, written) => {
  expect(words(text)).toBe(written);
});

test.each(['', "it's", 'a "b"', '\\', '${x}`', 'é°', '\n\u2028\u202E', '__proto__', '😀'])(
  '%j as a literal is itself again',
  (text) => {
    const written = literal(text);
    expect(written).not.toMatch(/[\n\u2028\u202E]/);
    // What it means to the language is what it has to be.
    expect(runInNewContext(written)).toBe(text);
  },
);

test('keys are quoted where they have to be', () => {
  expect(['setVoltage', '5v', 'a-b', 'constructor', '温度', ''].map(propertyKey)).toEqual([
    'setVoltage',
    "'5v'",
    "'a-b'",
    'constructor',
    "'温度'",
    "''",
  ]);
});

test('a comment has the lines that say something', () => {
  expect(comment(['', ''], '  ')).toBe('');
  expect(comment(['a', ''], '  ')).toBe('  /** a */\n');
  expect(comment(['a', 'b'], '  ')).toBe('  /**\n   * a\n   * b\n   */\n');
});
