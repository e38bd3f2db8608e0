import { type AuditSink, noAudit } from '../audit/sink.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../driver/contract.ts';
import { messageOf } from '../errors.ts';
import type { CommandRecord } from '../store/record.ts';
import { tellRecovered } from './audited.ts';
import { end, type Ending } from './ending.ts';
import type { Journal } from './journal.ts';
import type { CommandTiming } from './step.ts';

export interface RecoverParts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit?: AuditSink | undefined;
  /** As the pipeline's, of each that is on record. */
  readonly observe?: (record: CommandRecord, timing: CommandTiming) => void;
}

/**
 * Ends what the process before left open. What was sent may have happened, and nobody can know: `unknown`. What was
 * queued never left, because `sent` or `ahead` is on record before the first byte. Nothing is sent again.
 */
export async function endInDoubt(inDoubt: readonly CommandRecord[], parts: RecoverParts): Promise<void> {
  const { journal, clock, log, audit = noAudit, observe = () => {} } = parts;
  if (inDoubt.length === 0) return;
  const records = inDoubt.map(({ ahead, ...record }) => end(record, endingOf(record, ahead), clock.now()));
  const unknown = records.filter(({ outcome }) => outcome === 'unknown').length;
  log.warn({ unknown, notSent: records.length - unknown }, 'commands were under way when the service ended before');
  const failed = (error: unknown): void =>
    log.error({ error: messageOf(error) }, 'the end of a command could not be put on record');
  for (const record of records) tellRecovered(audit, record);
  const put = (record: CommandRecord): Promise<void> => journal.put(record).then(() => observe(record, {}), failed);
  await Promise.all(records.map(put));
}

function endingOf({ state }: CommandRecord, ahead = false): Ending {
  if (state === 'sent' || ahead) {
    const when = ahead ? 'when the command was about to be sent' : 'while the command was under way';
    const detail = `the service ended ${when}; it may have happened, and is not sent again`;
    return { outcome: 'unknown', error: { code: 'interrupted', detail } };
  }
  const detail = 'the service ended before the command was sent';
  return { outcome: 'not-sent', reason: 'shutdown', error: { code: 'interrupted', detail }, key: undefined };
}
