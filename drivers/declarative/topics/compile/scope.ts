import type { JsonSchema } from '../../../../src/driver/index.ts';
import type { Path } from '../../definition/definition.ts';
import type { Constants } from '../../definition/each.ts';
import { type BaseScope, entriesOf, own } from '../../definition/scope.ts';
import type { RawTopicMap } from '../schema/definition.ts';
import type { ErrorRule, FieldMeanings, Pushed } from '../topic-map.ts';

/** A property, as far as replies speak of it. */
export interface KnownProperty {
  readonly schema: JsonSchema;
  readonly constants: Constants;
  readonly pushed?: Pushed;
}

/** What every part of a map needs while it is compiled. */
export interface TopicScope extends BaseScope {
  readonly raw: RawTopicMap;
  readonly paths: ReadonlySet<string>;
  readonly replyTimeoutMs: number;
  /** The definition's own rules, which every exchange has after its own. */
  readonly errors: readonly ErrorRule[];
  readonly properties: ReadonlyMap<string, KnownProperty>;
}

/** What names mean where a message stands. */
export interface Meaning {
  /** Parameters, or `value`: what can be sent, and what an answer must equal. */
  readonly params: Readonly<Record<string, JsonSchema>>;
  /** Fields that only answers tell. */
  readonly told: Readonly<Record<string, JsonSchema>>;
  readonly constants: Constants;
  /** Of the property itself: how `value` is written. */
  readonly fields: FieldMeanings;
  /** The property that `state` stands for. */
  readonly self?: string;
}

export const noMeaning: Meaning = { params: {}, told: {}, constants: {}, fields: {} };

/** Fresh for each question, so that its answer is told from others. */
const idSchema: JsonSchema = { type: 'integer', minimum: 0 };

/** What has a value when a message is sent. */
export function sendableOf(scope: TopicScope, { params, constants }: Meaning): Readonly<Record<string, JsonSchema>> {
  const fixed = entriesOf(constants).map(
    ([name, value]) => [name, { type: typeof value === 'number' ? 'integer' : 'string' }] as const,
  );
  return { id: idSchema, ...scope.optionSchemas, ...Object.fromEntries(fixed), ...params };
}

export function schemaIn(scope: TopicScope, meaning: Meaning, name: string): JsonSchema | undefined {
  return own(meaning.told, name) ?? own(sendableOf(scope, meaning), name);
}

export type { Path };
