import { BellcrankError, messageOf } from '../errors.ts';
import type { Attempts } from './attempts.ts';
import type { Authenticate, Credentials, Method } from './authenticator.ts';
import { type Caller, callerWith } from './caller.ts';
import { bearerOf } from './keys/secret.ts';
import { actions, parseScope, type Scope } from './scope.ts';

export interface AuthenticationRules {
  /** What may be done without credentials where there are some. */
  readonly anonymous: readonly Scope[];
  /** Whether everybody may do everything as long as nobody has credentials: on loopback, or where it was asked for. */
  readonly openWithout: boolean;
  readonly attempts: Attempts;
}

const everything = actions.map(parseScope);
const how = 'send Authorization: Bearer KEY; bellcrank keys create makes a key';

/** Whether anybody has, or had, credentials. */
export function hasCredentials(methods: readonly Method[]): boolean {
  return methods.some((method) => method.configured?.() ?? true);
}

/** Asks each kind of credentials in turn: the first that knows what came says who it is. */
export function authenticatorOf(methods: readonly Method[], rules: AuthenticationRules): Authenticate {
  const everybody = anonymousIn(methods, rules);
  const known = async (credentials: Credentials): Promise<Caller> => {
    for (const method of methods) {
      const caller = await knownTo(method, credentials, rules.attempts);
      if (caller !== undefined) return caller;
    }
    if (bearerOf(credentials.authorization) !== undefined) {
      throw failed(credentials, required('the service does not know these credentials'), rules.attempts);
    }
    return everybody();
  };
  return (credentials) => (bringsNothing(credentials) ? everybody() : known(credentials));
}

function bringsNothing({ authorization, cookie, certificate }: Credentials): boolean {
  return authorization === undefined && cookie === undefined && certificate === undefined;
}

async function knownTo(method: Method, credentials: Credentials, attempts: Attempts): Promise<Caller | undefined> {
  try {
    return await method.credential(credentials);
  } catch (error) {
    if (error instanceof BellcrankError && error.code === 'unauthenticated') throw failed(credentials, error, attempts);
    throw error;
  }
}

function failed({ from, onFailed }: Credentials, error: BellcrankError, attempts: Attempts): BellcrankError {
  onFailed?.(error.cause === undefined ? undefined : messageOf(error.cause));
  return attempts.failed(from, error);
}

/** Whoever brings nothing. */
function anonymousIn(methods: readonly Method[], { anonymous, openWithout }: AuthenticationRules): () => Caller {
  const isOpen = (): boolean => openWithout && !hasCredentials(methods);
  // Who came in while it was open is out as soon as it is not.
  const all = callerWith('anonymous', everything, () => (isOpen() ? undefined : required('credentials are required')));
  const some = callerWith('anonymous', anonymous);
  const limited: Caller = {
    ...some,
    // Who has shown nothing is told to, rather than what they lack.
    refusal(need) {
      const refusal = some.refusal(need);
      return refusal === undefined ? undefined : required(`credentials are required: ${refusal.message}`);
    },
  };
  return () => {
    if (isOpen()) return all;
    if (anonymous.length > 0) return limited;
    throw required('credentials are required');
  };
}

function required(what: string): BellcrankError {
  return new BellcrankError('unauthenticated', `${what}; ${how}`);
}
