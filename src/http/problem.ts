import type { BellcrankError, ErrorCode, InputError, Outcome } from '../errors.ts';

interface ProblemType {
  readonly status: number;
  readonly title: string;
  /** Whether trying again later may succeed, provided that nothing left. */
  readonly transient?: true;
}

/** The one table from error codes to HTTP (docs/problems/). */
export const problemTypes: Readonly<Record<ErrorCode, ProblemType>> = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'Credentials are required' },
  forbidden: { status: 403, title: 'Not allowed' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'device-not-found': { status: 404, title: 'There is no such device' },
  'command-not-found': { status: 404, title: 'There is no such command' },
  'property-not-found': { status: 404, title: 'There is no such property' },
  'candidate-not-found': { status: 404, title: 'There is no such candidate' },
  'alarm-not-found': { status: 404, title: 'There is no such alarm' },
  'driver-not-found': { status: 400, title: 'There is no such driver' },
  'connection-not-found': { status: 400, title: 'There is no such connection' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'request-timeout': { status: 408, title: 'The request did not come in time', transient: true },
  'not-acceptable': { status: 406, title: 'None of the accepted media types can be served' },
  'connection-taken': { status: 409, title: 'Another device has the connection, or that place on it' },
  'device-limit': { status: 409, title: 'There are as many devices as there may be' },
  'key-exists': { status: 409, title: 'There is a key of that name' },
  'key-limit': { status: 409, title: 'There are as many keys as there may be' },
  'device-exists': { status: 409, title: 'The device exists already' },
  'device-refused': { status: 409, title: 'The device refused' },
  interlocked: { status: 409, title: 'An interlock forbids it' },
  cancelled: { status: 409, title: 'The command was cancelled' },
  superseded: { status: 409, title: 'A newer command took its place' },
  'already-sent': { status: 409, title: 'The command has left already' },
  busy: { status: 409, title: 'The device is busy', transient: true },
  'idempotency-in-flight': { status: 409, title: 'The first request with this key is still running', transient: true },
  'managed-by-config': { status: 409, title: 'The device is managed by the configuration file' },
  'not-simulated': { status: 409, title: 'The device is not simulated' },
  'precondition-failed': { status: 412, title: 'A precondition failed' },
  'payload-too-large': { status: 413, title: 'The body is too large' },
  'uri-too-long': { status: 414, title: 'The URL is too long' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json' },
  'idempotency-mismatch': { status: 422, title: 'The key was used for another request' },
  'candidate-unsupported': { status: 422, title: 'The device cannot be attached' },
  leased: { status: 423, title: 'Somebody else holds the lease', transient: true },
  stopped: { status: 423, title: 'The device is stopped' },
  disabled: { status: 423, title: 'The device is disabled' },
  'queue-full': { status: 429, title: 'The queue is full', transient: true },
  'rate-limited': { status: 429, title: 'Too many requests', transient: true },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  internal: { status: 500, title: 'Something went wrong inside the service' },
  'driver-fault': { status: 500, title: 'The driver is at fault' },
  interrupted: { status: 500, title: 'The service ended before the command did' },
  'device-failed': { status: 502, title: 'The device tried and failed' },
  'verify-mismatch': { status: 502, title: 'The device reads back something else' },
  'device-protocol': { status: 502, title: 'The device answered nonsense' },
  'connection-lost': { status: 502, title: 'The connection was lost', transient: true },
  'device-offline': { status: 503, title: 'The device is offline', transient: true },
  'no-value': { status: 503, title: 'The value is not known', transient: true },
  'identity-mismatch': { status: 503, title: 'Another device answers in its place' },
  'journal-unavailable': { status: 503, title: 'The journal cannot be written', transient: true },
  'audit-unavailable': { status: 503, title: 'The audit cannot be written', transient: true },
  'keys-unavailable': { status: 503, title: 'The keys cannot be changed', transient: true },
  overloaded: { status: 503, title: 'The service is overloaded', transient: true },
  'issuer-unavailable': { status: 503, title: 'The issuer of the token does not answer', transient: true },
  'shutting-down': { status: 503, title: 'The service is shutting down', transient: true },
  'device-timeout': { status: 504, title: 'The device did not answer in time', transient: true },
  expired: { status: 504, title: 'The deadline passed before anything was sent', transient: true },
};

/** RFC 9457 problem details with this service's extensions. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly outcome?: Outcome;
  readonly reason?: string;
  readonly retryable: boolean;
  readonly commandId?: string;
  /** The command was for a simulated device. */
  readonly simulated?: boolean;
  readonly device?: { readonly code: string; readonly text: string };
  readonly errors?: readonly InputError[];
  readonly instance?: string;
}

/** The path of the page that explains a code; relative, so that it resolves against the service itself. */
export function problemPath(code: string): string {
  return `/problems/${code}`;
}

/** Details about the command that failed, where there is one. */
export interface ProblemContext {
  readonly commandId?: string;
  readonly outcome?: Outcome;
  readonly simulated?: boolean;
}

export function problemOf(error: BellcrankError, context: ProblemContext = {}): Problem {
  const { status, title, transient } = problemTypes[error.code];
  const outcome = context.outcome ?? error.outcome;
  const { commandId } = context;
  return {
    type: problemPath(error.code),
    title,
    status,
    detail: error.message,
    code: error.code,
    ...(outcome === undefined ? {} : { outcome }),
    ...(error.reason === undefined ? {} : { reason: error.reason }),
    // `unknown` may have happened: only the caller can know whether repeating it is harmless.
    retryable: transient === true && outcome !== 'unknown',
    ...(commandId === undefined ? {} : { commandId, instance: `/v1/commands/${commandId}` }),
    ...(context.simulated === undefined ? {} : { simulated: context.simulated }),
    ...(error.device === undefined ? {} : { device: error.device }),
    ...(error.errors === undefined ? {} : { errors: error.errors }),
  };
}
