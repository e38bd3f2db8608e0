import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isRecord } from '../../src/yaml/schema-walk.ts';
import { root, run } from './run.ts';
import { built } from '../support/built.ts';

const page = await readFile(join(root, 'docs/configuration.md'), 'utf8');

/** The fenced block that follows a mark. */
function block(mark: string): string {
  const [, after = ''] = page.split(mark);
  return /```\w+\n([^]*?)```/.exec(after)?.[1] ?? '';
}

test('the error that the page shows is what the program prints', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bellcrank-docs-'));
  try {
    const file = join(folder, 'bad.yaml');
    await writeFile(file, block('<!-- file: bad.yaml -->'));
    const { code, stderr } = await run(built(), ['check', file], { BELLCRANK_PORT: 'http' });
    expect(code).toBe(1);
    expect(stderr.replaceAll(`${folder}/`, '')).toBe(block('<!-- prints -->'));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the page has a row for every key', async () => {
  const schema: unknown = JSON.parse(await readFile(join(root, 'docs/bellcrank.schema.json'), 'utf8'));
  const keys = new Set<string>();
  const collect = (node: unknown, name: string): void => {
    if (!isRecord(node) || name === 'secret') return;
    for (const [key, value] of Object.entries(isRecord(node['properties']) ? node['properties'] : {})) {
      keys.add(key);
      // Options belong to drivers and simulators, whose own pages have them.
      if (key !== 'options') collect(value, key);
    }
    for (const key of ['additionalProperties', 'patternProperties', 'definitions']) {
      const inner = node[key];
      if (key === 'additionalProperties') collect(inner, name);
      else if (isRecord(inner)) for (const [pattern, value] of Object.entries(inner)) collect(value, pattern);
    }
  };
  collect(schema, '');
  expect(keys.size).toBeGreaterThan(40);
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .join('\n');
  expect([...keys].filter((key) => !rows.includes(`\`${key}\``))).toEqual([]);
});
