import type { Command } from 'commander';
import { connect, type Lab } from '../../client/index.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../context.ts';
import { type Connection, type ConnectionFlags, connectionOf, connectionOptions } from './connection.ts';
import { CliFailure } from './failure.ts';
import { Printer } from './output/printer.ts';
import { jsonText } from './output/text.ts';

/** What every sub-command has that asks a service. */
export interface RemoteFlags extends ConnectionFlags {
  readonly json?: true;
}

/** What such a sub-command works with. */
export interface Service {
  readonly lab: Lab;
  readonly connection: Connection;
  readonly print: Printer;
  readonly context: Surroundings;
}

/** A sub-command with the options that all of them have. */
export function remoteCommand(program: Command, name: string): Command {
  return connectionOptions(program.command(name)).option('--json', 'print JSON, for programs');
}

/** Does what a sub-command does, and tells what went wrong with what to do about it. */
export async function withService(
  flags: RemoteFlags,
  context: Surroundings,
  work: (service: Service) => Promise<ExitCode>,
): Promise<ExitCode> {
  const print = new Printer(context, flags.json === true);
  let service: Service | undefined;
  try {
    const connection = await connectionOf(flags, context.env);
    const lab = connect({ url: connection.url, apiKey: connection.apiKey, clock: context.clock });
    service = { lab, connection, print, context };
    return await work(service);
  } catch (error) {
    if (error instanceof CliFailure) return told(print, error.exitCode, error.message, { code: 'cli', detail: error.message });
    if (service === undefined || context.shutdown.aborted) throw error;
    const { explain } = await import('./explain/explain.ts');
    const { exitCode, text, problem } = await explain(error, service);
    return told(print, exitCode, text, problem);
  }
}
