import type { JsonSchema } from '../../../src/driver/index.ts';
import { propertySchema, topicMapSchema } from './schema/definition.ts';
import { errorsSchema, pushedSchema, replySchema, sendSchema, stepsSchema } from './schema/message.ts';

/** Parts that stand in many places, and once in the file for editors. */
export const sharedTopicParts: Readonly<Record<string, JsonSchema>> = {
  topicSend: sendSchema,
  topicReply: replySchema,
  topicErrors: errorsSchema,
  topicSteps: stepsSchema,
  topicFields: pushedSchema.properties.fields,
  topicJson: pushedSchema.properties.json,
  topicMatch: pushedSchema.properties.match,
  topicEach: propertySchema.properties.each,
};

/** The language's schema, with what stands in it many times referred to. */
export function compactTopicSchema(): JsonSchema {
  const names = new Map(Object.entries(sharedTopicParts).map(([name, schema]) => [JSON.stringify(schema), name]));
  const referring = (value: unknown, isTop: boolean): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const name = isTop ? undefined : names.get(JSON.stringify(value));
    if (name !== undefined) return { $ref: `#/definitions/${name}` };
    if (Array.isArray(value)) return value.map((item) => referring(item, false));
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, referring(member, false)]));
  };
  const parts = Object.entries(sharedTopicParts).map(([name, schema]) => [name, referring(schema, true)]);
  return { ...Object(referring(topicMapSchema, true)), definitions: Object.fromEntries(parts) } as JsonSchema;
}
