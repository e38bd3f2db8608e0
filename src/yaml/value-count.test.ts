import { Lexer } from 'yaml';
import { expect, test } from 'vitest';
import { parseTree } from './tree.ts';
import { ValueCount } from './value-count.ts';

function counted(text: string): number {
  const count = new ValueCount();
  return Math.max(...[...new Lexer().lex(text)].map((lexeme) => count.with(lexeme)));
}

function valuesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, each) => sum + valuesIn(each), 1);
}

const texts: Record<string, string> = {
  'a list': '[1, "2", \'3\', four]',
  'a list that ends with a comma': '[1, 2, 3,]',
  'lists in a list': '[[1], [], [2], {}]',
  'maps in a list': '[{ a: 1, "b": 2 }, { c: 3 }]',
  'pairs in a list': '[a: 1, b: 2]',
  'keys without values': '{ a, b, c, d }',
  'a block list': '- 1\n- -\n- - 2\n',
  'a block list of nothing': '-\n-\n-\n-\n',
  'a block map': 'a: 1\nb: "2"\nc:\n  d: 3\n',
  'a block map of nothing': 'a:\nb:\nc:\nd:\n',
  'explicit keys': '? a\n? b\n? c\n: 1\n',
  'texts that look like signs': 'a: ",,,,,"\nb: |\n  ,\n  - - -\n  [[[[\nc: >-\n  : : :\nd: -,-\n',
  'text over several lines': 'a: one\n  two\n  three\nb: "one\n  two"\n',
  comments: '# - - -\na: 1 # , , ,\n# [[[\n',
  aliases: 'a: &a 1\nb: [*a, *a, *a]\n',
};

test.each(Object.entries(texts))('%s: never more than there are, and at least half', (_name, text) => {
  const { value, problems } = parseTree(text);
  expect(problems).toEqual([]);
  const actual = valuesIn(value);
  expect([counted(text) <= actual, counted(text) * 2 + 1 >= actual]).toEqual([true, true]);
});
