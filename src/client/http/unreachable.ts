import { messageOf } from '../../errors.ts';

/** `no`: no connection came about, so nothing was sent. `maybe`: the request may have arrived. */
export type Sent = 'no' | 'maybe';

/** There is no answer: the service is not there, or the connection broke, or it took too long. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  readonly sent: Sent;
  /** Of the command that was accepted before, where only its end could not be learnt. */
  readonly commandId: string | undefined;
  /** It only asked: nothing has changed by it, whether it arrived or not. */
  readonly isQuestion: boolean;

  constructor(message: string, sent: Sent, cause?: unknown, { commandId, isQuestion = false }: About = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.sent = sent;
    this.commandId = commandId;
    this.isQuestion = isQuestion;
  }
}

interface About {
  readonly commandId?: string;
  readonly isQuestion?: boolean;
}

/** What is said of a request that is out and has no answer. */
export function unanswered(isQuestion: boolean): string {
  return isQuestion ? '' : '; the request may have arrived';
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

/** Errors of Node, by which it does not believe a certificate (OpenSSL’s names). Nothing is sent then, either. */
const disbelief = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
const mismatch = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'ERR_TLS_CERT_ALTNAME_INVALID']);
/** What answers speaks no TLS: the handshake comes before the request. */
const plain = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']);
const authority = 'if an authority of your own has signed its certificate, name that one’s file in NODE_EXTRA_CA_CERTS';

interface NodeError {
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly errors?: readonly NodeError[];
}

/** What `fetch` rejected with, or what broke while the answer was read. */
export function unreachable(url: string, error: unknown, isQuestion: boolean): Unreachable {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (has(plain, cause)) {
    return new Unreachable(
      `${url} cannot be reached: what answers there speaks no TLS; is http:// meant?`,
      'no',
      error,
      { isQuestion },
    );
  }
  // The one thing that fetch itself refuses, before it connects, and without a code (Fetch standard, "bad port").
  const sent = cameBefore(cause) || messageOf(cause) === 'bad port' ? 'no' : 'maybe';
  const what = sent === 'no' ? 'cannot be reached' : `gave no answer${unanswered(isQuestion)}`;
  const advice = has(disbelief, cause) ? `; ${authority}` : '';
  return new Unreachable(`${url} ${what}: ${messageOf(cause)}${advice}`, sent, error, { isQuestion });
}

/** A name with several addresses has an error for each. */
function cameBefore(cause: unknown): boolean {
  const { code, syscall, errors } = (typeof cause === 'object' && cause !== null ? cause : {}) as NodeError;
  if (Array.isArray(errors) && errors.length > 0) return errors.every(cameBefore);
  // The same codes are those of a connection that the network takes away later.
  if (syscall === 'read' || syscall === 'write') return false;
  return typeof code === 'string' && [beforeSending, disbelief, mismatch].some((codes) => codes.has(code));
}

function has(codes: ReadonlySet<string>, cause: unknown): boolean {
  const { code } = (typeof cause === 'object' && cause !== null ? cause : {}) as NodeError;
  return typeof code === 'string' && codes.has(code);
}
