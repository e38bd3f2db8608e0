import { type AuditSink, noAudit } from '../audit/sink.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../driver/contract.ts';
import { messageOf } from '../errors.ts';
import type { CommandRecord } from '../store/record.ts';
import { tellRecovered } from './audited.ts';
import { end, type Ending } from './ending.ts';
import type { Journal } from './journal.ts';

export interface RecoverParts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit?: AuditSink | undefined;
}

/**
 * Ends what the process before left open. What was sent may have happened, and nobody can know: `unknown`. What was
 * queued never left, because `sent` or `ahead` is on record before the first byte. Nothing is sent again.
 */
export async function endInDoubt(inDoubt: readonly CommandRecord[], parts: RecoverParts): Promise<void> {
  const { journal, clock, log, audit = noAudit } = parts;
  if (inDoubt.length === 0) return;
  const records = inDoubt.map(({ ahead, ...record }) => end(record, endingOf(record, ahead), clock.now()));
  const unknown = records.filter(({ outcome }) => outcome === 'unknown').length;
  log.warn({ unknown, notSent: records.length - unknown }, 'commands were under way when the service ended before');
  const failed = (error: unknown): void =>
    log.error({ error: messageOf(error) }, 'the end of a command could not be put on record');
  for (const record of records) tellRecovered(audit, record);
  await Promise.all(records.map((record) => journal.put(record).catch(failed)));
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
