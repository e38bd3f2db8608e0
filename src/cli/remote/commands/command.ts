import { type Command, Option } from 'commander';
import type { Outcome } from '../../../client/index.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../../context.ts';
import { instantText } from '../../instant.ts';
import { named, seconds, wholeNumber } from '../arguments.ts';
import { CliFailure } from '../failure.ts';
import { interruption } from '../send/interrupt.ts';
import { showEnd, showUnderWay } from '../send/show.ts';
import { awaitEnd } from '../send/wait.ts';
import type { Service } from '../service.ts';
import { remoteCommand, type RemoteFlags, withService } from '../sub-command.ts';
import { listCommands } from './list.ts';
import { showCommand } from './show.ts';

export interface CommandsFlags extends RemoteFlags {
  readonly device?: string;
  readonly command?: string;
  readonly outcome?: Outcome;
  readonly by?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit?: number;
  readonly cancel?: true;
  /** Seconds, or true: to its end. */
  readonly wait?: number | true;
}

const outcomes: readonly Outcome[] = ['succeeded', 'refused', 'failed', 'not-sent', 'unknown'];

export function addCommands(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  const command = remoteCommand(program, 'commands');
  command
    .description('list the latest commands, or show what became of one')
    .argument('[id]', 'the one to show', named)
    .option('--device <device>', 'only those of this device')
    .option('--command <command>', 'only these: a name, write: and a property, or stop')
    .addOption(new Option('--outcome <outcome>', 'only those that ended so').choices(outcomes))
    .option('--by <name>', 'only those of this caller')
    .option('--from <time>', 'only those since this time (RFC 3339)', instantText)
    .option('--to <time>', 'only those before this time (RFC 3339)', instantText)
    .option('--limit <number>', 'how many at most; 50 if not given', wholeNumber(10_000))
    .option(
      '--wait [seconds]',
      'with an id: wait for its end; the exit code says what became of it',
      seconds(86_400, true),
    )
    .option('--cancel', 'with an id: see to it that it is not sent, or ask the device to end it')
    .action(async (id: string | undefined, flags: CommandsFlags) => {
      finish(await withService(flags, context, (service) => commands(id, flags, service)));
    });
}

async function commands(id: string | undefined, flags: CommandsFlags, service: Service): Promise<ExitCode> {
  const { cancel, wait } = flags;
  if (id === undefined) {
    if (cancel === true || wait !== undefined) throw new CliFailure(exitCodes.usage, 'say which command, by its id');
    await listCommands(flags, service);
    return exitCodes.succeeded;
  }
  if (cancel === true) {
    const how = await service.lab.cancel(id);
    const command = await service.lab.command(id);
    if (wait === undefined) {
      showCommand(command, service);
      service.print.note(how === 'asked' ? 'The device is asked to end it.' : 'It was withdrawn: nothing is sent.');
      return exitCodes.succeeded;
    }
  }
  if (wait !== undefined) return await waited(id, wait === true ? undefined : wait * 1000, service);
  showCommand(await service.lab.command(id), service);
  return exitCodes.succeeded;
}

async function waited(id: string, waitMs: number | undefined, service: Service): Promise<ExitCode> {
  using interrupted = interruption(service.context);
  const end = await awaitEnd(service, await service.lab.command(id), waitMs, interrupted.signal);
  if (end.state === 'ended') return showEnd(end, service);
  showUnderWay(end, service);
  return exitCodes.pending;
}
