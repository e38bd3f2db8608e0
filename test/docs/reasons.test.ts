import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { notSentReasons } from '../../src/errors.ts';

test('docs/outcomes.md says of every reason for which nothing was sent what it means', async () => {
  const page = await readFile(new URL('../../docs/outcomes.md', import.meta.url), 'utf8');
  const [, why = ''] = page.split('## Why was it `not-sent`?');
  const [table = ''] = why.split('Nothing is kept to be sent later');
  const said = [...table.matchAll(/^\| `([a-z]+)` /gm)].flatMap(([, reason = '']) =>
    reason === 'reason' ? [] : [reason],
  );
  expect(new Set(said)).toEqual(new Set(notSentReasons));
});
