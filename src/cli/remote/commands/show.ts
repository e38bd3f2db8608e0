import type { CommandView } from '../../../client/index.ts';
import { outcomeWords } from '../explain/outcome.ts';
import { clockTime } from '../output/time.ts';
import type { Service } from '../service.ts';

/** A command as it is on record. */
export function showCommand(command: CommandView, { print }: Service): void {
  if (print.json) return print.document(command);
  const { params, result, evidence, resolvedLate, attempts, confirmation, error } = command;
  const time = (at: string | null): string | undefined => (at === null ? undefined : `${clockTime(at)} UTC`);
  print.pairs([
    ['command', `${command.device} ${command.command}${command.simulated ? ' (simulated)' : ''}`],
    ['it', outcomeWords(command)],
    ['settled late', resolvedLate === true ? 'a late answer told what had been unknown' : undefined],
    ['confirmation', confirmation ?? undefined],
    ['parameters', params === undefined ? undefined : JSON.stringify(params)],
    ['result', result === undefined || result === null ? undefined : JSON.stringify(result)],
    ['evidence', evidence === undefined ? undefined : JSON.stringify(evidence)],
    ['device said', error?.device === undefined ? undefined : `${error.device.code}: ${error.device.text}`],
    ['attempts', attempts === undefined ? undefined : String(attempts)],
    ['by', command.by],
    ['accepted', time(command.submittedAt)],
    ['sent', time(command.sentAt)],
    ['ended', time(command.endedAt)],
    ['id', command.id],
  ]);
}
