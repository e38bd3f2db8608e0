import type { CommandView, DryRunView } from '../../../client/index.ts';
import { isRecord } from '../../../yaml/schema-walk.ts';
import { exitCodes, type ExitCode } from '../../context.ts';
import { exitCodeOf } from '../explain/exit-code.ts';
import { outcomeStyles, outcomeWords } from '../explain/outcome.ts';
import { safe } from '../output/text.ts';
import { valueText } from '../output/value.ts';
import type { Service } from '../service.ts';

/** Prints what became of a command; resolves with the exit code that says the same. */
export function showEnd(command: CommandView, service: Service): ExitCode {
  const { print } = service;
  const { outcome = 'unknown', error } = command;
  if (print.json) print.document(command);
  if (outcome === 'succeeded') {
    if (!print.json) showSuccess(command, service);
    return exitCodes.succeeded;
  }
  const words = `${titleOf(command)} ${outcomeWords(command)}`;
  print.note(words, ...nextSteps(command));
  return exitCodeOf({ outcome, code: error?.code });
}

function showSuccess(command: CommandView, { print }: Service): void {
  const { result, evidence } = command;
  print.line(`${safe(titleOf(command))} ${print.paint(outcomeStyles['succeeded'] ?? 'green', outcomeWords(command))}`);
  if (isRecord(result))
    print.pairs(Object.entries(result).map(([name, value]) => [`  ${name}`, valueText(value, null)]));
  else if (result !== undefined && result !== null) print.line(`  ${safe(valueText(result, null))}`);
  if (evidence !== undefined && Object.keys(evidence).length > 0) {
    print.pairs([
      [
        '  evidence',
        Object.entries(evidence)
          .map(([name, value]) => `${name} ${String(value)}`)
          .join(', '),
      ],
    ]);
  }
}

/** `psu-1 set-voltage`, marked if it is simulated. */
export function titleOf({ device, command, simulated }: Pick<CommandView, 'device' | 'command' | 'simulated'>): string {
  return `${device} ${command}${simulated ? ' (simulated)' : ''}`;
}

function nextSteps({ device, id, outcome }: CommandView): readonly string[] {
  if (outcome !== 'unknown') return [];
  return [
    `Look at the device before you send it again: bellcrank get ${device} --fresh (it names what the device cannot be asked for)`,
    `A late answer may still tell: bellcrank commands ${id}`,
  ];
}

/** Prints the id of a command that goes on, and beside it what that means. */
export function showUnderWay(command: CommandView, { print }: Service): void {
  if (print.json) print.document(command);
  else print.line(safe(command.id));
  if (command.state === 'ended')
    return print.note(`${titleOf(command)} has ended`, `How: bellcrank commands ${command.id}`);
  const where = command.state === 'queued' ? 'waits in the queue' : 'has left, and its end is not known yet';
  print.note(
    `${titleOf(command)} ${where}; it goes on without you`,
    `To its end: bellcrank commands ${command.id} --wait`,
    `To end it early: bellcrank commands ${command.id} --cancel`,
  );
}

/** Prints what would be sent; nothing was. */
export function showDryRun(dry: DryRunView, { print }: Service): ExitCode {
  const [obstacle] = dry.obstacles;
  if (print.json) print.document(dry);
  else {
    print.line(`${safe(titleOf(dry))}: nothing was sent (dry run)`);
    print.pairs(dry.writes.map((write) => ['  would send', writeText(write)] as const));
    if (!dry.complete) print.line('  more would follow, by what the device answers');
    for (const { detail } of dry.obstacles) print.line(`  in the way: ${safe(detail)}`);
  }
  if (dry.allowed || obstacle === undefined) return exitCodes.succeeded;
  return exitCodeOf(obstacle);
}

function writeText(write: DryRunView['writes'][number]): string {
  return 'hex' in write ? `${JSON.stringify(write.text)} (${write.hex})` : `${write.topic} ${write.payload}`;
}
