import type { JsonSchema } from '../../../src/driver/index.ts';
import { compactTopicSchema } from '../topics/json-schema.ts';
import { propertySchema } from './schema/affordances.ts';
import { definitionSchema } from './schema/definition.ts';
import { errorsSchema, exchangeKeys, exchangeSchema, replySchema, stepsSchema } from './schema/exchange.ts';

/** Parts that stand in many places, and once in the file for editors. */
const shared: Readonly<Record<string, JsonSchema>> = {
  exchange: exchangeSchema,
  steps: stepsSchema,
  reply: replySchema,
  errors: errorsSchema,
  expect: exchangeKeys.expect,
  rewrite: exchangeKeys.rewrite,
  fields: exchangeKeys.fields,
  each: propertySchema.properties.each,
};

/**
 * The schema of a definition, for editors: completion, hover texts and a first check. `bellcrank check` checks more, with
 * better words. Written in draft 07, which they all know.
 */
export function definitionJsonSchema(): JsonSchema {
  const { definitions, ...text } = compactSchema();
  const { definitions: ofTopics, ...topics } = compactTopicSchema();
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Bellcrank definition',
    type: 'object',
    // By the key that tells the dialect, so that editors speak of one of them and not of both.
    if: { required: ['topics'] },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema, and nobody awaits a schema
    then: topics,
    else: text,
    definitions: { ...Object(definitions), ...Object(ofTopics) } as JsonSchema,
  };
}

/** The language's schema, with what stands in it many times referred to: it takes half the time to compile. */
export function compactSchema(): JsonSchema {
  const names = new Map(Object.entries(shared).map(([name, schema]) => [JSON.stringify(schema), name]));
  const referring = (value: unknown, isTop: boolean): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const name = isTop ? undefined : names.get(JSON.stringify(value));
    if (name !== undefined) return { $ref: `#/definitions/${name}` };
    if (Array.isArray(value)) return value.map((item) => referring(item, false));
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, referring(member, false)]));
  };
  const parts = Object.entries(shared).map(([name, schema]) => [name, referring(schema, true)]);
  return {
    ...Object(referring(definitionSchema, true)),
    definitions: Object.fromEntries(parts),
  } as JsonSchema;
}
