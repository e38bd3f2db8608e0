import type { Kind } from './kinds.ts';

/** Where a value stands in a message that is heard. */
export interface Spot {
  readonly topic: string;
  readonly pointer: string | undefined;
  readonly word: string;
  readonly kind: Kind;
}
