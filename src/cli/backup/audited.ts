import { join } from 'node:path';
import { AuditLog } from '../../audit/audit-log.ts';
import type { Manifest } from '../../backup/manifest.ts';
import { MemoryStore } from '../../store/memory.ts';
import type { Surroundings } from '../context.ts';

/** The restored audit goes on with the entry that says so. What the journal remembers of it is left to the service. */
export async function tellRestored(
  store: string,
  { begunAt, version }: Manifest,
  { clock, createLog }: Surroundings,
): Promise<void> {
  const { facts } = new MemoryStore(1);
  const never = new Promise<never>(() => {});
  const bounds = { required: false, keepMs: Infinity, keepBytes: Infinity };
  const log = createLog('error');
  const audit = new AuditLog({ directory: join(store, 'audit'), ...bounds, clock, log, facts, opened: never });
  audit.add({ what: 'restored', by: 'bellcrank', from: undefined, params: { begunAt, version } });
  await audit.close();
}
