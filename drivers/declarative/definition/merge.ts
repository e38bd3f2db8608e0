import { isRecord } from '../../../src/yaml/schema-walk.ts';

/**
 * Maps are merged deeply and the child's key wins; `null` removes a key that there is, and is otherwise a value like any
 * other; lists and scalars are replaced whole.
 */
export function merged(base: unknown, child: unknown): unknown {
  if (!isRecord(child)) return child;
  const own = isRecord(base) ? base : {};
  const entries = new Map(Object.entries(own));
  for (const [key, value] of Object.entries(child)) {
    if (value === null && entries.has(key)) entries.delete(key);
    else entries.set(key, merged(entries.get(key), value));
  }
  // `fromEntries` defines own properties, so that a key `__proto__` is data like any other.
  return Object.fromEntries(entries);
}
