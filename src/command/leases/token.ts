import { createHash, timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from '../../random-bytes.ts';

/** 256 bits: nobody guesses one. */
const tokenBytes = 32;

/** Letters, digits, `-` and `_`, which stand in a header as they are. */
export function newToken(randomBytes: RandomBytes): string {
  return Buffer.from(randomBytes(tokenBytes)).toString('base64url');
}

export function hashOf(token: string): string {
  return digest(token).toString('base64url');
}

/** Takes as long for a token that is nearly right as for any other. */
export function isTokenOf(token: string, tokenHash: string): boolean {
  const wanted = Buffer.from(tokenHash, 'base64url');
  const given = digest(token);
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
