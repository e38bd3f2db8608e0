import { BellcrankError } from '../errors.ts';
import { actions, type Action, type Need, type Scope, scopeFor } from './scope.ts';

/**
 * Whoever asks, and what they may. Asked anew each time: a key that is revoked meanwhile grants nothing from then on. A
 * plain object, of which copies are made.
 */
export interface Caller {
  /** Stands as `by` in records, leases, and the audit. */
  readonly name: string;
  /** The address that they came from, as far as it is known; stands in the audit. */
  readonly from?: string | undefined;
  /** What they have, as text, for people. */
  readonly scopes: readonly string[];
  /** When their credentials end by themselves, ms since 1970; absent if they do not, or if it is not known. */
  readonly expiresAt?: number | undefined;
  /** Whether that is theirs to do: `refusal` without the words, for lists. */
  may(need: Need): boolean;
  /** Why that is not theirs to do, naming the scope that is missing; undefined if it is. */
  refusal(need: Need): BellcrankError | undefined;
  /** Whether they may do so on any device at all; what they are shown is left to `refusal`, device by device. */
  mayAnywhere(action: Action): boolean;
  /** Why they may nothing any more: their key was revoked, their session is over. Undefined as long as they may. */
  ended(): BellcrankError | undefined;
}

/** Whom nothing is kept from: the service itself, and everybody as long as there are no credentials. */
export function trusted(name: string): Caller {
  return {
    name,
    scopes: actions,
    may: () => true,
    refusal: () => undefined,
    mayAnywhere: () => true,
    ended: () => undefined,
  };
}

/** Whoever has those scopes, as long as `ended` says nothing. `expiresAt`: ms since 1970. */
export function callerWith(
  name: string,
  scopes: readonly Scope[],
  ended: () => BellcrankError | undefined = () => undefined,
  expiresAt?: number,
): Caller {
  const has = (need: Need): boolean => {
    for (const scope of scopes) if (scope.covers(need)) return true;
    return false;
  };
  return {
    name,
    scopes: scopes.map(({ text }) => text),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    may: (need) => ended() === undefined && has(need),
    refusal: (need) => ended() ?? (has(need) ? undefined : missingScope(name, need)),
    mayAnywhere: (action) => ended() === undefined && scopes.some((scope) => scope.action === action),
    ended,
  };
}

/** The same, for no longer than `ended` says nothing. */
export function until(caller: Caller, ended: () => BellcrankError | undefined): Caller {
  const over = (): BellcrankError | undefined => ended() ?? caller.ended();
  return {
    ...caller,
    may: (need) => over() === undefined && caller.may(need),
    refusal: (need) => over() ?? caller.refusal(need),
    mayAnywhere: (action) => over() === undefined && caller.mayAnywhere(action),
    ended: over,
  };
}

export function missingScope(name: string, need: Need): BellcrankError {
  return new BellcrankError('forbidden', `${name} lacks the scope ${scopeFor(need)}`);
}
