import type { Command, Option } from 'commander';
import type { Surroundings } from '../../context.ts';
import type { ConnectionFlags } from '../connection.ts';
import { streamTypes } from '../watch/types.ts';
import { askFor } from './ask.ts';
import { kindAt, optionKinds } from './operands.ts';
import { lineOf } from './words.ts';

/** What the program is, for completing a line of it. */
export interface Completing {
  /** Its sub-commands. */
  readonly names: readonly string[];
  /** One of them, with its options. */
  readonly load: (name: string) => Promise<Command | undefined>;
  readonly context: Surroundings;
}

/** What a shell puts on its command line must not be more than a word there, whatever a device calls its things. */
const plainWord = /^[\w.:@%+,/-]+=?[\w.:@%+,/-]*$/;

/** The words that may stand where the cursor is, after a line like `bellcrank send psu-1 se`. */
export async function complete(text: string, completing: Completing): Promise<readonly string[]> {
  const { before, current } = lineOf(text);
  const found = await candidates(before.slice(1), current, completing);
  return found.filter((word) => word.startsWith(current) && plainWord.test(word));
}

async function candidates(
  before: readonly string[],
  current: string,
  { names, load, context }: Completing,
): Promise<readonly string[]> {
  const [name, ...rest] = before;
  if (name === undefined) return current.startsWith('-') ? ['--help', '--version'] : [...names, 'help'];
  if (name === 'help') return names;
  const top = await load(name);
  if (top === undefined) return [];
  const [command, title, words] = innermost(top, name, rest);
  const { operands, flags, pending } = read(command, words);
  if (pending !== undefined) {
    return await ofOption(pending, title, { operands, current }, flags, context);
  }
  if (current.startsWith('-')) return optionNames(command);
  if (command.commands.length > 0) return command.commands.map((inner) => inner.name());
  const [argument] = command.registeredArguments.slice(operands.length);
  if (argument?.argChoices !== undefined) return argument.argChoices;
  const kind = kindAt(title, operands.length);
  return kind === undefined ? [] : await askFor({ kind, operands, current }, flags, context);
}

/** The sub-command of a sub-command, and what follows it. */
function innermost(top: Command, name: string, rest: readonly string[]): [Command, string, readonly string[]] {
  const [first, ...others] = rest;
  const inner = top.commands.find((command) => command.name() === first);
  return inner === undefined ? [top, name, rest] : [inner, `${name} ${inner.name()}`, others];
}

interface Read {
  readonly operands: readonly string[];
  readonly flags: ConnectionFlags;
  /** The option whose value is being written. */
  readonly pending: Option | undefined;
}

function read(command: Command, words: readonly string[]): Read {
  const operands: string[] = [];
  const values: Record<string, string> = {};
  let pending: Option | undefined;
  for (const word of words) {
    const [name = '', ...value] = word.split('=');
    const option = command.options.find(({ long, short }) => name === long || name === short);
    if (pending !== undefined) {
      values[pending.attributeName()] = word;
      pending = undefined;
    } else if (option === undefined) {
      if (!word.startsWith('-')) operands.push(word);
    } else if (value.length > 0) values[option.attributeName()] = value.join('=');
    else if (option.required) pending = option;
  }
  return { operands, flags: values, pending };
}

async function ofOption(
  option: Option,
  title: string,
  place: { readonly operands: readonly string[]; readonly current: string },
  flags: ConnectionFlags,
  context: Surroundings,
): Promise<readonly string[]> {
  if (option.argChoices !== undefined) return option.argChoices;
  const called = `${title} ${option.long ?? ''}`;
  if (called === 'watch --type') return streamTypes;
  const kind = Object.hasOwn(optionKinds, called) ? optionKinds[called] : undefined;
  return kind === undefined ? [] : await askFor({ kind, ...place }, flags, context);
}

function optionNames(command: Command): readonly string[] {
  const names = command.options.map(({ long }) => long).filter((long) => typeof long === 'string');
  return [...new Set([...names, '--help'])];
}
