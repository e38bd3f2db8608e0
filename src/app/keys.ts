import type { KeyStorage } from '../access/keys/key.ts';
import type { KeyChange, SeenKeys } from '../access/keys/changes.ts';
import { WatchedKeys } from '../access/keys/watched.ts';
import type { AuditSink } from '../audit/sink.ts';
import type { AuditEntry } from '../audit/entry.ts';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { ParentLog } from '../device/settings.ts';
import type { Store } from '../store/store.ts';

export interface Recorded {
  readonly store: Pick<Store, 'facts' | 'opened'>;
  readonly audit: AuditSink;
}

/** The fact that remembers which keys were seen last, so that what is done while no service runs is missed by none. */
const seenKey = 'audit:keys';
/** Changes that are told one by one; of more there is a count. */
const maxTold = 100;

/** Has the audit tell what others did to the keys of a running service, or while none ran. */
export function watchedKeys(storage: KeyStorage, clock: Clock, { store, audit }: Recorded, log: ParentLog): KeyStorage {
  const changed = (changes: readonly KeyChange[], seen: SeenKeys): void => {
    for (const change of changes.slice(0, maxTold)) audit.add(entryOf(change));
    if (changes.length > maxTold) audit.add(remainder(changes.length - maxTold));
    store.facts.set(seenKey, seen).catch((error: unknown) => {
      log.warn({ error: messageOf(error) }, 'which keys the audit knows of is not on record');
    });
  };
  const keys = new WatchedKeys({ storage, clock, changed });
  void store.opened.then(() => keys.begin(seenIn(store.facts.get(seenKey))));
  return keys;
}

const unknown = { by: 'unknown', from: undefined, outcome: 'done' } as const;
const how = 'by bellcrank keys with --config, or by whoever else may write the store; told when it was seen';

function entryOf({ what, id, record }: KeyChange): AuditEntry {
  if (record === undefined) return { ...unknown, what, id, detail: how };
  const { name, role, scopes } = record;
  const times = { createdAt: record.createdAt, expiresAt: record.expiresAt, revokedAt: record.revokedAt };
  return { ...unknown, what, id, params: { name, role, scopes, ...dated(times) }, detail: how };
}

function dated(times: Readonly<Record<string, number | undefined>>): Record<string, string> {
  const known = Object.entries(times).flatMap(([name, ms]) =>
    ms === undefined ? [] : [[name, new Date(ms).toISOString()] as const],
  );
  return Object.fromEntries(known);
}

function remainder(count: number): AuditEntry {
  return { ...unknown, what: 'keysChanged', params: { count }, detail: `further keys; ${how}` };
}

/** Facts may come from another version. */
function seenIn(fact: unknown): SeenKeys | undefined {
  if (typeof fact !== 'object' || fact === null || Array.isArray(fact)) return undefined;
  const entries = Object.entries(fact as Readonly<Record<string, unknown>>); // JSON data
  return Object.fromEntries(entries.flatMap(([id, state]) => (typeof state === 'string' ? [[id, state]] : [])));
}
