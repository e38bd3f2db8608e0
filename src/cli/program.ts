import { Command, CommanderError } from 'commander';
import { addCheck } from './check.ts';
import { addClient } from './client/command.ts';
import { addCompare } from './compare/command.ts';
import type { CliContext, ExitCode } from './context.ts';
import { addPorts } from './ports.ts';
import { addReplay } from './replay/command.ts';
import { addScaffold } from './scaffold/command.ts';
import { addRecord } from './record/record.ts';
import { addSchema } from './schema.ts';
import { addServe } from './serve.ts';
import { addSimulate } from './simulate/command.ts';
import { addTry } from './try/try.ts';

/** Runs one command line, without the names of the interpreter and the script; resolves with the exit code. */
export async function runCommandLine(args: readonly string[], context: CliContext): Promise<ExitCode> {
  let code: ExitCode = 0;
  const finish = (result: ExitCode): void => {
    code = result;
  };
  const program = createProgram(context);
  addServe(program, context, finish);
  addCheck(program, context, finish);
  addClient(program, context, finish);
  addCompare(program, context, finish);
  addPorts(program, context, finish);
  addReplay(program, context, finish);
  addScaffold(program, context, finish);
  addSchema(program, context, finish);
  addSimulate(program, context, finish);
  addTry(program, context, finish);
  addRecord(program, context, finish);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    // Commander has already printed the help, the version, or what is wrong with the arguments.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

function createProgram({ version, out, err }: CliContext): Command {
  return new Command('bellcrank')
    .description('HTTP to hardware: typed endpoints over serial, TCP and MQTT devices')
    .version(version)
    .configureOutput({ writeOut: out, writeErr: err })
    .showHelpAfterError('(--help tells more)')
    .showSuggestionAfterError()
    .exitOverride();
}
