import { expect, test } from 'vitest';
import { Type } from '@sinclair/typebox';
import { inspect } from './inspect.ts';
import { parseTree } from './tree.ts';

const inQuotes = (sign: string): string => `a text that begins with ${sign} must stand in quotes`;
const indentation = (column: number, columns: string): string =>
  `this line begins in column ${column}, and what it may stand beside in column ${columns}: mind its indentation`;

const texts: readonly (readonly [name: string, text: string, place: string, detail: string])[] = [
  ['a tab', 'line:\n\techo: true\n', '2:1', 'lines are indented with spaces, and here is a tab'],
  ['a key less indented than its sisters', 'a:\n    b:\n      c: 1\n  d: 2\n', '4:3', indentation(3, '1, 5 or 7')],
  ['one after which nothing fits', 'a:\n  b: 1\n    c: 2\n   d: 3\n  e: 4\nf: 5\n', '3:5', indentation(5, '1 or 3')],
  [
    'one that the rest does not fit',
    'p:\n  a:\n    b: 1\n   c: 2\n    d: 3\n    e: 4\n',
    '4:4',
    indentation(4, '1, 3 or 5'),
  ],
  ['a key further in than its sister', 'a: 1\n\n# why\n  b: 2\n', '4:3', indentation(3, '1')],
  ['one further in, below a map', 'a:\n  b: { c: 1 }\n    d: 2\n', '3:5', indentation(5, '1 or 3')],
  ['one between an item and its key', 'a:\n  - b: 1\n   c: 2\n', '3:4', indentation(4, '1, 3 or 5')],
  ['no space behind a colon', 'a: 1\nb:2\nc: 3\n', '2:3', 'a space is missing behind the colon'],
  ['no space behind a colon in an item', 'a:\n  - b:2\n    c: 3\n', '2:7', 'a space is missing behind the colon'],
  ['no space behind a hyphen', 'a:\n-b\n', '2:2', 'a space is missing behind the -'],
  ['no colon', 'a: 1\nb\nc: 2\n', '2:1', 'a key needs a colon and a space behind it'],
  ['a colon in a text', 'a: b: c\n', '1:4', 'a text with a colon and a space behind it must stand in quotes'],
  [
    'no comma',
    'a: { b: 1 c: 2 }\n',
    '1:9',
    'a comma is missing between this and the next key, or this is a text with a colon and a space behind it, which must stand in quotes',
  ],
  ['@', 'a: @01\n', '1:4', inQuotes('@')],
  ['%', 'a: %d\n', '1:4', inQuotes('%')],
  ['`', 'a: `b\n', '1:4', inQuotes('`')],
  ['?', 'a: ?\nb: 1\n', '1:4', inQuotes('?')],
  ['{', 'a: {b} c\n', '1:8', inQuotes('{')],
  ['[', 'a: [b] c\n', '1:8', inQuotes('[')],
  ['|', 'a: |b\n', '1:5', inQuotes('|')],
  ['>', 'a: >b\n', '1:5', inQuotes('>')],
  [
    '*',
    'a: *b\n',
    '1:4',
    'begins with *, which stands for a value that has been named with &, and none has; quotes make a text of it',
  ],
  ['&', 'a: &b\nc: 1\n', '1:6', 'begins with &, which names a value, and there is none; quotes make a text of it'],
  ['!', 'a: !b c\n', '1:7', 'begins with !, which makes it a tag that means nothing here; quotes make a text of it'],
  [
    "a '",
    "a: 'b'c'\n",
    '1:7',
    "the text in quotes ends before this: a ' in it is written twice, or one further up is not closed",
  ],
  [
    'a "',
    'a: "b" c\n',
    '1:8',
    'the text in quotes ends before this: a " in it is written \\", or one further up is not closed',
  ],
  ['a " that is not closed', 'a: 1\nb: "c\nd: 2\n', '2:4', 'the " that stands here is not closed'],
  [
    'a { that is not closed',
    'a: { b: 1\nc: 2\n',
    '2:1',
    'before this a } is missing, or it stands further left than it may',
  ],
  ["a ' that is not closed, with one written twice", "a: 'b''c\nd: 2\n", '1:4', "the ' that stands here is not closed"],
  ['a " that is not closed, with one escaped', 'a: "b \\"c\nd: 2\n', '1:4', 'the " that stands here is not closed'],
  ['a } too many', 'a: {b: 1}}\n', '1:10', 'a } stands here, and nothing that it closes'],
  ['no space behind the colon of a key in quotes', '"a":1\n', '1:4', 'a space is missing behind the colon'],
  ['a tab below |', 'a: |\n\tb: 1\n', '2:1', 'lines are indented with spaces, and here is a tab'],
  [
    'a key beside the - of its item',
    'a:\n  - b: 1\n  c: 2\n',
    '3:3',
    'this line begins where the - of a list do, and has none: mind its indentation',
  ],
  [
    'an item beside a key',
    'a: 1\n- 2\n',
    '2:1',
    'here stands an item of a list, and what it stands beside is none: mind its indentation',
  ],
  ['a [ that is not closed', 'a: [b', '1:6', 'before this a ] is missing, or it stands further left than it may'],
];

test.each(texts)('%s', (_name, text, place, detail) => {
  const { problems } = parseTree(text);
  expect(problems.map(({ line, column, detail: told }) => [`${line}:${column}`, told])).toEqual([
    [place, detail.startsWith('begins') ? detail : `is not valid YAML: ${detail}`],
  ]);
});

test('a value that is named and none is one all the same where it is written', () => {
  expect(parseTree('a: &b null\nc: *b\n')).toMatchObject({ problems: [], value: { a: null, c: null } });
});

test.each(['[],', "'a',"])('that there is too much is said whatever it ends at: %s', (each) => {
  const { problems } = parseTree(`[${each.repeat(600_000)}`);
  expect(problems.map(({ detail }) => detail)).toEqual([expect.stringContaining('it has more than 500000 values')]);
});

test('thousands of mistakes in a long text are told in no time', () => {
  const text = `${'a:\n    b: 1\n  c: 2\n'.repeat(20_000)}${'- '.repeat(1000)}${' '.repeat(100_000)}"x" y\n`;
  const begun = performance.now();
  expect(parseTree(text).readable).toBe(false);
  expect(performance.now() - begun).toBeLessThan(10_000);
});

const schema = Type.Object(
  {
    line: Type.Optional(Type.Object({ rate: Type.Optional(Type.Number()) }, { additionalProperties: false })),
    send: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
const missing = ': a space is missing behind the colon';

test.each([
  ['no space behind a colon between braces', '{ line: { rate:1 } }', `is not a known key${missing}`],
  ['no space behind the only colon', 'line:\n  rate:1\n', `must be object, not a string${missing}`],
  ['an address is no such mistake', 'line: http://a', 'must be object, not a string; write { rate: … }'],
  [
    '#',
    'send: #1',
    'must be string, not null: nothing stands there (what begins with # is a comment, unless it is in quotes)',
  ],
  ['{', 'send: {a}', 'must be string, not an object; a text that begins with { or [ must stand in quotes'],
  ['[', 'send: [a]', 'must be string, not an array; a text that begins with { or [ must stand in quotes'],
  ['a number', 'send: 1', 'must be string, not a number; put it in quotes'],
])('YAML has made something else of it: %s', (_name, text, detail) => {
  expect(inspect(schema, parseTree(text).value, []).map((finding) => finding.detail)).toEqual([detail]);
});
