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
  /** Whether that is still believed: who signs them may change while a connection lasts. Absent: yes. */
  readonly isBelieved?: (() => boolean) | undefined;
  /** The request's method; absent: one that changes nothing. */
  readonly method?: string | undefined;
  /** What shows that a page of this service’s own sent the cookie. */
  readonly csrfToken?: string | undefined;
  /** The address that it came from; failures are counted by it. */
  readonly from?: string | undefined;
  /** Told when what was shown lets nobody in; `hint`: what else is known of it, for the owner of the service alone. */
  readonly onFailed?: ((hint: string | undefined) => void) | undefined;
}

/** Says who asks. Throws, or rejects with, `unauthenticated`, whose message says how to sign in. */
export type Authenticate = (credentials: Credentials) => Caller | Promise<Caller>;

/** One kind of credentials. */
export interface Method {
  /** Whose it is; undefined if it is none of this kind. Throws, or rejects with, `unauthenticated` if it is, and is not good. */
  credential(credentials: Credentials): Caller | Promise<Caller> | undefined;
  /** Whether somebody can sign in this way, or once could: then nobody comes in without. Absent: yes. */
  configured?(): boolean;
}
