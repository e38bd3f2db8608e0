import { createHash, timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from '../../random-bytes.ts';

/** Crockford's: no letter is taken for a digit. */
const idAlphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const keyPattern = /^bck_([0-9a-hjkmnp-tv-z]{8})_[A-Za-z0-9_-]{43}$/;

/** What every key begins with, so that it is known for one: in a log, by whoever looks for secrets. */
export const keyPrefix = 'bck_';

export interface NewSecret {
  readonly id: string;
  /** The key: shown once, kept nowhere. */
  readonly key: string;
  readonly sha256: string;
}

/** `bck_`, eight characters by which it is found, and 256 random bits in base64url (RFC 4648 §5). */
export function newSecret(randomBytes: RandomBytes): NewSecret {
  const id = Array.from(randomBytes(8), (byte) => idAlphabet[byte % idAlphabet.length]).join('');
  const key = `${keyPrefix}${id}_${Buffer.from(randomBytes(32)).toString('base64url')}`;
  return { id, key, sha256: sha256Of(key) };
}

/** The id that stands in a key; undefined for what is none. */
export function idOf(key: string): string | undefined {
  return keyPattern.exec(key)?.[1];
}

/** Random bits need no slow hash: nobody tries 2^256 of them. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** In a time that does not depend on where they differ. */
export function sameDigest(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one, 'hex'), Buffer.from(other, 'hex')];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The token of an `Authorization: Bearer …` (RFC 6750 §2.1); undefined for any other scheme, which proxies use. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +([^\s]+) *$/i.exec(authorization ?? '')?.[1];
}
