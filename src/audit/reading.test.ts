import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../test/support/store.ts';
import { exportAudit } from './export.ts';
import { bodyOf, chained, genesis, type Head } from './line.ts';
import { readPage } from './page.ts';
import { linesBackward, splitLines } from './segments.ts';
import type { AuditEntry } from './entry.ts';

const hour = (number: number): string => `2026-01-01T${String(number).padStart(2, '0')}:00:00.000Z`;

/** One entry an hour, five in a file. */
function logOf(entries: readonly Partial<AuditEntry>[]): string {
  const directory = temporaryDirectory();
  let head: Head = genesis;
  const lines = entries.map((entry, index) => {
    const whole = { what: 'command', by: 'key:ci', from: '192.0.2.7', ...entry };
    const { text, ...next } = chained(head, hour(index), bodyOf(whole));
    head = next;
    return `${text}\n`;
  });
  for (let from = 0; from < lines.length; from += 5) {
    writeFileSync(join(directory, `0000000${from / 5 + 1}.jsonl`), lines.slice(from, from + 5).join(''));
  }
  return directory;
}

const twelve = Array.from({ length: 12 }, (_, index) => ({ device: index % 3 === 0 ? 'psu-1' : 'psu-2' }));

async function pagesOf(directory: string, query: { device?: string; limit: number }): Promise<number[][]> {
  const pages: number[][] = [];
  let before: number | undefined;
  do {
    const { items, next } = await readPage(directory, { ...query, before });
    pages.push(items.map(({ seq }) => seq));
    before = next;
  } while (before !== undefined);
  return pages;
}

test('pages go back in time over all files, with and without a filter', async () => {
  const directory = logOf(twelve);
  expect(await pagesOf(directory, { limit: 5 })).toEqual([
    [12, 11, 10, 9, 8],
    [7, 6, 5, 4, 3],
    [2, 1],
  ]);
  expect(await pagesOf(directory, { device: 'psu-1', limit: 3 })).toEqual([[10, 7, 4], [1]]);
  expect(await pagesOf(directory, { device: 'none', limit: 3 })).toEqual([[]]);
  expect(await pagesOf(join(directory, 'none'), { limit: 3 })).toEqual([[]]);
});

test('others have their turn while a page is looked for in thousands of entries', async () => {
  const directory = temporaryDirectory();
  let head: Head = genesis;
  let text = '';
  for (let entry = 0; entry < 5000; entry++) {
    const next = chained(head, hour(1), bodyOf({ what: 'command', by: 'key:ci', from: undefined }));
    head = next;
    text += `${next.text}\n`;
  }
  writeFileSync(join(directory, '00000001.jsonl'), text);
  let turns = 0;
  const page = await readPage(directory, { device: 'none', limit: 10 }, async () => void turns++);
  expect(page).toMatchObject({ items: [], next: 1 });
  expect(turns).toBeGreaterThan(20);
});

test('lines come backward as they come forward', () => {
  const bytes = Buffer.from('one\n\nthree\n\nrest');
  for (const text of ['', '\n', 'rest', 'one\n', '\n\n', bytes.toString()]) {
    const all = splitLines(Buffer.from(text)).lines.map(String).toReversed();
    expect([...linesBackward(Buffer.from(text))].map(String)).toEqual(all);
  }
});

test('what is not as it was written is passed over and counted', async () => {
  const directory = logOf(twelve);
  const path = join(directory, '00000002.jsonl');
  writeFileSync(path, readFileSync(path, 'utf8').replace('psu-1', 'psu-9'));
  expect(await readPage(directory, { limit: 20 })).toMatchObject({ damaged: 1, items: { length: 11 } });
  const written: string[] = [];
  const all = { from: -Infinity, to: Infinity, format: 'jsonl' } as const;
  expect(exportAudit(directory, all, (text) => written.push(text))).toBe(1);
  expect(written.join('').split('\n')).toHaveLength(12);
});

test('an export is of a time, its start included and its end not, and its lines are those of the log', () => {
  const directory = logOf(twelve);
  const written: string[] = [];
  const some = { from: Date.parse(hour(3)), to: Date.parse(hour(5)), format: 'jsonl' } as const;
  expect(exportAudit(directory, some, (text) => written.push(text))).toBe(0);
  expect(written.join('')).toBe(
    `${readFileSync(join(directory, '00000001.jsonl'), 'utf8').split('\n').slice(3, 5).join('\n')}\n`,
  );
});

test('no cell of a table is a formula, and none breaks out of its place', () => {
  const nasty = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\tx', 'a"b,c\r\nd', 'fine'];
  const directory = logOf(nasty.map((detail) => ({ detail, params: { text: detail } })));
  const written: string[] = [];
  exportAudit(directory, { from: -Infinity, to: Infinity, format: 'csv' }, (text) => written.push(text));
  const text = written.join('');
  const [head = ''] = text.split('\r\n');
  expect(head).toBe('seq,at,what,by,from,device,simulated,command,id,outcome,code,detail,params,hash');
  const details = [
    ...text.matchAll(/"key:ci","192\.0\.2\.7",,,,,,,("(?:[^"]|"")*"),("(?:[^"]|"")*"),"[0-9a-f]{64}"\r\n/g),
  ];
  expect(details.map(([, detail]) => detail)).toEqual([
    `"'=1+1"`,
    `"'+1"`,
    `"'-1"`,
    `"'@SUM(A1)"`,
    `"'\t=1"`,
    `"' =1"`,
    `"'\tx"`,
    '"a""b,c\r\nd"',
    '"fine"',
  ]);
});
