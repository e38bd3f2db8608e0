import type { CommandTiming } from '../command/step.ts';
import type { Log } from '../driver/contract.ts';
import type { CommandRecord } from '../store/record.ts';

/** One line per command, when it has ended; one more when a late reply told what had become of it. */
export function logCommand(log: Log, record: CommandRecord, timing: CommandTiming | undefined): void {
  const { id, device, command, outcome, reason, error, simulated, by } = record;
  const times = timing === undefined ? { resolvedLate: true } : rounded(timing);
  const what = { command: id, device, name: command, outcome, ...(reason === undefined ? {} : { reason }) };
  const fields = { ...what, by, ...times, ...(simulated ? { simulated } : {}) };
  if (error === undefined) log.info(fields, 'command ended');
  else log.warn({ ...fields, code: error.code, detail: error.detail }, 'command ended');
}

/** To the microsecond: more is noise. */
function rounded({ queueMs, wireMs, totalMs }: CommandTiming): Partial<CommandTiming> {
  const round = (ms: number): number => Math.round(ms * 1000) / 1000;
  return {
    ...(queueMs === undefined ? {} : { queueMs: round(queueMs) }),
    ...(wireMs === undefined ? {} : { wireMs: round(wireMs) }),
    totalMs: round(totalMs),
  };
}
