import type { Clock } from '../../clock.ts';
import { BellcrankError, type InputError } from '../../errors.ts';
import type { RandomBytes } from '../../random-bytes.ts';
import type { RoleScopes } from '../roles.ts';
import { parseScope } from '../scope.ts';
import { keyNamePattern, keyNameRule, type KeyRecord, type KeyStorage, maxKeys, maxScopes, stateOf } from './key.ts';
import { newSecret } from './secret.ts';

export interface NewKey {
  readonly name: string;
  /** One of the two. */
  readonly role?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  /** Ms since 1970; absent: it does not end by itself. */
  readonly expiresAt?: number | undefined;
}

export interface MadeKey {
  /** The key itself: shown once. */
  readonly key: string;
  readonly record: KeyRecord;
}

export interface KeyBookParts {
  readonly storage: KeyStorage;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly roles: RoleScopes;
}

/** Makes keys and ends them; for the service and for the command line on the same machine. */
export class KeyBook {
  readonly #parts: KeyBookParts;

  constructor(parts: KeyBookParts) {
    this.#parts = parts;
  }

  /** Oldest first. Throws `keys-unavailable` where they cannot be read. */
  list(): readonly KeyRecord[] {
    const { records, damage } = this.#parts.storage.read();
    if (damage !== undefined) throw new BellcrankError('keys-unavailable', damage);
    return records;
  }

  /** Throws `invalid-request`, `key-exists` for the name of a key that works, `key-limit`, `keys-unavailable`. */
  async create(wanted: NewKey): Promise<MadeKey> {
    this.#check(wanted);
    return await this.#add((records) => {
      if (this.#active(records).some(({ name }) => name === wanted.name)) {
        const todo = 'rotate it, revoke it, or choose another name';
        throw new BellcrankError('key-exists', `there is a key named ${wanted.name}; ${todo}`);
      }
      return { ended: records, grant: wanted };
    });
  }

  /**
   * Another secret for the same name; the one before is good for `overlapMs` more at most. `of` is an id or a name. What was
   * revoked does not come back by it: somebody took it away.
   */
  async rotate(
    of: string,
    { overlapMs, expiresAt }: { overlapMs: number; expiresAt?: number | undefined },
  ): Promise<MadeKey> {
    const now = this.#parts.clock.now();
    this.#checkEnd(expiresAt);
    return await this.#add((records) => {
      const last = this.#find(records, of).at(-1);
      if (last === undefined) throw noSuchKey(of);
      const { name } = last;
      // An id may be that of one that has ended.
      const latest = this.#active(records.filter((record) => record.name === name)).at(-1) ?? last;
      if (stateOf(latest, now) === 'revoked') {
        throw new BellcrankError('invalid-request', `the key ${name} was revoked; create a key instead of rotating it`);
      }
      const { role, scopes } = latest;
      const until = now + overlapMs;
      const ended = records.map((record): KeyRecord => {
        if (record.name !== name || stateOf(record, now) !== 'active') return record;
        // At once is for good, also if the clock is set back.
        if (overlapMs === 0) return { ...record, revokedAt: now };
        return { ...record, expiresAt: Math.min(until, record.expiresAt ?? until) };
      });
      return { ended, grant: { name, role, scopes, expiresAt: expiresAt ?? lifeOf(latest, now) } };
    });
  }

  /** Ends every key that goes by that id or name, at once; resolves with them. Those that have ended stay as they are. */
  async revoke(of: string): Promise<readonly KeyRecord[]> {
    const { clock, storage } = this.#parts;
    return await storage.change((records) => {
      const revokedAt = clock.now();
      const known = new Set(this.#find(records, of).map(({ id }) => id));
      if (known.size === 0) throw noSuchKey(of);
      const changed = records.map((record) => {
        return known.has(record.id) && record.revokedAt === undefined ? { ...record, revokedAt } : record;
      });
      return { records: changed, result: changed.filter(({ id }) => known.has(id)) };
    });
  }

  async #add(
    edit: (records: readonly KeyRecord[]) => { ended: readonly KeyRecord[]; grant: NewKey },
  ): Promise<MadeKey> {
    const { clock, randomBytes, storage } = this.#parts;
    return await storage.change((records) => {
      const { ended, grant } = edit(records);
      const { id, key, sha256 } = newSecret(randomBytes);
      if (records.some((record) => record.id === id)) throw new Error('chance has it that the id is taken; try again');
      const { name, role, scopes, expiresAt } = grant;
      const record: KeyRecord = {
        id,
        name,
        ...(role === undefined ? { scopes: scopes ?? [] } : { role }),
        sha256,
        createdAt: clock.now(),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      };
      return { records: [...this.#withRoom(ended), record], result: { key, record } };
    });
  }

  /** Where it is full the oldest goes that has ended. */
  #withRoom(records: readonly KeyRecord[]): readonly KeyRecord[] {
    if (records.length < maxKeys) return records;
    const oldest = records.findIndex((record) => stateOf(record, this.#parts.clock.now()) !== 'active');
    if (oldest < 0) throw new BellcrankError('key-limit', `there are ${maxKeys} keys; revoke those that nobody uses`);
    return records.toSpliced(oldest, 1);
  }

  #active(records: readonly KeyRecord[]): readonly KeyRecord[] {
    return records.filter((record) => stateOf(record, this.#parts.clock.now()) === 'active');
  }

  #find(records: readonly KeyRecord[], of: string): readonly KeyRecord[] {
    const byId = records.filter(({ id }) => id === of);
    return byId.length > 0 ? byId : records.filter(({ name }) => name === of);
  }

  #checkEnd(expiresAt: number | undefined): void {
    if (expiresAt !== undefined && expiresAt <= this.#parts.clock.now())
      throw invalid('/expiresAt', 'has passed already');
  }

  #check({ name, role, scopes, expiresAt }: NewKey): void {
    const { roles } = this.#parts;
    if (!new RegExp(keyNamePattern).test(name)) throw invalid('/name', keyNameRule);
    if ((role === undefined) === (scopes === undefined)) throw invalid('', 'needs either a role or scopes');
    if (role !== undefined && roles(role) === undefined) {
      throw invalid('/role', `is none of the roles that there are: ${roles.names.slice(0, 20).join(', ')}`);
    }
    if (scopes !== undefined && (scopes.length === 0 || scopes.length > maxScopes)) {
      throw invalid('/scopes', `must be 1 to ${maxScopes}`);
    }
    scopes?.forEach(parseScope);
    this.#checkEnd(expiresAt);
  }
}

/** A new key lasts as long as the one before was to. */
function lifeOf({ createdAt, expiresAt }: KeyRecord, now: number): number | undefined {
  return expiresAt === undefined ? undefined : now + Math.max(1, expiresAt - createdAt);
}

function noSuchKey(of: string): BellcrankError {
  return new BellcrankError('not-found', `there is no key ${JSON.stringify(of.slice(0, 64))}`);
}

function invalid(pointer: string, detail: string): BellcrankError {
  const errors: InputError[] = [{ pointer, detail }];
  return new BellcrankError('invalid-request', `the key ${pointer === '' ? '' : `${pointer.slice(1)} `}${detail}`, {
    errors,
  });
}
