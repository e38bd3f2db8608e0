import type { JWTPayload } from 'jose';
import type { RoleScopes } from '../roles.ts';
import { parseScope, type Scope } from '../scope.ts';
import type { JwtSettings } from './settings.ts';

/** More values of one claim than this are not read. */
const maxValues = 1000;

/** The scopes that a token grants: those of each value that `map` knows, and nothing else. */
export function scopesOf(payload: JWTPayload, { scopesClaim, map }: JwtSettings, roles: RoleScopes): readonly Scope[] {
  const values = new Set(valuesOf(claimAt(payload, scopesClaim)));
  return [...values].flatMap((value) => (Object.hasOwn(map, value) ? grantOf(map[value] ?? [], roles) : []));
}

function grantOf(grant: string | readonly string[], roles: RoleScopes): readonly Scope[] {
  return typeof grant === 'string' ? (roles(grant) ?? []) : grant.map(parseScope);
}

/** RFC 8693 §4.2 has words with blanks between them, others lists. */
function valuesOf(claim: unknown): string[] {
  const values: readonly unknown[] = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return values.slice(0, maxValues).filter((value) => typeof value === 'string' && value !== '') as string[]; // just seen
}

/** A claim by its name (which may be a URL), or by the names that lead to it: `realm_access.roles`. */
export function claimAt(payload: object, name: string): unknown {
  if (Object.hasOwn(payload, name)) return (payload as Record<string, unknown>)[name];
  let value: unknown = payload;
  for (const key of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
