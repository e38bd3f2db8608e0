import { type Command, InvalidArgumentError } from 'commander';
import { findingText } from '../../../drivers/index.ts';
import { BellcrankError, messageOf } from '../../errors.ts';
import type { CliContext, ExitCode } from '../context.ts';
import { writeNewFile } from '../new-file.ts';
import { readRecordingFile } from '../recording-file.ts';
import { scaffold } from './print.ts';

interface ScaffoldOptions {
  readonly model: string;
  readonly out?: string;
  readonly force?: boolean;
}

export function addScaffold(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  program
    .command('scaffold')
    .description('draft a definition, and so a simulator, from a recording of a device')
    .argument('<file>', 'the recording')
    .option('--model <name>', 'how the type of device is called', modelName, 'my-device')
    .option('-o, --out <file>', 'write it there instead of printing it')
    .option('--force', 'even if there is such a file')
    .action((file: string, options: ScaffoldOptions) => finish(draft(file, options, context)));
}

function modelName(text: string): string {
  if (text.length <= 60 && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text)) return text;
  throw new InvalidArgumentError('It must be lower-case letters and digits with single hyphens between, 60 at most.');
}

/** The draft is checked as any definition is: what is printed can be used. */
function draft(file: string, { model, out, force = false }: ScaffoldOptions, context: CliContext): ExitCode {
  let text: string | undefined;
  try {
    text = scaffold(readRecordingFile(file), model);
    const { findings } = context.definitions.read({ name: out ?? 'the draft', text }, () => undefined);
    if (out === undefined) context.out(text);
    else writeNewFile(out, text, force);
    const lines = findings.slice(0, 100).map(findingText);
    if (lines.length > 0) context.err(`${lines.join('\n')}\n`);
    return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
  } catch (error) {
    if (!(error instanceof BellcrankError)) throw error;
    context.err(`${messageOf(error)}\n`);
    // The call was right once there is a draft: the file that it was to go to may be there already.
    return text === undefined && error.code === 'invalid-request' ? 2 : 1;
  }
}
