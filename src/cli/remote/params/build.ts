import { isRecord } from '../../../yaml/schema-walk.ts';

/** A value and the keys that lead to it. */
export interface Given {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Values at their places, in what was there before. Keys may be called `__proto__`: none is assigned to. */
export function build(base: unknown, given: readonly Given[]): unknown {
  if (given.length === 0) return base ?? {};
  const here = given.findLast(({ path }) => path.length === 0);
  if (here !== undefined) return here.value;
  const keys = new Set(given.map(({ path }) => path[0] ?? ''));
  const before = isRecord(base) ? base : {};
  const below = (key: string): readonly Given[] =>
    given.filter(({ path }) => path[0] === key).map(({ path, value }) => ({ path: path.slice(1), value }));
  const inner = (key: string): unknown => build(Object.hasOwn(before, key) ? before[key] : undefined, below(key));
  return Object.fromEntries([...Object.entries(before), ...Array.from(keys, (key) => [key, inner(key)] as const)]);
}
