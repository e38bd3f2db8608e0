import { assert } from '../assert.ts';

/** For what an earlier step has set. */
export function need<T>(value: T | undefined): T {
  assert(value !== undefined, 'an earlier step sets this');
  return value;
}
