import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeRecord, temporaryDirectory } from '../../../test/support/store.ts';
import { pageCharacters } from '../page-room.ts';
import { turn } from '../thread/serve.ts';
import { commandLine } from '../log/line.ts';
import { IndexFile } from './index-file.ts';
import { Lister } from './lister.ts';

/** 300 commands, of which every 100th is a caller's own. */
function filled(): IndexFile {
  const file = IndexFile.open(join(temporaryDirectory(), 'index.db'));
  onTestFinished(() => file.close());
  const texts = Array.from({ length: 300 }, (_, n) => {
    const by = n % 100 === 0 ? 'rare' : 'panel';
    return commandLine(makeRecord(`c${String(n).padStart(3, '0')}`, 'ended', { by })).text;
  });
  file.apply({ texts, next: { segment: 1, offset: 1 } });
  return file;
}

const ids = (texts: readonly string[]): string[] => texts.map((text) => /"id":"(\w+)"/.exec(text)?.[1] ?? '');
/** `device` is what it walks: the caller is looked for in all of them. */
const query = { device: 'psu-1', by: 'rare', limit: 2 };

test('a list that finds little goes on in steps, and ends with a full page', async () => {
  const file = filled();
  const steps: number[] = [];
  const lister = new Lister((question) => Promise.resolve(question(file)).finally(() => steps.push(1)), {
    stepRows: 7,
  });
  const first = await lister.list(query);
  expect(ids(first.texts)).toEqual(['c200', 'c100']);
  expect(steps.length).toBeGreaterThan(20);
  const second = await lister.list({ ...query, before: first.next ?? '' });
  expect([ids(second.texts), second.next]).toEqual([['c000'], undefined]);
});

test.each([1, 3, 7, 50, 1000])(
  'a page that has looked at enough is short and says where to go on (steps of %d)',
  async (stepRows) => {
    const file = filled();
    const lister = new Lister((question) => Promise.resolve(question(file)), { stepRows, pageRows: 50 });
    const found: string[] = [];
    let pages = 0;
    for (let before: string | undefined = 'd'; before !== undefined; pages++) {
      const page = await lister.list({ ...query, limit: 10, before });
      found.push(...ids(page.texts));
      before = page.next;
    }
    expect(found).toEqual(['c200', 'c100', 'c000']);
    expect(pages).toBeGreaterThanOrEqual(stepRows > 50 ? 1 : 6);
  },
);

/** More than half of what a page has room for. */
const long = 'x'.repeat(pageCharacters * 0.6);

test.each([1, 2, 3, 1000])(
  'a page of long answers is short and says where to go on (steps of %d)',
  async (stepRows) => {
    const file = filled();
    const records = ['s0', 's1', 's2', 's3'].map((id, n) => {
      const result = n < 2 ? long : long + long;
      return commandLine(makeRecord(id, 'ended', { by: 'scope', result })).text;
    });
    file.apply({ texts: records, next: { segment: 1, offset: 2 } });
    const lister = new Lister((question) => Promise.resolve(question(file)), { stepRows });
    const pages: string[] = [];
    for (let before: string | undefined = 't'; before !== undefined;) {
      const page = await lister.list({ by: 'scope', limit: 10, before });
      pages.push(ids(page.texts).join(' '));
      before = page.next;
    }
    expect(pages).toEqual(['s3', 's2', 's1', 's0']);
    const some = await lister.list({ limit: 10, before: 's1' });
    expect(ids(some.texts)).toEqual(['s0', ...Array.from({ length: 9 }, (_, n) => `c${299 - n}`)]);
  },
);

test('of some devices are those alone, and how far a page comes does not tell of the others', async () => {
  const file = filled();
  const more = Array.from({ length: 5 }, (_, n) => {
    const record = makeRecord(`d${n}`, 'ended', { device: n === 4 ? 'psu-3' : 'psu-2', by: 'rare' });
    return commandLine(record).text;
  });
  file.apply({ texts: more, next: { segment: 1, offset: 2 } });
  expect(file.devices()).toEqual(['psu-1', 'psu-2', 'psu-3']);
  const lister = new Lister((question) => Promise.resolve(question(file)), { stepRows: 10, pageRows: 50 });
  const page = await lister.list({ devices: ['psu-2', 'psu-9'], limit: 3 });
  expect(ids(page.texts)).toEqual(['d3', 'd2', 'd1']);
  // Whether all of others' commands fit, some or none: a page comes as far.
  for (const filter of [{ by: 'panel' }, { by: 'rare' }, { by: 'nobody' }, { command: 'nothing' }]) {
    const none = await lister.list({ ...filter, devices: ['psu-9'], limit: 3 });
    expect([none.texts, none.next]).toEqual([[], 'c255']);
  }
});

test('what is asked while lists wait goes ahead of them, a step at most', async () => {
  const file = filled();
  let steps = 0;
  const lister = new Lister(
    (question) => {
      steps++;
      return Promise.resolve(question(file));
    },
    { stepRows: 7 },
  );
  const lists = Promise.all(Array.from({ length: 50 }, () => lister.list(query)));
  for (let turns = 0; turns < 10; turns++) {
    const before = steps;
    await turn();
    expect(steps - before).toBeLessThanOrEqual(1);
  }
  expect(new Set((await lists).map(({ texts }) => ids(texts).join()))).toEqual(new Set(['c200,c100']));
});

test('a list that fails does not hold up the next one', async () => {
  const file = filled();
  let fails = true;
  const lister = new Lister(async (question) => {
    await turn();
    if (fails) throw new Error('not now');
    return question(file);
  });
  const first = lister.list(query);
  const second = expect(first)
    .rejects.toThrow('not now')
    .then(() => (fails = false));
  await second;
  expect(ids((await lister.list(query)).texts)).toEqual(['c200', 'c100']);
});
