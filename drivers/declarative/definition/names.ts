import { isRecord } from '../../../src/yaml/schema-walk.ts';
import type { Finding, Path } from './definition.ts';
import { error } from './scope.ts';

/** Names that every object has of itself (`constructor`, `__proto__`): what is looked up by them is never what is meant. */
export function isTaken(name: string): boolean {
  return Object.hasOwn(Object.prototype, name);
}

/** Keys by which nothing can be called, wherever they stand. */
export function takenNames(value: unknown, path: Path = []): Finding[] {
  if (Array.isArray(value)) return value.flatMap((member, index) => takenNames(member, [...path, index]));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const at = [...path, key];
    return isTaken(key)
      ? [error(at, 'is a name that is taken; choose another', { key: true })]
      : takenNames(member, at);
  });
}
