import type { JsonSchema } from '../../../src/driver/index.ts';
import { isOfBits } from './bits.ts';
import type { FieldScale, Path } from './definition.ts';
import { type Constants, substituted } from './each.ts';
import type { RawProperty } from './schema/affordances.ts';
import { error, type Scope } from './scope.ts';

/** What the field holds that the property is read from. */
export function fieldSchema(raw: RawProperty): JsonSchema {
  return isOfBits(raw) ? { type: 'integer' } : raw.schema;
}

export function fieldOf({ read }: RawProperty, constants: Constants): string {
  return substituted(read?.field ?? 'value', constants);
}

/** The property's own scale, which is that of the field that holds its value. */
export function scaleOf(scope: Scope, { scale, offset }: RawProperty, path: Path): FieldScale | undefined {
  if (scale === undefined && offset === undefined) return undefined;
  if (scale === 0) scope.report(error([...path, 'scale'], 'must not be 0'));
  return { scale: scale || 1, offset: offset ?? 0 };
}
