import type { createLocalJWKSet, CryptoKey, FlattenedJWSInput, JWSHeaderParameters } from 'jose';
import { type Clock, timeoutSignal } from '../../clock.ts';
import type { Log } from '../../driver/contract.ts';
import { BellcrankError, messageOf } from '../../errors.ts';
import { issuerKeys, type KeyPlace } from './issuer-keys.ts';

/** How long a request waits for an issuer at most: a stop may be among those who wait. */
const waitMs = 2000;
/** After this keys are asked for anew, while those that are known still count. */
const maxAgeMs = 10 * 60_000;
/** An unknown key is a reason to ask no more often than this: anybody can name one. */
const cooldownMs = 30_000;
/** An issuer that did not answer is asked again after this. */
const retryMs = 5000;

export type LocalKeys = ReturnType<typeof createLocalJWKSet>;

export interface KeySetParts {
  readonly place: KeyPlace;
  readonly clock: Clock;
  readonly log: Log;
  readonly fetch: typeof fetch;
}

/** The keys of an issuer, kept here. While it does not answer, those that are known go on. */
export class KeySet {
  readonly #parts: KeySetParts;
  readonly #closing = new AbortController();
  #keys: LocalKeys | undefined;
  #loadedAt = -Infinity;
  #askedAt = -Infinity;
  #pending: Promise<void> | undefined;
  #isOut = false;

  constructor(parts: KeySetParts) {
    this.#parts = parts;
  }

  /** The keys that are known now; asks for newer ones where they are old, and waits for nothing. */
  get current(): LocalKeys | undefined {
    if (this.#parts.clock.monotonic() - this.#loadedAt > maxAgeMs) void this.#refresh(retryMs);
    return this.#keys;
  }

  /**
   * The key that a token is signed with.
   * @throws BellcrankError `issuer-unavailable`
   * @throws JOSEError if there is none for it
   */
  async keyFor(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    const known = this.current;
    if (known === undefined) await this.#pending;
    try {
      return await this.#some()(header, token);
    } catch (error) {
      if (!isUnknownKey(error)) throw error;
      await this.#refresh(cooldownMs);
      if (this.#keys === known) throw error;
      return await this.#some()(header, token);
    }
  }

  close(): void {
    this.#closing.abort();
  }

  #some(): LocalKeys {
    if (this.#keys !== undefined) return this.#keys;
    const detail = `the keys of ${this.#parts.place.issuer} cannot be had, and without them no token can be checked`;
    throw new BellcrankError('issuer-unavailable', `${detail}; try again later`, { retryAfterMs: retryMs });
  }

  /** Asks, unless that was done within `restMs`; whoever comes meanwhile waits for the same answer. */
  #refresh(restMs: number): Promise<void> {
    if (this.#pending !== undefined) return this.#pending;
    const now = this.#parts.clock.monotonic();
    if (now - this.#askedAt < restMs || this.#closing.signal.aborted) return Promise.resolve();
    this.#askedAt = now;
    this.#pending = this.#ask().finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  async #ask(): Promise<void> {
    const { place, clock, fetch } = this.#parts;
    using timeout = timeoutSignal(clock, waitMs);
    try {
      const signal = AbortSignal.any([timeout.signal, this.#closing.signal]);
      const found = await issuerKeys(place, fetch, signal);
      const jose = await import('jose');
      this.#keys = jose.createLocalJWKSet(found);
      this.#loadedAt = clock.monotonic();
      this.#tell(undefined);
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Once, and once when it is over. */
  #tell(error: unknown): void {
    const { place, log } = this.#parts;
    const isOut = error !== undefined;
    if (isOut === this.#isOut || this.#closing.signal.aborted) return;
    this.#isOut = isOut;
    const { issuer } = place;
    if (!isOut) log.info({ issuer }, 'the keys of an issuer can be had again');
    else
      log.warn({ issuer, detail: detailOf(error) }, 'the keys of an issuer cannot be had; those that are known go on');
  }
}

/** jose’s errors are told by their codes. */
function isUnknownKey(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_JWKS_NO_MATCHING_KEY';
}

/** `fetch` says what went wrong in the cause. */
function detailOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`;
}
