import type { CommandTiming } from '../command/step.ts';
import type { Log } from '../driver/contract.ts';
import type { CommandRecord } from '../store/record.ts';

/** One line per command, when it has ended; one more when a late reply told what had become of it. */
export function logCommand(log: Log, record: CommandRecord, timing: CommandTiming | undefined): void {
  const { error } = record;
  const fields = fieldsOf(record, timing);
  if (error === undefined) log.info(fields, 'command ended');
  else log.warn({ ...fields, code: error.code, detail: error.detail }, 'command ended');
}

/** What is undefined is not written. */
function fieldsOf(record: CommandRecord, timing: CommandTiming | undefined): object {
  return {
    command: record.id,
    device: record.device,
    name: record.command,
    outcome: record.outcome,
    reason: record.reason,
    by: record.by,
    simulated: record.simulated || undefined,
    resolvedLate: timing === undefined || undefined,
    queueMs: rounded(timing?.queueMs),
    wireMs: rounded(timing?.wireMs),
    totalMs: rounded(timing?.totalMs),
  };
}

/** To the microsecond: more is noise. */
function rounded(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 1000) / 1000;
}
