import { type JsonSchema, topicLevelPattern, topicPrefixPattern } from '../../../../src/driver/index.ts';
import { isRecord } from '../../../../src/yaml/schema-walk.ts';
import type { RawTopicMap } from '../schema/definition.ts';

/** Options of text that stand in a topic are one level of it each, or, in `paths`, several: the schema says so. */
export function withTopicPatterns(schema: JsonSchema, raw: RawTopicMap): JsonSchema {
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  const inTopics = new Set(topicOptions(raw));
  const entries = Object.entries(properties).map(([name, option]) => {
    if (!inTopics.has(name) || !isRecord(option) || option['type'] !== 'string') return [name, option] as const;
    const pattern = raw.topics.paths?.includes(name) === true ? topicPrefixPattern : topicLevelPattern;
    const narrowed = option['pattern'] === undefined ? { ...option, pattern } : { ...option, allOf: [{ pattern }] };
    return [name, narrowed] as const;
  });
  return { ...schema, properties: Object.fromEntries(entries) };
}

/** Options that stand in topics, in the order of the definition. */
export function topicOptions(raw: RawTopicMap): string[] {
  const named = new Set<string>();
  collect(raw, undefined);
  return Object.keys(raw.options ?? {}).filter((name) => named.has(name));

  function collect(value: unknown, key: string | undefined): void {
    if (typeof value === 'string' && key === 'topic') {
      for (const [, name = ''] of value.matchAll(/\{([\w-]+)[:}]/g)) named.add(name);
    } else if (Array.isArray(value)) for (const item of value) collect(item, undefined);
    else if (isRecord(value)) {
      for (const [name, member] of Object.entries(value)) {
        if (name !== 'examples' && name !== 'options') collect(member, name);
      }
    }
  }
}
