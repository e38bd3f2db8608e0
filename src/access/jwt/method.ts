import type * as Jose from 'jose';
import type { CryptoKey, FlattenedJWSInput, JWSHeaderParameters, JWTPayload } from 'jose';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../driver/contract.ts';
import { BellcrankError, messageOf } from '../../errors.ts';
import type { Credentials, Method } from '../authenticator.ts';
import { type Caller, callerWith } from '../caller.ts';
import { bearerOf } from '../keys/secret.ts';
import type { RoleScopes } from '../roles.ts';
import { claimAt, scopesOf } from './claims.ts';
import { KeySet, type LocalKeys } from './key-set.ts';
import type { JwtSettings } from './settings.ts';
import { Standing } from './standing.ts';

export interface JwtParts {
  readonly issuers: readonly JwtSettings[];
  readonly roles: RoleScopes;
  readonly clock: Clock;
  readonly log: Log;
  readonly fetch?: typeof fetch;
}

interface Issuer {
  readonly settings: JwtSettings;
  readonly keys: KeySet;
}

interface Verified {
  readonly payload: JWTPayload;
  /** The set that its key is in. */
  readonly keys: LocalKeys | undefined;
}

interface Known {
  readonly caller: Caller;
  readonly endsAt: number;
  /** What it was checked with. */
  readonly keys: LocalKeys | undefined;
}

/** Tokens whose signature need not be checked again. */
const maxKnown = 1000;
/** A token for ever ends where dates do (ECMA-262 §21.4.1.1). */
const lastInstant = 8.64e15;
/** JWS Compact Serialization (RFC 7515 §7.1); a signature may be missing, and is missed later. */
const compact = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Lets in who has a token of an issuer that is believed (RFC 7519, RFC 8725). */
export class JwtMethod implements Method {
  readonly #issuers: readonly Issuer[];
  readonly #roles: RoleScopes;
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();
  #jose: Promise<typeof Jose> | undefined;

  constructor({ issuers, roles, clock, log, fetch = globalThis.fetch }: JwtParts) {
    const places = new Map<string, KeySet>();
    const keysOf = (place: JwtSettings): KeySet => {
      const key = JSON.stringify([place.issuer, place.jwks]);
      const keys = places.get(key) ?? new KeySet({ place, clock, log, fetch });
      places.set(key, keys);
      return keys;
    };
    this.#issuers = issuers.map((settings) => ({ settings, keys: keysOf(settings) }));
    this.#roles = roles;
    this.#clock = clock;
  }

  configured(): boolean {
    return this.#issuers.length > 0;
  }

  /** Asks for keys before anybody needs them. */
  begin(): void {
    for (const { keys } of this.#issuers) void keys.current;
  }

  close(): void {
    for (const { keys } of this.#issuers) keys.close();
  }

  credential({ authorization }: Credentials): Promise<Caller> | undefined {
    const token = bearerOf(authorization);
    if (!this.configured() || token === undefined || !compact.test(token)) return undefined;
    return this.#callerOf(token);
  }

  async #callerOf(token: string): Promise<Caller> {
    // Loaded with the first token, because most services have no issuers.
    const jose = await (this.#jose ??= import('jose'));
    const issuer = this.#issuerOf(claimsOf(token, jose));
    const known = this.#known.get(token);
    const isGood = known !== undefined && known.keys === issuer.keys.current && this.#clock.now() < known.endsAt;
    if (isGood) return known.caller;
    const { payload, keys } = await this.#verified(token, issuer, jose);
    const endsAt = Math.min(((payload.exp ?? 0) + issuer.settings.clockSkewSeconds) * 1000, lastInstant);
    const standing = new Standing(issuer.keys, keys, () => this.#verified(token, issuer, jose));
    const caller = this.#caller(payload, issuer.settings, endsAt, standing);
    this.#remember(token, { caller, endsAt, keys });
    return caller;
  }

  /** By what the token claims, which nothing but the choice of who is asked for keys rests on. */
  #issuerOf({ iss, aud = [] }: JWTPayload): Issuer {
    const own = this.#issuers.filter(({ settings }) => settings.issuer === iss);
    if (own.length === 0) throw refused('is of an issuer that is not among access.jwt');
    const found = own.find(({ settings }) => settings.audience.some((each) => [aud].flat().includes(each)));
    if (found === undefined) throw refused('was made for another audience');
    return found;
  }

  async #verified(token: string, { settings, keys }: Issuer, jose: typeof Jose): Promise<Verified> {
    const { issuer, audience, algorithms, clockSkewSeconds, nameClaim } = settings;
    let by: LocalKeys | undefined;
    const keyFor = async (header: JWSHeaderParameters, input: FlattenedJWSInput): Promise<CryptoKey> => {
      const key = await keys.keyFor(header, input);
      by = keys.current;
      return key;
    };
    try {
      const { payload } = await jose.jwtVerify(token, keyFor, {
        issuer,
        audience: [...audience],
        algorithms: [...algorithms],
        clockTolerance: clockSkewSeconds,
        currentDate: new Date(this.#clock.now()),
        requiredClaims: ['exp', 'iss', 'aud', ...(nameClaim.includes('.') ? [] : [nameClaim])],
      });
      return { payload, keys: by };
    } catch (error) {
      throw error instanceof BellcrankError ? error : refusedFor(error, jose);
    }
  }

  #caller(payload: JWTPayload, settings: JwtSettings, endsAt: number, standing: Standing): Caller {
    const { nameClaim, name: prefix } = settings;
    const name = claimAt(payload, nameClaim);
    if (typeof name !== 'string' || !/^\P{C}{1,200}$/u.test(name)) throw refused(`has no name in ${nameClaim}`);
    const over = refused('has expired; get another one');
    const ended = (): BellcrankError | undefined => (this.#clock.now() >= endsAt ? over : standing.over);
    const whole = prefix === undefined ? `oidc:${name}` : `oidc:${prefix}/${name}`;
    return callerWith(whole, scopesOf(payload, settings, this.#roles), ended, endsAt);
  }

  #remember(token: string, known: Known): void {
    this.#known.delete(token);
    this.#known.set(token, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > maxKnown && oldest !== undefined) this.#known.delete(oldest);
  }
}

function claimsOf(token: string, jose: typeof Jose): JWTPayload {
  try {
    return jose.decodeJwt(token);
  } catch {
    throw refused('cannot be read');
  }
}

/** Says what to do about it, and nothing of the token. */
function refusedFor(error: unknown, { errors }: typeof Jose): BellcrankError {
  if (error instanceof errors.JWTExpired) return refused('has expired; get another one');
  if (error instanceof errors.JWTClaimValidationFailed)
    return refused(`is not valid: its claim ${error.claim} is wrong`);
  if (error instanceof errors.JOSEAlgNotAllowed)
    return refused('is signed by an algorithm that is not among algorithms');
  if (error instanceof errors.JWKSNoMatchingKey) return refused('is signed with a key that its issuer does not have');
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return refused('does not say which key it is signed with (kid)');
  if (error instanceof errors.JWSSignatureVerificationFailed) return refused('is not signed by its issuer');
  return refused(`is not valid: ${messageOf(error)}`);
}

function refused(what: string): BellcrankError {
  return new BellcrankError('unauthenticated', `the token ${what}`);
}
