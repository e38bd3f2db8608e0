import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { BellcrankError } from '../../errors.ts';
import type { RandomBytes } from '../../random-bytes.ts';
import type { Credentials, Method } from '../authenticator.ts';
import { type Caller, until } from '../caller.ts';
import { bearerOf, sha256Of } from '../keys/secret.ts';

/** Sessions at a time, and those of one caller. */
const maxSessions = 1000;
const maxEach = 50;
/** Cookies of one request that may be ours. */
const maxCookies = 10;

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface SessionParts {
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** How long one lasts that nobody uses, and how long at most, in ms. */
  readonly idleMs: number;
  readonly totalMs: number;
}

export interface Session {
  /** Whoever opened it, as long as it lasts and their credentials do. */
  readonly caller: Caller;
  /** Goes with whatever changes something: other sites can have the cookie sent, and cannot know this. */
  readonly csrfToken: string;
  /** When it ends at the latest, ms since 1970. */
  readonly expiresAt: number;
}

interface Kept extends Session {
  /** Of its token. */
  readonly digest: string;
  readonly cookie: string;
  readonly openedAt: number;
  usedAt: number;
  closed: boolean;
}

/** Who is signed in on a page, by a cookie. They end with the process. */
export class Sessions implements Method {
  readonly #parts: SessionParts;
  /** By the SHA-256 of their token, oldest first: what is in memory lets nobody in. */
  readonly #kept = new Map<string, Kept>();

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** Nobody can open one without credentials of another kind. */
  configured(): boolean {
    return false;
  }

  /** Throws `forbidden` where something is to be changed without the session’s token. */
  credential(credentials: Credentials): Caller | undefined {
    // Whoever sends a key means that.
    if (bearerOf(credentials.authorization) !== undefined) return undefined;
    const session = this.find(credentials.cookie);
    if (session === undefined) return undefined;
    if (!safeMethods.has(credentials.method ?? 'GET')) assertToken(session, credentials.csrfToken);
    return session.caller;
  }

  /** `cookie` is the name of the cookie that will hold the token. Throws `rate-limited` where there are too many. */
  open(caller: Caller, cookie: string): { readonly token: string; readonly session: Session } {
    this.#makeRoom(caller.name);
    const { clock, totalMs } = this.#parts;
    const token = this.#random();
    const openedAt = clock.monotonic();
    const kept: Kept = {
      caller: until(caller, () => this.#over(kept)),
      csrfToken: this.#random(),
      expiresAt: clock.now() + totalMs,
      digest: sha256Of(token),
      cookie,
      openedAt,
      usedAt: openedAt,
      closed: false,
    };
    this.#kept.set(kept.digest, kept);
    return { token, session: kept };
  }

  /** The one whose cookie is there, if it has not ended. */
  find(cookies: string | undefined): Session | undefined {
    return this.#find(cookies);
  }

  #find(cookies: string | undefined): Kept | undefined {
    for (const { name, token } of cookiesIn(cookies)) {
      const kept = this.#kept.get(sha256Of(token));
      if (kept?.cookie !== name) continue;
      if (kept.caller.ended() === undefined) return kept;
      this.#forget(kept);
    }
    return undefined;
  }

  /** Throws as `credential` does. */
  close({ cookie, csrfToken }: Credentials): void {
    const session = this.#find(cookie);
    if (session === undefined) return;
    assertToken(session, csrfToken);
    this.#forget(session);
  }

  /** Whoever asks whether it is over uses it: an open stream does so each second, as a page does that is open. */
  #over(kept: Kept): BellcrankError | undefined {
    if (this.#isDone(kept)) return new BellcrankError('unauthenticated', 'the session is over; sign in again');
    kept.usedAt = this.#parts.clock.monotonic();
    return undefined;
  }

  #forget(kept: Kept): void {
    kept.closed = true;
    this.#kept.delete(kept.digest);
  }

  #makeRoom(name: string): void {
    for (const kept of this.#kept.values()) if (this.#isDone(kept)) this.#forget(kept);
    const own = [...this.#kept.values()].filter(({ caller }) => caller.name === name);
    if (own.length >= maxEach) for (const kept of own.slice(0, 1)) this.#forget(kept);
    if (this.#kept.size < maxSessions) return;
    throw new BellcrankError(
      'rate-limited',
      `${maxSessions} sessions are open; sign out somewhere, or use the key itself`,
    );
  }

  /** Without using it. */
  #isDone({ openedAt, usedAt, closed }: Kept): boolean {
    const { clock, idleMs, totalMs } = this.#parts;
    return closed || clock.monotonic() - openedAt >= totalMs || clock.monotonic() - usedAt >= idleMs;
  }

  #random(): string {
    return Buffer.from(this.#parts.randomBytes(32)).toString('base64url');
  }
}

function assertToken({ csrfToken }: Session, given = ''): void {
  const [a, b] = [Buffer.from(csrfToken), Buffer.from(given)];
  if (a.length === b.length && timingSafeEqual(a, b)) return;
  throw new BellcrankError(
    'forbidden',
    'a session cookie came without its token: send the csrfToken of GET /v1/session as Bellcrank-CSRF-Token',
  );
}

/** Names of our cookies: the port is in it, since cookies are told to every port of a host (RFC 6265 §8.5). */
export function cookieName(port: number, secure: boolean): string {
  return `${secure ? '__Host-' : ''}bellcrank-${port}`;
}

function cookiesIn(header = ''): readonly { readonly name: string; readonly token: string }[] {
  if (header === '') return [];
  const found = header.matchAll(/(?:^|;)\s*((?:__Host-)?bellcrank-\d{1,5})=([A-Za-z0-9_-]{43})(?=\s*(?:;|$))/g);
  return [...found].slice(0, maxCookies).map(([, name = '', token = '']) => ({ name, token }));
}
