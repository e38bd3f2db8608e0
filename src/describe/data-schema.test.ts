import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dataSchema } from './data-schema.ts';

const types = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'];
const options = { strict: false, logger: false } as const;
const draft2020 = new Ajv2020(options);
const draft07 = new Ajv(options);

test.each([
  [
    'a union of constants',
    {
      anyOf: [
        { const: 'a', type: 'string' },
        { const: 'b', type: 'string' },
      ],
    },
    { type: 'string', enum: ['a', 'b'] },
  ],
  [
    'several types',
    { type: ['number', 'null'], minimum: 0, unit: 'V' },
    { minimum: 0, unit: 'V', oneOf: [{ type: 'number' }, { type: 'null' }] },
  ],
  ['a type that another one has in it', { type: ['integer', 'number'] }, { type: 'number' }],
  ['one type in a list', { type: ['string'] }, { type: 'string' }],
  [
    'a choice of types',
    { anyOf: [{ type: 'integer', maximum: 9 }, { type: 'null' }] },
    { oneOf: [{ type: 'integer', maximum: 9 }, { type: 'null' }] },
  ],
  [
    'a tuple',
    { type: 'array', prefixItems: [{ type: 'number' }, true] },
    { type: 'array', items: [{ type: 'number' }, dataSchema({})] },
  ],
  [
    'what leads elsewhere',
    { type: 'object', $id: 'x', $comment: 'y', properties: { a: { $ref: '#/x', type: 'number' } } },
    { type: 'object', properties: { a: { type: 'number' } } },
  ],
  [
    'what only narrows',
    { type: 'object', additionalProperties: false, minProperties: 1, anyOf: [{ required: ['x'] }] },
    { type: 'object', additionalProperties: false, minProperties: 1, anyOf: [{ required: ['x'] }] },
  ],
])('%s', (_, schema, expected) => {
  expect(dataSchema(schema)).toEqual(expected);
});

test('texts of devices are short and harmless', () => {
  const { title, description } = dataSchema({ type: 'string', title: '\u001b[2J', description: 'x'.repeat(9999) });
  expect(title).toBe('\\u001b[2J');
  expect(String(description).length).toBeLessThan(600);
});

const leaf = fc.record(
  {
    type: fc.oneof(fc.constantFrom(...types), fc.uniqueArray(fc.constantFrom(...types), { minLength: 1 })),
    minimum: fc.integer({ min: -3, max: 3 }),
    maxLength: fc.integer({ min: 0, max: 3 }),
    enum: fc.uniqueArray(fc.constantFrom(1, 'a', true), { minLength: 1 }),
    const: fc.constantFrom(1, 'a', null),
  },
  { requiredKeys: [] },
);

const { schema } = fc.letrec<{ schema: object }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'xsmall', maxDepth: 3 },
    leaf,
    fc.record(
      {
        anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }),
        type: fc.constantFrom('object', 'number'),
        properties: fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), tie('schema'), { maxKeys: 2 }),
        items: tie('schema'),
        required: fc.constant(['a']),
        additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
      },
      { requiredKeys: [] },
    ),
  ),
}));

const value = fc.oneof(
  fc.constantFrom(1, 'a', true, null, -2, 2.5, 'long text', 7),
  fc.array(fc.constantFrom(1, 'a', null), { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(1, 'a', null, 'text'), { maxKeys: 3 }),
);

test('it takes exactly what the schema takes, and every part of it has one type, or says what else it is', () => {
  fc.assert(
    fc.property(schema, fc.array(value, { minLength: 8, maxLength: 16 }), (before, values) => {
      const after = dataSchema(before);
      const takes = draft2020.compile(before);
      const fits = draft07.compile(after);
      for (const each of values) expect([each, fits(each)]).toEqual([each, takes(each)]);
      expectTyped(after);
    }),
    { numRuns: 60 },
  );
});

function expectTyped(part: Readonly<Record<string, unknown>>): void {
  const { type, oneOf = [], properties = {}, items } = part;
  expect([undefined, ...types]).toContain(type);
  expect(Object.keys(part)).toContainEqual(expect.stringMatching(/^(type|oneOf|enum|const)$/));
  for (const each of [
    ...(oneOf as object[]),
    ...Object.values(properties as object),
    ...(items === undefined ? [] : [items]),
  ]) {
    expectTyped(each as Record<string, unknown>); // a schema has schemas in it
  }
}
