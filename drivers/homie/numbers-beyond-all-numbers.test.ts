import { expect, test } from 'vitest';
import { assertSchema } from '../../src/driver/schema.ts';
import { typeOf } from './types.ts';
import { readSchema, writeSchema } from './values.ts';

test.each([
  ['float', '0:1e999'],
  ['float', '-1e999:'],
  ['integer', '0:10:1e999'],
  ['json', '{"multipleOf":1e999}'],
  ['json', '{"type":"object","properties":{"a":{"const":1e999}}}'],
  ['json', '{"enum":[1,-1e999]}'],
  ['json', '{"minimum":1e999}'],
])('%s %s makes no schema that JSON cannot hold', (datatype, format) => {
  const type = typeOf(datatype, format, 5);
  if (typeof type === 'string') return expect(type).toContain('not understood');
  for (const schema of [readSchema(type), writeSchema(type)]) {
    assertSchema(schema);
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  }
});
