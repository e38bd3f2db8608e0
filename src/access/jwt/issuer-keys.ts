import type { JSONWebKeySet } from 'jose';
import { fetchJson } from './fetch-json.ts';

const maxKeys = 100;

export interface KeyPlace {
  readonly issuer: string;
  readonly jwks?: string | undefined;
}

/** The public keys of an issuer as they are now. Rejects with why they cannot be had. */
export async function issuerKeys(place: KeyPlace, fetcher: typeof fetch, signal: AbortSignal): Promise<JSONWebKeySet> {
  const url = place.jwks ?? (await discovered(place.issuer, fetcher, signal));
  const set = await fetchJson(url, fetcher, signal);
  const keys = isObject(set) ? set['keys'] : undefined;
  if (!Array.isArray(keys) || !keys.every(isObject)) throw new Error(`${url} answers with no JWK set`);
  if (keys.length > maxKeys) throw new Error(`${url} answers with more than ${maxKeys} keys`);
  const known = keys.filter((key) => typeof key['kty'] === 'string' && key['kty'] !== 'oct');
  if (known.length === 0) throw new Error(`${url} answers with no public key`);
  return { keys: known };
}

/** OpenID Connect Discovery 1.0 §4. */
async function discovered(issuer: string, fetcher: typeof fetch, signal: AbortSignal): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const found = await fetchJson(url, fetcher, signal);
  if (!isObject(found) || found['issuer'] !== issuer) throw new Error(`${url} describes another issuer`);
  const place = URL.parse(String(found['jwks_uri']));
  // Whoever may read the answer on its way could put in keys of their own.
  const isSafe = place?.protocol === 'https:' || (place?.protocol === 'http:' && issuer.startsWith('http:'));
  if (place === null || !isSafe) throw new Error(`${url} names no https address of its keys`);
  return place.href;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
