import { createHash } from 'node:crypto';
import type { KeyRecord } from './key.ts';

/** What was seen of the keys last: by id, something that is other as soon as anything about the key is. JSON data. */
export type SeenKeys = Readonly<Record<string, string>>;

/** What became of a key. */
export interface KeyChange {
  readonly what: 'keyCreated' | 'keyRevoked' | 'keyChanged' | 'keyRemoved';
  readonly id: string;
  /** As it is now; absent if it is gone. */
  readonly record?: KeyRecord;
}

/** Bits that no two states of one key share by chance. */
const digits = 16;

export function seenOf(records: readonly KeyRecord[]): SeenKeys {
  return Object.fromEntries(records.map((record) => [record.id, stateOf(record)]));
}

/** What is other than before; what became as `own` says was done here, and is no news. */
export function changesOf(before: SeenKeys, records: readonly KeyRecord[], own: SeenKeys = {}): readonly KeyChange[] {
  const now = new Set(records.map(({ id }) => id));
  const gone = Object.keys(before).filter((id) => !now.has(id));
  return [
    ...records.flatMap((record): KeyChange[] => {
      const [was, is] = [before[record.id], stateOf(record)];
      if (was === is || own[record.id] === is) return [];
      if (was === undefined) return [{ what: 'keyCreated', id: record.id, record }];
      return [{ what: record.revokedAt === undefined ? 'keyChanged' : 'keyRevoked', id: record.id, record }];
    }),
    ...gone.map((id): KeyChange => ({ what: 'keyRemoved', id })),
  ];
}

function stateOf({ name, role, scopes, sha256, createdAt, expiresAt, revokedAt }: KeyRecord): string {
  const all = JSON.stringify([name, role, scopes, sha256, createdAt, expiresAt, revokedAt]);
  return createHash('sha256').update(all).digest('hex').slice(0, digits);
}
