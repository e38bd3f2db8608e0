import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ExitCode, Surroundings } from '../context.ts';
import { instant } from '../instant.ts';
import { exportEntries, type ExportFlags } from './export.ts';
import { storeOptions, told } from './store-files.ts';
import { verify, type VerifyFlags } from './verify.ts';

export function addAudit(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  const audit = program
    .command('audit')
    .description('what was done, by whom: print it, look whether it is as it was written');
  storeOptions(audit.command('verify'))
    .description('find any entry that was changed, removed, moved or put in; a service may be running')
    .option('--expect <hash>', 'the hash of an entry that you noted elsewhere: it must be there', hash)
    .action(async (flags: VerifyFlags) => finish(await told(() => verify(flags, context), context)));
  storeOptions(audit.command('export'))
    .description('print what was done in a time, oldest first')
    .option('--from <time>', 'only what was done since this time (RFC 3339)', instant)
    .option('--to <time>', 'only what was done before this time (RFC 3339)', instant)
    .addOption(new Option('--format <format>', 'as what').choices(['jsonl', 'csv']).default('jsonl'))
    .action(async (flags: ExportFlags) => finish(await told(() => exportEntries(flags, context), context)));
}

function hash(text: string): string {
  if (!/^[0-9a-fA-F]{64}$/.test(text)) throw new InvalidArgumentError('It must be 64 hexadecimal digits.');
  return text.toLowerCase();
}
