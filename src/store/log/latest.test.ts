import { expect, test } from 'vitest';
import { makeRecord } from '../../../test/support/store.ts';
import { latestCommands } from './latest.ts';
import { commandLine, factLine } from './line.ts';

test('of each command the last entry counts, with the text of its record', () => {
  const ended = makeRecord('a', 'ended', { params: { text: '"}\\ü' } });
  const texts = [makeRecord('a', 'sent'), makeRecord('b', 'queued'), ended].map((record) => commandLine(record).text);
  const found = latestCommands([factLine('c:a', 1).text, ...texts, factLine('a', 2).text]);
  expect(found.map(({ record }) => record)).toEqual([ended, makeRecord('b', 'queued')]);
  for (const { record, text } of found) expect(text).toBe(JSON.stringify(record));
});

test('an id that JSON writes otherwise, and a record that was written in another order, are the same commands', () => {
  const id = 'a"b\\c';
  const { id: _, ...rest } = makeRecord(id, 'ended');
  const texts = [
    commandLine(makeRecord(id, 'sent')).text,
    JSON.stringify({ record: { ...rest, id }, kind: 'command' }),
  ];
  const [found, ...others] = latestCommands(texts);
  expect(others).toEqual([]);
  expect(found?.record).toEqual({ ...rest, id });
  expect(JSON.parse(found?.text ?? '')).toEqual(found?.record);
});

test('what is no entry is no command', () => {
  expect(latestCommands(['', 'null', '{"kind":"command","record":{"id":"a"', '{"kind":"command","record":5}'])).toEqual(
    [],
  );
});
