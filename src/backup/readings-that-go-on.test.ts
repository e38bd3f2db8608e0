import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../test/support/store.ts';
import { HistoryFile } from '../store/history/history-file.ts';
import { copyDatabase } from './copy-database.ts';

const reading = { device: 'd', property: 'p', number: null };

test('the history is copied though readings are written again and again, as it was at the beginning', async () => {
  const directory = temporaryDirectory();
  const [from, to] = [join(directory, 'history.db'), join(directory, 'copy.db')];
  const history = HistoryFile.open(from);
  onTestFinished(() => history.close());
  const add = (at: number, characters: number): void =>
    history.add([{ ...reading, at, json: JSON.stringify('x'.repeat(characters)) }]);
  for (let at = 0; at < 100; at++) add(at, 16_000);

  const until = { isOver: false };
  const copied = copyDatabase(from, to).finally(() => (until.isOver = true));
  let written = 0;
  while (!until.isOver && written < 10_000) {
    add(1000 + written++, 1);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(until.isOver, 'it was over before the last reading was written').toBe(true);
  await copied;
  const copy = new DatabaseSync(to, { readOnly: true });
  onTestFinished(() => copy.close());
  expect(copy.prepare('PRAGMA quick_check').get()).toEqual({ quick_check: 'ok' });
  expect(copy.prepare('SELECT count(*) AS count FROM samples').get()).toEqual({ count: 100 });
});
