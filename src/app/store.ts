import { join } from 'node:path';
import { AuditLog } from '../audit/audit-log.ts';
import { type Audit, noAudit } from '../audit/sink.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/index.ts';
import type { ParentLog } from '../device/settings.ts';
import { openEmbeddedStore } from '../store/embedded.ts';
import type { Store } from '../store/store.ts';
import type { AppParts } from './parts.ts';

const msPerHour = 3_600_000;
const msPerDay = 86_400_000;
const bytesPerMegabyte = 1_000_000;

/** What outlives the process. The audit stands beside the store's own files, where there are any. */
export function keptBy(parts: AppParts): { store: Store; audit: Audit } {
  if (parts.store !== undefined) return { store: parts.store, audit: noAudit };
  const { config, clock, log, version } = parts;
  const store = storeOf(config, clock, log);
  const { required, keepDays, keepMegabytes } = config.audit;
  const audit = new AuditLog({
    directory: join(config.store.directory, 'audit'),
    required,
    keepMs: keepDays * msPerDay,
    keepBytes: keepMegabytes * bytesPerMegabyte,
    clock,
    log,
    facts: store.facts,
    opened: store.opened,
  });
  audit.add({ what: 'serviceStarted', by: 'bellcrank', from: undefined, params: { version } });
  return { store, audit };
}

export function storeOf(
  { store, idempotency }: Pick<Config, 'store' | 'idempotency'>,
  clock: Clock,
  log: ParentLog,
): Store {
  // A key stands for its command no longer than that is on record.
  const maxAgeMs = Math.max(store.keepDays * msPerDay, idempotency.expiryHours * msPerHour);
  return openEmbeddedStore({
    directory: store.directory,
    durability: store.durability,
    retention: { maxAgeMs, maxBytes: store.keepMegabytes * bytesPerMegabyte },
    history: {
      rawMaxAgeMs: store.keepReadingsDays * msPerDay,
      maxAgeMs: store.keepSummaryDays * msPerDay,
      maxBytes: store.keepReadingsMegabytes * bytesPerMegabyte,
    },
    clock,
    log,
  });
}
