import { exportAudit } from '../../audit/export.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../context.ts';
import { auditFiles, type StoreFlags } from './store-files.ts';

export interface ExportFlags extends StoreFlags {
  readonly from?: number;
  readonly to?: number;
  readonly format: 'jsonl' | 'csv';
}

/** Prints what was taken down in a time; what is not as it was written is left out, and said. */
export async function exportEntries(flags: ExportFlags, context: Surroundings): Promise<ExitCode> {
  const { audit } = await auditFiles(flags, context);
  const { from = -Infinity, to = Infinity, format } = flags;
  const damaged = exportAudit(audit, { from, to, format }, (text) => context.out(text));
  if (damaged === 0) return exitCodes.succeeded;
  context.err(`${damaged} lines are not what was written, and were left out; bellcrank audit verify says which\n`);
  return exitCodes.problem;
}
