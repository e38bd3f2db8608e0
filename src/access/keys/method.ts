import type { Clock } from '../../clock.ts';
import type { Log } from '../../driver/contract.ts';
import { BellcrankError } from '../../errors.ts';
import type { Credentials, Method } from '../authenticator.ts';
import { type Caller, callerWith } from '../caller.ts';
import type { RoleScopes } from '../roles.ts';
import { parseScope } from '../scope.ts';
import { type KeptKeys, type KeyRecord, type KeyStorage, stateOf } from './key.ts';
import { bearerOf, idOf, keyPrefix, sameDigest, sha256Of } from './secret.ts';

export interface KeyMethodParts {
  readonly storage: KeyStorage;
  readonly clock: Clock;
  readonly roles: RoleScopes;
  readonly log: Log;
  /** Told each time that a key lets somebody in. */
  readonly used?: (id: string) => void;
}

interface Known {
  readonly record: KeyRecord;
  caller?: Caller;
}

const noDigest = '0'.repeat(64);

/** Lets in whoever has a key. What another process did to the keys counts from the next request on. */
export class KeyMethod implements Method {
  readonly #parts: KeyMethodParts;
  #records: readonly KeyRecord[] = [];
  #byId = new Map<string, Known>();
  #trouble: string | undefined;

  constructor(parts: KeyMethodParts) {
    this.#parts = parts;
  }

  /** Whether there is or was any key: that the last one has ended opens nothing. */
  configured(): boolean {
    const { records, damage } = this.#look();
    return damage !== undefined || records.length > 0;
  }

  /** What is wrong with the keys; `refuses`: nobody is let in by one. */
  get trouble(): { readonly detail: string; readonly refuses: boolean } | undefined {
    const { damage, warning } = this.#look();
    const detail = damage ?? warning;
    return detail === undefined ? undefined : { detail, refuses: damage !== undefined };
  }

  credential({ authorization }: Credentials): Caller | undefined {
    const key = bearerOf(authorization);
    if (key?.startsWith(keyPrefix) !== true) return undefined;
    const { damage } = this.#look();
    if (damage !== undefined) throw damaged(damage);
    const known = this.#byId.get(idOf(key) ?? '');
    // Who has not the whole key learns nothing of it.
    const isRight = sameDigest(sha256Of(key), known?.record.sha256 ?? noDigest);
    if (known === undefined || !isRight) {
      throw new BellcrankError(
        'unauthenticated',
        'the service does not know this key; make one with: bellcrank keys create',
        known && { cause: new Error(`it has the id of the key ${known.record.name}, and is another one`) },
      );
    }
    const over = this.#ended(known.record);
    if (over !== undefined) throw over;
    this.#parts.used?.(known.record.id);
    return (known.caller ??= this.#callerOf(known.record));
  }

  #callerOf(record: KeyRecord): Caller {
    const scopes = record.role === undefined ? (record.scopes ?? []).map(parseScope) : this.#parts.roles(record.role);
    return callerWith(`key:${record.name}`, scopes ?? [], () => this.#ended(record), record.expiresAt);
  }

  /** Why a key is good for nothing any more, as things are now. */
  #ended(record: KeyRecord): BellcrankError | undefined {
    const { damage } = this.#look();
    if (damage !== undefined) return damaged(damage);
    const now = this.#byId.get(record.id)?.record;
    if (now === undefined || (now !== record && grantOf(now) !== grantOf(record)))
      return over(record, 'was taken away or changed');
    const state = stateOf(now, this.#parts.clock.now());
    return state === 'active' ? undefined : over(record, state === 'revoked' ? 'was revoked' : 'has expired');
  }

  #look(): KeptKeys {
    const kept = this.#parts.storage.read();
    if (kept.records !== this.#records) {
      this.#records = kept.records;
      this.#byId = new Map(kept.records.map((record) => [record.id, { record }]));
    }
    this.#tell(kept.damage ?? kept.warning);
    return kept;
  }

  /** Once, and once when it is over. */
  #tell(trouble: string | undefined): void {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    if (trouble === undefined) this.#parts.log.info({}, 'the keys can be read again');
    else this.#parts.log.error({ detail: trouble }, 'the keys are in trouble');
  }
}

/** What a caller was made of. */
function grantOf({ sha256, name, role, scopes }: KeyRecord): string {
  return JSON.stringify([sha256, name, role, scopes]);
}

function over({ name }: KeyRecord, what: string): BellcrankError {
  return new BellcrankError('unauthenticated', `the key ${name} ${what}; ask for another one`);
}

function damaged(damage: string): BellcrankError {
  return new BellcrankError(
    'unauthenticated',
    `no key is accepted: ${damage}; put the file right, or remove it and make keys anew`,
  );
}
