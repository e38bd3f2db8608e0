import { expect, test } from 'vitest';
import { schemaType } from './schema-type.ts';
import { schemaWords } from './schema-words.ts';

const object = (properties: object, more: object = {}): object => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
});

test.each([
  [true, 'unknown'],
  [false, 'never'],
  [{}, 'unknown'],
  ['text', 'unknown'],
  [{ type: 'integer' }, 'number'],
  [{ type: 'string', format: 'date' }, 'string'],
  [{ type: ['integer', 'string', 'null'] }, 'number | string | null'],
  [{ type: 'anything' }, 'unknown'],
  [{ const: 'on' }, "'on'"],
  [{ const: null }, 'null'],
  [{ const: { a: 1 } }, 'unknown'],
  [{ type: 'string', enum: ['on', 'off', "it's"] }, String.raw`'on' | 'off' | 'it\'s'`],
  [{ enum: [1, true, null, {}] }, 'unknown'],
  [{ enum: Array.from({ length: 300 }, (_, index) => index) }, 'number'],
  [{ enum: [] }, 'never'],
  [{ $ref: '#/x' }, 'unknown'],
  [{ anyOf: [{ type: 'number' }, { type: 'null' }] }, 'number | null'],
  [{ oneOf: [{ const: 1 }, { const: 1 }] }, '1'],
  [{ anyOf: [{ type: 'number' }, {}] }, 'unknown'],
  [{ type: 'array' }, 'readonly unknown[]'],
  [{ type: 'array', items: { enum: ['a', 'b'] } }, "readonly ('a' | 'b')[]"],
  [{ type: 'array', prefixItems: [{ type: 'number' }] }, 'readonly unknown[]'],
  [{ type: 'object' }, 'Readonly<Record<string, unknown>>'],
  [{ type: 'object', additionalProperties: { type: 'string' } }, 'Readonly<Record<string, string>>'],
  [object({}), 'Record<string, never>'],
  [object({ 'a-b': { type: 'number' } }, { required: ['a-b'] }), "{\n  'a-b': number;\n}"],
  [{ type: 'object', properties: { a: {} } }, '{\n  a?: unknown;\n  [more: string]: unknown;\n}'],
  [object({ a: {} }, { required: ['b'] }), '{\n  a?: unknown;\n  b: unknown;\n}'],
])('%j is %s', (schema, type) => {
  expect(schemaType(schema)).toBe(type);
});

test('members that are needed together are said beside the object', () => {
  const anyOf = [{ required: ['x'] }, { required: ['y'], properties: { y: { const: true } } }];
  const schema = object({ x: { type: 'number' }, y: { type: 'boolean' } }, { anyOf });
  expect(schemaType(schema)).toBe('{\n  x?: number;\n  y?: boolean;\n} & ({ x: unknown } | { y: true })');
});

test('an alternative that is no object says nothing of what it requires', () => {
  expect(schemaType({ anyOf: [{ required: ['x'] }, { type: 'number' }] })).toBe('unknown');
});

test('a long union has a line for each', () => {
  const names = Array.from({ length: 12 }, (_, index) => `alternative-${index}`);
  expect(schemaType({ enum: names }, '  ')).toBe(names.map((name) => `\n    | '${name}'`).join(''));
});

test('what never ends, ends', () => {
  let schema: object = { type: 'number' };
  for (let depth = 0; depth < 2000; depth += 1) schema = { type: 'array', items: schema };
  const type = schemaType(schema);
  expect(type).toContain('unknown');
  expect(type.length).toBeLessThan(500);
});

test.each([
  [{ title: 'Voltage', unit: 'V', minimum: 0, maximum: 5.5 }, 'Voltage, in V: 0 to 5.5.'],
  [{ unit: 'mm/min', exclusiveMinimum: 0, maximum: 10 }, 'In mm/min: above 0, at most 10.'],
  [{ maxLength: 8, pattern: '^[a-z]+$', default: 'x' }, 'At most 8 characters, like ^[a-z]+$, "x" by default.'],
  [{ multipleOf: 0.1, description: 'As set.' }, 'In steps of 0.1. As set.'],
  [{ title: 'ends */' }, String.raw`Ends *\/.`],
  [{ minimum: '*/ x', unit: 7, title: {} }, ''],
  [null, ''],
])('%j is said as %j', (schema, text) => {
  expect(schemaWords(schema)).toBe(text);
});
