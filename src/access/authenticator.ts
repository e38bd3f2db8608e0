import type { PeerCertificate } from 'node:tls';
import type { Caller } from './caller.ts';

/** What a request brings along to say who asks. */
export interface Credentials {
  /** The Authorization header, as it came. */
  readonly authorization?: string | undefined;
  /** The Cookie header, as it came. */
  readonly cookie?: string | undefined;
  /** What the client proved to own, if it did (RFC 8446 §4.4.2). */
  readonly certificate?: PeerCertificate | undefined;
}

/** Says who asks. Throws, or rejects with, `unauthenticated`, whose message says how to sign in. */
export type Authenticate = (credentials: Credentials) => Caller | Promise<Caller>;
