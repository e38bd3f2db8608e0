import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drivers } from '../../drivers/index.ts';
import { check } from '../../src/dashboard/pages/device/form/check.ts';
import { present } from '../../src/dashboard/pages/device/form/present.ts';
import { isSchema, propertiesOf, type Schema } from '../../src/dashboard/pages/device/form/schema.ts';
import { validate } from '../../src/driver/schema.ts';

interface Sent {
  readonly name: string;
  readonly schema: Schema;
  readonly examples: readonly unknown[];
}

/** Everything that can be sent to any device that comes with Bellcrank. */
const all: readonly Sent[] = drivers.flatMap(({ model }) => [
  ...Object.entries(model.commands).map(([name, { params, examples = [] }]) => ({
    name: `${model.name} ${name}`,
    schema: params as Schema,
    examples: examples.map((example) => example.params),
  })),
  ...Object.entries(model.properties).flatMap(([name, { access, ...spec }]) =>
    'write' in spec && access !== 'read'
      ? [{ name: `${model.name} write:${name}`, schema: spec.write.schema ?? spec.schema, examples: [] }]
      : [],
  ),
]);

describe.each(all)('$name', ({ schema, examples }) => {
  test('has a field for each parameter, and no form within which the same form is chosen', () => {
    const shown = present(schema).schema;
    expect(Object.keys(propertiesOf(shown))).toEqual(Object.keys(propertiesOf(schema)));
    for (const [key, field] of Object.entries(propertiesOf(shown))) expect(kindOf(field), key).toBeDefined();
    if (isSchema(shown['properties'])) {
      expect(['allOf', 'anyOf', 'oneOf', 'not'].filter((keyword) => keyword in shown)).toEqual([]);
    }
  });

  test('the page and the service take the same for right, the examples among it', () => {
    for (const example of examples) expect(check(schema, example)).toEqual([]);
    const near = fc.oneof(...examples.map((example) => mutated(example)), valueFor(schema));
    fc.assert(
      fc.property(near, (value) => {
        const own = check(schema, value);
        expect({ value, right: own.length === 0 }).toEqual({ value, right: validate(schema, value).length === 0 });
      }),
      { numRuns: 60 },
    );
  });
});

/** How a field is drawn; undefined if it would be nothing. */
function kindOf(field: unknown): unknown {
  return isSchema(field) ? (field['type'] ?? field['anyOf'] ?? field['oneOf'] ?? field['enum']) : undefined;
}

/** An example with a key left out, one too many, or another value. */
function mutated(example: unknown): fc.Arbitrary<unknown> {
  if (!isSchema(example)) return other;
  const keys = Object.keys(example);
  const changed = fc
    .tuple(fc.constantFrom(...keys, 'nonsense'), other)
    .map(([key, value]) => ({ ...example, [key]: value }));
  const without = fc
    .constantFrom(...keys, 'nonsense')
    .map((gone) => Object.fromEntries(Object.entries(example).filter(([key]) => key !== gone)));
  return fc.oneof(fc.constant(example), changed, without);
}

/** What forms make, and what nobody would. */
const other: fc.Arbitrary<unknown> = fc.oneof(
  fc.boolean(),
  fc.constant(null),
  fc.integer({ min: -20, max: 300 }),
  fc.integer({ min: -2000, max: 2000 }).map((tenths) => tenths / 10),
  fc.integer({ min: -200_000, max: 200_000 }).map((thousandths) => thousandths / 1000),
  fc.string({ maxLength: 40 }),
  fc.constantFrom('on', 'off', 'auto', '#ff8800', '2026-01-31T12:00:00Z', ''),
  fc.constant([]),
  fc.constant({}),
);

/** An object with some of the keys that the schema has, or any value where it has none. */
function valueFor(schema: Schema): fc.Arbitrary<unknown> {
  const choices = [schema['enum'], schema['anyOf']]
    .flat()
    .flatMap((each) => (isSchema(each) ? [each['const']] : [each]));
  const own = choices.filter((value) => value !== undefined);
  const properties = propertiesOf(schema);
  const keys = Object.keys(properties);
  if (keys.length === 0) return own.length === 0 ? other : fc.oneof(other, fc.constantFrom(...own));
  const record = Object.fromEntries(
    keys.map((key) => [key, valueFor(isSchema(properties[key]) ? properties[key] : {})] as const),
  );
  return fc.record(record, { requiredKeys: [] });
}
