import type { JsonSchema } from '../../../src/driver/index.ts';
import { isOfBits } from './bits.ts';
import type { FieldScale } from './definition.ts';
import { type Expanded, substituted } from './each.ts';
import { fieldOf, fieldSchema, scaleOf } from './field.ts';
import type { RawProperty } from './schema/affordances.ts';
import type { RawExchange, RawSharedExchange } from './schema/definition.ts';
import { error, type Scope } from './scope.ts';

/** One of `exchanges`, and what its fields mean: all properties that are read from it say so together. */
export interface SharedExchange {
  readonly source: Expanded<RawSharedExchange>;
  readonly schemas: Map<string, JsonSchema>;
  readonly scales: Map<string, FieldScale>;
  isUsed: boolean;
}

export type SharedExchanges = ReadonlyMap<string, SharedExchange>;

export function sharedExchanges(
  scope: Scope,
  exchanges: readonly Expanded<RawSharedExchange>[],
  properties: readonly Expanded<RawProperty>[],
): SharedExchanges {
  const all: SharedExchanges = new Map(
    exchanges.map((source) => [
      source.name,
      { source, schemas: new Map<string, JsonSchema>(), scales: new Map<string, FieldScale>(), isUsed: false },
    ]),
  );
  for (const property of properties) addMeaning(scope, all, property);
  return all;
}

function addMeaning(scope: Scope, all: SharedExchanges, { raw, constants, path }: Expanded<RawProperty>): void {
  const { from } = raw.read ?? {};
  const shared = from === undefined ? undefined : all.get(substituted(from, constants));
  if (shared === undefined) return;
  shared.isUsed = true;
  const field = fieldOf(raw, constants);
  if (isOfBits(raw) || !shared.schemas.has(field)) shared.schemas.set(field, fieldSchema(raw));
  const scale = scaleOf(scope, raw, path);
  const other = shared.scales.get(field);
  const same = other === undefined || (other.scale === scale?.scale && other.offset === scale?.offset);
  if (!same) scope.report(error([...path, 'read', 'from'], `reads the field ${field} with another scale than before`));
  if (scale !== undefined) shared.scales.set(field, scale);
}

export function withoutEach({ each: _, ...exchange }: RawSharedExchange): RawExchange {
  return exchange;
}
