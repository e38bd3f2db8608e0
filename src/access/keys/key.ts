/** What is kept of a key: everything but the key. */
export interface KeyRecord {
  /** Stands in the key, so that it is found; no secret. */
  readonly id: string;
  readonly name: string;
  /** One of the two is there. */
  readonly role?: string;
  readonly scopes?: readonly string[];
  /** SHA-256 of the whole key, in hex. */
  readonly sha256: string;
  /** Times are in ms since 1970. */
  readonly createdAt: number;
  readonly expiresAt?: number;
  readonly revokedAt?: number;
}

export type KeyState = 'active' | 'expired' | 'revoked';

/** What was revoked stays so, wherever the clock is set to. */
export function stateOf({ revokedAt, expiresAt }: KeyRecord, now: number): KeyState {
  if (revokedAt !== undefined) return 'revoked';
  return expiresAt !== undefined && expiresAt <= now ? 'expired' : 'active';
}

/** Names stand in records and logs as `key:NAME`. */
export const keyNamePattern = '^[A-Za-z0-9][A-Za-z0-9._@+-]{0,62}$';
export const keyNameRule = 'must be 1 to 63 letters, digits and . _ @ + -, and start with a letter or a digit';

/** Keys that one file holds, those that have ended included. */
export const maxKeys = 10_000;
/** Scopes that one key has. */
export const maxScopes = 100;

/** What is kept, as far as it can be read. */
export interface KeptKeys {
  readonly records: readonly KeyRecord[];
  /** Why no key can be told from another: nobody is let in. Absent if all is well. */
  readonly damage?: string;
  /** What is wrong although the keys that were known go on. */
  readonly warning?: string;
}

export interface Edit<T> {
  readonly records: readonly KeyRecord[];
  readonly result: T;
}

/** Where keys are kept. */
export interface KeyStorage {
  /** As it is now; `records` is the same array as long as nothing has changed. Cheap, and never throws. */
  read(): KeptKeys;
  /** Changes them, one writer at a time. Rejects with `keys-unavailable`, or with what `edit` throws: then nothing has changed. */
  change<T>(edit: (records: readonly KeyRecord[]) => Edit<T>): Promise<T>;
  /** Lets go of what watches them. */
  close?(): void;
}

/** Keys that end with the process. */
export function keysInMemory(): KeyStorage {
  let kept: KeptKeys = { records: [] };
  return {
    read: () => kept,
    async change(edit) {
      const { records, result } = edit(kept.records);
      kept = { records };
      return await Promise.resolve(result);
    },
  };
}
