import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { root, run } from './run.ts';

const committed = async (): Promise<unknown> => JSON.parse(await readFile(`${root}docs/bellcrank.schema.json`, 'utf8'));

test('the committed schema is what the program makes (node src/main.ts schema > docs/bellcrank.schema.json)', async () => {
  const { code, stdout } = await run('src/main.ts', ['schema']);
  expect(code).toBe(0);
  expect(await committed()).toEqual(JSON.parse(stdout));
});

test('editors accept the lab, and mark what is wrong in it', async () => {
  const accepts = new Ajv({ strict: false, allErrors: true }).compile((await committed()) as object);
  const text = await readFile(`${root}examples/lab/bellcrank.yaml`, 'utf8');
  expect([accepts(parse(text)), accepts.errors]).toEqual([true, null]);
  expect(accepts(parse(text.replace('options: { topic: plug-2 }', 'options: { topik: plug-2 }')))).toBe(false);
});
