import { Argument, type Command } from 'commander';
import { exitCodes, type ExitCode, type Surroundings } from '../../context.ts';
import { scripts } from './scripts.ts';

export function addCompletion(program: Command, { out }: Surroundings, finish: (code: ExitCode) => void): void {
  program
    .command('completion')
    .description('print what completes commands, options, and the names of devices and of what they have, in a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(scripts)))
    .addHelpText('after', '\nIn bash: eval "$(bellcrank completion bash)"; the script itself says where it belongs.')
    .action((shell: string) => {
      out(scripts[shell] ?? '');
      finish(exitCodes.succeeded);
    });
}
