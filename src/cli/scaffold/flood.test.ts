import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { RecordedEvent, Recording } from '../../recording/index.ts';
import { maxGroups } from './text/exchanges.ts';
import { scaffold } from './print.ts';

const recordingOf = (texts: readonly string[]): Recording => ({
  header: {},
  events: texts.map((text, at): RecordedEvent => {
    return { at, kind: text.startsWith('>') ? 'sent' : 'heard', bytes: Buffer.from(text.slice(1), 'latin1') };
  }),
});

/** Letters alone, so that no two are alike but for their numbers. */
const word = (index: number): string => String(index).replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '');

const floods: Readonly<Record<string, readonly string[]>> = {
  'the same question, again and again': Array.from({ length: 140_000 }, (_, index) => `>V ${index}\n`),
  'refusals, no two of them the same': Array.from({ length: 20_000 }, (_, index) => [
    `>V ${index}\n`,
    `<e${word(index)}\n`,
  ]).flat(),
  'things said unasked, no two of them the same': [
    ...Array.from({ length: 100_000 }, (_, index) => `<${word(index)}\n`),
    '>A?\n',
    '<1\n',
  ],
};

test.for(Object.entries(floods))('a draft stays of a size for people: %s', ([, texts]) => {
  const text = scaffold(recordingOf(texts), 'flood');
  expect(text.length).toBeLessThan(100_000);
  expect(parse(text)).toMatchObject({ model: 'flood', line: { outTerminator: '\n' } });
});

test('a recording of more questions than a draft may have is refused', () => {
  const asked = (count: number) => recordingOf(Array.from({ length: count }, (_, index) => `>${word(index)}?\n`));
  expect(() => scaffold(asked(maxGroups + 1), 'flood')).toThrow(`more than ${maxGroups} different things`);
  expect(scaffold(asked(maxGroups), 'flood')).toContain(`${word(maxGroups - 1)}?`);
});

test('a terminator is looked for among the last few characters', () => {
  const ends = (count: number, last: string) => `>${'\n'.repeat(count)}${last}`;
  const began = performance.now();
  scaffold(recordingOf([ends(300_000, '\n'), ends(299_000, '\r')]), 'flood');
  // Comparing all of them with each other takes many minutes.
  expect(performance.now() - began).toBeLessThan(15_000);
});
