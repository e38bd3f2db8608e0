import type { Scalar } from './kinds.ts';

/** A scalar in a JSON document, and where it stands. */
export interface Leaf {
  readonly path: readonly string[];
  /** RFC 6901. */
  readonly pointer: string;
  readonly value: Scalar;
}

/** More of a document is left out. */
const [maxDepth, maxLeaves, maxPointer] = [8, 100, 300];
const longestText = 4000;

/** The scalars of a document that can be named, in their order. What is null tells nothing. */
export function leavesOf(document: unknown): readonly Leaf[] {
  const leaves: Leaf[] = [];
  collect(document, [], leaves);
  return leaves;
}

function collect(value: unknown, path: readonly string[], leaves: Leaf[]): void {
  if (leaves.length === maxLeaves || path.length > maxDepth) return;
  if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) if (!isTaken(key)) collect(member, [...path, key], leaves);
    return;
  }
  const pointer = path.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  if (pointer.length <= maxPointer && pointer.isWellFormed() && isScalar(value)) leaves.push({ path, pointer, value });
}

function isScalar(value: unknown): value is Scalar {
  if (typeof value === 'string') return value.length <= longestText && value.isWellFormed();
  return typeof value === 'boolean' || (typeof value === 'number' && !Object.is(value, -0));
}

/** By such names (`__proto__`) nothing can be called in a definition. */
export function isTaken(name: string): boolean {
  return Object.hasOwn(Object.prototype, name);
}
