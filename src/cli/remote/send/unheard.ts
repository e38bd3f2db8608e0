import type { CommandView } from '../../../client/index.ts';
import { exitCodes, type ExitCode } from '../../context.ts';
import type { Service } from '../service.ts';
import type { Target } from './target.ts';

const title = 'What became of the command is not known';

/** Nobody said what became of it, and it may have arrived. With its key it can be asked for without being done twice. */
export function unheard({ device, command }: Target, key: string, why: string, { print }: Service): ExitCode {
  if (print.json) {
    const detail = `${why}; whether the command arrived is not known`;
    print.document({ code: 'no-answer', title, detail, outcome: 'unknown', device, command, idempotencyKey: key });
  }
  print.note(
    `${device} ${command} has an unknown outcome: it may have happened or not: ${why}`,
    `To learn it without doing it twice, send it again with: --idempotency-key ${key}`,
  );
  return exitCodes.unknown;
}

/** It was accepted, and why its end cannot be learnt says nothing of what became of it. */
export function unlearnt({ id, device, command }: CommandView, why: string, { print }: Service): ExitCode {
  const detail = `${device} ${command} was accepted, and what became of it is not known: ${why}`;
  if (print.json)
    print.document({ code: 'no-answer', title, detail, outcome: 'unknown', device, command, commandId: id });
  print.note(detail, `To learn it: bellcrank commands ${id} --wait`);
  return exitCodes.unknown;
}
