import { type KeyRecord, type KeyState, stateOf } from './key.ts';

/** A key as people and programs see it: everything but the key. Times are RFC 3339. */
export interface KeyView {
  readonly id: string;
  readonly name: string;
  readonly role: string | null;
  readonly scopes: readonly string[] | null;
  readonly state: KeyState;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
}

export function keyView(record: KeyRecord, now: number, lastUsedAt: number | undefined): KeyView {
  const { id, name, role, scopes, createdAt, expiresAt, revokedAt } = record;
  return {
    id,
    name,
    role: role ?? null,
    scopes: scopes ?? null,
    state: stateOf(record, now),
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: timeOf(expiresAt),
    revokedAt: timeOf(revokedAt),
    lastUsedAt: timeOf(lastUsedAt),
  };
}

function timeOf(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
