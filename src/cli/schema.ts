import type { Command } from 'commander';
import { configJsonSchema } from '../config/index.ts';
import type { CliContext, ExitCode } from './context.ts';

export function addSchema(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  program
    .command('schema')
    .description('print the JSON Schema of the configuration file, for editors')
    .action(() => {
      context.out(`${JSON.stringify(configJsonSchema(context), null, 2)}\n`);
      finish(0);
    });
}
