import type { CommandTiming } from '../command/step.ts';
import type { Log } from '../driver/contract.ts';
import type { CommandRecord } from '../store/record.ts';

/** One line per command, when it has ended; one more when a late reply told what had become of it. */
export function logCommand(log: Log, record: CommandRecord, timing: CommandTiming | undefined): void {
  const { error } = record;
  const fields = Object.assign(aboutOf(record), timing === undefined ? { resolvedLate: true } : rounded(timing));
  if (error === undefined) log.info(fields, 'command ended');
  else log.warn({ ...fields, code: error.code, detail: error.detail }, 'command ended');
}

/** What is undefined is not written. */
function aboutOf({ id, device, command, outcome, reason, by, simulated }: CommandRecord): object {
  return { command: id, device, name: command, outcome, reason, by, simulated: simulated || undefined };
}

/** To the microsecond: more is noise. */
function rounded({ queueMs, wireMs, totalMs }: CommandTiming): object {
  const round = (ms: number | undefined) => (ms === undefined ? undefined : Math.round(ms * 1000) / 1000);
  return { queueMs: round(queueMs), wireMs: round(wireMs), totalMs: round(totalMs) };
}
