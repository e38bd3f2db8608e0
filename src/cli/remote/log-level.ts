import { Argument, type Command } from 'commander';
import { answerWith } from '../../client/http/http.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../context.ts';
import { span } from './arguments.ts';
import { safe } from './output/text.ts';
import { clockTime } from './output/time.ts';
import type { Service } from './service.ts';
import { remoteCommand, type RemoteFlags, withService } from './sub-command.ts';

interface LevelView {
  readonly level: string;
  readonly configured: string;
  readonly until?: string;
}

interface LevelFlags extends RemoteFlags {
  readonly for?: number;
}

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const path = '/v1/log/level';

export function addLogLevel(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  remoteCommand(program, 'log-level')
    .description('show how much the service logs, or change it while it runs')
    .addArgument(new Argument('[level]', 'the least severe level that is written').choices(levels))
    .option('--for <time>', 'for so long, as in 10min; until the next start if absent', span)
    .action(async (level: string | undefined, flags: LevelFlags) => {
      finish(await withService(flags, context, (service) => logLevel(level, flags, service)));
    });
}

async function logLevel(level: string | undefined, flags: LevelFlags, service: Service): Promise<ExitCode> {
  const { lab, print } = service;
  const forSeconds = flags.for === undefined ? {} : { forSeconds: Math.ceil(flags.for / 1000) };
  const answer =
    level === undefined
      ? await lab.http.request<LevelView>('GET', path)
      : await lab.http.request<LevelView>('PUT', path, { body: { level, ...forSeconds } });
  const { body } = answerWith(answer, 'level', 'configured');
  if (print.json) print.document(body);
  else print.line(safe(`${body.level}${wordsOf(body)}`));
  return exitCodes.succeeded;
}

function wordsOf({ level, configured, until }: LevelView): string {
  if (until !== undefined) return `, until ${clockTime(until)}; then ${configured}`;
  return level === configured ? '' : `, until the next start; then ${configured}`;
}
