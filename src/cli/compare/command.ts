import { type Command, InvalidArgumentError } from 'commander';
import {
  type Comparison,
  compareRecording,
  differenceText,
  kindsOfDifference,
} from '../../../simulators/recording/index.ts';
import { BellcrankError, messageOf } from '../../errors.ts';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import type { CliContext, ExitCode } from '../context.ts';
import { nameAndValue, type NameValue } from '../name-value.ts';
import { readRecordingFile } from '../recording-file.ts';
import { wholeNumber } from '../simulate/command.ts';
import { optionProblems, simulatorNamed } from '../simulate/model.ts';

interface CompareOptions {
  readonly seed: number;
  readonly option: readonly NameValue[];
  readonly tolerance?: number;
  readonly ignore: readonly string[];
}

const help = `
Kinds of difference, for --ignore: ${kindsOfDifference.join(', ')}. \`values\` is the same answer with other numbers.
The exit code is 1 if there is a difference that is not ignored.`;

export function addCompare(program: Command, context: CliContext, finish: (code: ExitCode) => void): void {
  program
    .command('compare')
    .description('ask a simulator what a recorded device was asked, and tell where their answers differ')
    .argument('<file>', 'the recording')
    .argument('<model>', 'the model that is simulated, or the path of a definition')
    .option('--seed <number>', 'of the simulator', wholeNumber(0xffff_ffff), 1)
    .option('--option <name=value>', 'an option of the simulator; may be repeated', nameAndValue, [])
    .option(
      '--tolerance <ms>',
      'how much sooner or later an answer may begin; without it answers are not timed',
      wholeNumber(3_600_000),
    )
    .option('--ignore <kinds>', 'kinds of difference that do not count, with commas between', kinds, [])
    .addHelpText('after', help)
    .action(async (file: string, model: string, options: CompareOptions) => {
      finish(await compare(file, model, options, context));
    });
}

function kinds(text: string): readonly string[] {
  const given = text.split(',').map((each) => each.trim());
  const wrong = given.find((each) => !kindsOfDifference.some((known) => known === each));
  if (wrong !== undefined) throw new InvalidArgumentError(`They are: ${kindsOfDifference.join(', ')}.`);
  return given;
}

async function compare(file: string, model: string, options: CompareOptions, context: CliContext): Promise<ExitCode> {
  const { err } = context;
  const found = simulatorNamed(model, context);
  if ('problem' in found) {
    err(`${found.problem}\n`);
    return found.code;
  }
  const given = Object.fromEntries(options.option);
  const problems = optionProblems(found.kind, given);
  if (problems.length > 0) {
    err(`${problems.join('\n')}\n`);
    return 2;
  }
  try {
    const { seed, tolerance } = options;
    const settings = { clock: new VirtualClock(), seed, options: given };
    const timed = tolerance === undefined ? {} : { toleranceMs: tolerance };
    return tell(
      await compareRecording(readRecordingFile(file), found.kind, { ...settings, ...timed }),
      options,
      context,
    );
  } catch (error) {
    if (!(error instanceof BellcrankError)) throw error;
    err(`${messageOf(error)}\n`);
    return error.code === 'invalid-request' ? 2 : 1;
  }
}

function tell({ turns, differences }: Comparison, { ignore }: CompareOptions, { out }: CliContext): ExitCode {
  const counted = differences.filter(({ kind }) => !ignore.includes(kind));
  for (const difference of counted) out(`${differenceText(difference)}\n`);
  const ignored = differences.length - counted.length;
  const also = ignored === 0 ? '' : `, ${ignored} ignored`;
  out(`${turns} asked, ${counted.length} answered otherwise${also}\n`);
  return counted.length > 0 ? 1 : 0;
}
