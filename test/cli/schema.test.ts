import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isRecord } from '../../src/yaml/schema-walk.ts';
import { runHere } from './here.ts';
import { root, run } from './run.ts';
import { built } from '../support/built.ts';

const committed = async (): Promise<unknown> => JSON.parse(await readFile(`${root}docs/bellcrank.schema.json`, 'utf8'));

test('the committed schema is what the program makes (node src/main.ts schema > docs/bellcrank.schema.json)', async () => {
  const { code, stdout } = await run(built(), ['schema']);
  expect(code).toBe(0);
  expect(await committed()).toEqual(JSON.parse(stdout));
});

test('editors accept the lab, and mark what is wrong in it', async () => {
  const accepts = new Ajv({ strict: false, allErrors: true }).compile((await committed()) as object);
  const text = await readFile(`${root}examples/lab/bellcrank.yaml`, 'utf8');
  expect([accepts(parse(text)), accepts.errors]).toEqual([true, null]);
  expect(accepts(parse(text.replace('options: { topic: plug-2 }', 'options: { topik: plug-2 }')))).toBe(false);
});

describe('definitions', () => {
  const committedDefinition = async (): Promise<unknown> =>
    JSON.parse(await readFile(`${root}docs/definition.schema.json`, 'utf8'));

  test('their committed schema is what the program makes (schema --definition > docs/definition.schema.json)', async () => {
    const { code, stdout } = await runHere(['schema', '--definition']);
    expect(code).toBe(0);
    expect(await committedDefinition()).toEqual(JSON.parse(stdout));
  });

  test('editors accept one, mark what is wrong in it, and have words for every key', async () => {
    const schema = await committedDefinition();
    const accepts = new Ajv({ strict: false, allErrors: true }).compile(schema as object);
    const text = `model: m
properties:
  p: { schema: { type: number }, read: { steps: [{ waitMs: 5 }, { send: R, expect: ['{value:%f}'] }] } }
`;
    expect([accepts(parse(text)), accepts.errors]).toEqual([true, null]);
    expect(accepts(parse(text.replace('send', 'sned')))).toBe(false);
    expect(undescribed(schema, '')).toEqual([]);
  });

  /** Keys without a description, by their paths. */
  function undescribed(schema: unknown, path: string): string[] {
    if (!isRecord(schema)) return [];
    const keys = isRecord(schema['properties']) ? Object.entries(schema['properties']) : [];
    return Object.entries(schema)
      .flatMap(([key, inner]) => (key === 'properties' ? [] : undescribed(inner, `${path}/${key}`)))
      .concat(
        keys.flatMap(([key, inner]) => [
          ...(isRecord(inner) && !('description' in inner) && !('$ref' in inner) ? [`${path}/${key}`] : []),
          ...undescribed(inner, `${path}/${key}`),
        ]),
      );
  }
});
