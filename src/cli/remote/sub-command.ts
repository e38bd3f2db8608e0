import type { Command } from 'commander';
import { connect } from '../../client/index.ts';
import type { ExitCode, Surroundings } from '../context.ts';
import { type ConnectionFlags, connectionOf, connectionOptions } from './connection.ts';
import { CliFailure } from './failure.ts';
import { Printer } from './output/printer.ts';
import type { Service } from './service.ts';

/** What every sub-command has that asks a service. */
export interface RemoteFlags extends ConnectionFlags {
  readonly json?: true;
}

/** A sub-command with the options that all of them have. */
export function remoteCommand(program: Command, name: string): Command {
  return connectionOptions(program.command(name)).option('--json', 'print JSON, for programs');
}

/** Does what a sub-command does, and tells what went wrong with what to do about it; `device` is the one concerned. */
export async function withService(
  flags: RemoteFlags,
  context: Surroundings,
  work: (service: Service) => Promise<ExitCode>,
  device?: string,
): Promise<ExitCode> {
  const print = new Printer(context, flags.json === true);
  let service: Service | undefined;
  try {
    const connection = await connectionOf(flags, context.env);
    const lab = connect({ url: connection.url, apiKey: connection.apiKey, clock: context.clock });
    service = { lab, connection, print, context };
    return await work(service);
  } catch (error) {
    if (error instanceof CliFailure) {
      if (print.json) print.document(error.problem);
      print.note(...error.message.split('\n'));
      return error.exitCode;
    }
    if (service === undefined) throw error;
    return await tell(error, service, device);
  }
}

/** Says what went wrong; resolves with the exit code. */
export async function tell(error: unknown, service: Service, device?: string): Promise<ExitCode> {
  const { explain } = await import('./explain/explain.ts');
  const { exitCode, lines, problem } = await explain(error, service, device);
  if (service.print.json) service.print.document(problem);
  service.print.note(...lines);
  return exitCode;
}
