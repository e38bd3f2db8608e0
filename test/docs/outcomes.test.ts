import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { httpOver } from '../support/http.ts';
import { createRig } from '../support/rig.ts';
import { toyDriver } from '../support/toy.ts';

interface Choice {
  readonly enum: readonly string[];
}

test('docs/outcomes.md has every reason for which a command is not sent, and no other', async () => {
  const page = await readFile(new URL('../../docs/outcomes.md', import.meta.url), 'utf8');
  const [, table = ''] = page.split('## Why was it `not-sent`?');
  const shown = [...(table.split('\n## ')[0] ?? '').matchAll(/^\| `([a-z]+)`/gm)].map(([, reason = '']) => reason);
  const http = await httpOver(createRig(toyDriver(), {}, []));
  const document = (await http.inject('/openapi.json')).json<{ components: { schemas: { NotSentReason: Choice } } }>();
  expect(shown.toSorted()).toEqual(['reason', ...document.components.schemas.NotSentReason.enum].toSorted());
});
