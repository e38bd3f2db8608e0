import type { Command } from 'commander';
import { definitionJsonSchema } from '../../drivers/index.ts';
import { configJsonSchema } from '../config/index.ts';
import type { CliContext, ExitCode } from './context.ts';

export function addSchema(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  program
    .command('schema')
    .description('print the JSON Schema of the configuration file, or of definitions, for editors')
    .option('--definition', 'print that of definitions instead')
    .action(({ definition }: { readonly definition?: true }) => {
      const schema = definition ? definitionJsonSchema() : configJsonSchema(context);
      context.out(`${JSON.stringify(schema, null, 2)}\n`);
      finish(0);
    });
}
