import type { JsonSchema } from '../../../../src/driver/index.ts';
import { typeOf } from '../../template/index.ts';
import type { Path } from '../../definition/definition.ts';
import { entriesOf, error } from '../../definition/scope.ts';
import type { RawProperty } from '../schema/definition.ts';
import type { RawFields } from '../schema/message.ts';
import type { FieldMeaning, FieldMeanings } from '../topic-map.ts';
import type { TopicScope } from './scope.ts';

type RawMeaning = RawFields[string];

/** How fields are written, each by the schema of what clients see. */
export function meaningsOf(
  scope: TopicScope,
  raw: RawFields | undefined,
  path: Path,
  schemaOf: (name: string) => JsonSchema | undefined,
): FieldMeanings {
  return Object.fromEntries(
    entriesOf(raw).map(([name, one]) => [name, meaningFrom(scope, one, schemaOf(name), [...path, name])]),
  );
}

/** How the property's value is written, everywhere that it stands. */
export function valueMeaning(scope: TopicScope, raw: RawProperty, path: Path): FieldMeanings {
  const { scale, offset, decimals, values, schema } = raw;
  if ([scale, offset, decimals, values].every((one) => one === undefined)) return {};
  const given = {
    ...(scale !== undefined && { scale }),
    ...(offset !== undefined && { offset }),
    ...(decimals !== undefined && { decimals }),
    ...(values !== undefined && { values }),
  };
  return { value: meaningFrom(scope, given, schema, path) };
}

function meaningFrom(scope: TopicScope, raw: RawMeaning, schema: JsonSchema | undefined, path: Path): FieldMeaning {
  const { scale = 1, offset = 0, decimals, values } = raw;
  if (scale === 0) scope.report(error([...path, 'scale'], 'must not be 0'));
  const words = values && entriesOf(values).map(([key, wire]) => ({ value: valueFor(key, schema), wire }));
  if (words !== undefined) checkWords(scope, words, [...path, 'values']);
  return {
    scale: scale || 1,
    offset,
    whole: schema?.['type'] === 'integer',
    ...(decimals !== undefined && { decimals }),
    ...(words !== undefined && { values: words }),
  };
}

/** Keys of YAML are text: they are values of the schema's type. */
function valueFor(key: string, schema: JsonSchema | undefined): unknown {
  const type = schema && typeOf(schema);
  if (type === 'boolean' && (key === 'true' || key === 'false')) return key === 'true';
  return (type === 'number' || type === 'integer') && Number.isFinite(Number(key)) ? Number(key) : key;
}

function checkWords(scope: TopicScope, words: NonNullable<FieldMeaning['values']>, path: Path): void {
  const seen = new Set<unknown>();
  for (const { value, wire } of words) {
    if (seen.has(wire))
      scope.report(error([...path, String(value)], `${JSON.stringify(wire)} already means another value`));
    seen.add(wire);
  }
}
