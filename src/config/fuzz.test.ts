import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { load } from './fixture.ts';

const whole = `server: { port: 0 }
connections:
  line: { serial: { path: /dev/a } }
  sim: { simulate: { model: plug, via: mqtt } }
devices:
  psu: { driver: supply, connection: line, limits: { set-voltage: { volts: { maximum: 5 } } } }
  plug: { driver: plug, connection: sim, options: { topic: t }, labels: { a: b } }
`;

/** What YAML gives meaning to, and what JavaScript does. */
const splinter = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ': ',
    '- ',
    '\n',
    '  ',
    '\t',
    '&a ',
    '*a',
    '!x ',
    '"',
    "'",
    '|',
    '>',
    '#',
    '?',
    '---\n',
    '%',
  ),
  fc.constantFrom(
    'null',
    '~',
    '.nan',
    '.inf',
    '1e999',
    '-0',
    '__proto__',
    'constructor',
    'toString',
    '<<',
    '\u0000',
    '\uFEFF',
    '💥',
  ),
);

test('a file with one thing changed anywhere is loaded or explained, and every place that is named is in it', async () => {
  const change = fc.tuple(fc.nat(whole.length), fc.nat(12), splinter);
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      const text = changes.reduce(
        (before, [at, gone, put]) => before.slice(0, at) + put + before.slice(at + gone),
        whole,
      );
      const result = await load(text);
      if (result.ok) return;
      const lines = text.split('\n');
      expect(result.problems.length).toBeGreaterThan(0);
      for (const { line = 0, column = 0, detail } of result.problems) {
        expect(detail).not.toBe('');
        expect(line).toBeGreaterThan(0);
        expect(line).toBeLessThanOrEqual(lines.length);
        expect(column).toBeGreaterThan(0);
        expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
      }
    }),
    { numRuns: 500 },
  );
});
