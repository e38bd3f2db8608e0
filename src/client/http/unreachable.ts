import { messageOf } from '../../errors.ts';

/** `no`: no connection came about, so nothing was sent. `maybe`: the request may have arrived. */
export type Sent = 'no' | 'maybe';

/** There is no answer: the service is not there, or the connection broke, or it took too long. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  readonly sent: Sent;

  constructor(message: string, sent: Sent, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.sent = sent;
  }
}

/** Errors of Node that come before a connection exists. Browsers do not tell. */
const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);

interface NodeError {
  readonly code?: unknown;
  readonly errors?: readonly NodeError[];
}

/** What `fetch` rejected with, or what broke while the answer was read. */
export function unreachable(url: string, error: unknown): Unreachable {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const sent = cameBefore(cause) ? 'no' : 'maybe';
  const what = sent === 'no' ? 'cannot be reached' : 'gave no answer; the request may have arrived';
  return new Unreachable(`${url} ${what}: ${messageOf(cause)}`, sent, error);
}

/** A name with several addresses has an error for each. */
function cameBefore(cause: unknown): boolean {
  const { code, errors } = (typeof cause === 'object' && cause !== null ? cause : {}) as NodeError;
  if (Array.isArray(errors) && errors.length > 0) return errors.every(cameBefore);
  return typeof code === 'string' && beforeSending.has(code);
}
