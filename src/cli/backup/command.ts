import { resolve } from 'node:path';
import type { Command } from 'commander';
import { tellRestored } from './audited.ts';
import { backUp } from '../../backup/backup.ts';
import { restore } from '../../backup/restore.ts';
import { likeThisFolder } from '../../private-file.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../context.ts';
import { type StoreFlags, storeOf, storeOptions, told } from '../audit/store-files.ts';

interface BackupFlags extends StoreFlags {
  readonly to: string;
  readonly history: boolean;
}

interface RestoreFlags extends StoreFlags {
  readonly from: string;
  readonly force?: true;
}

export function addBackup(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  storeOptions(program.command('backup'))
    .description('copy a store to a new folder; a service may be running')
    .requiredOption('--to <directory>', 'the folder to make')
    .option('--no-history', 'leave out the readings, which may be by far the most')
    .action(async (flags: BackupFlags) => finish(await told(() => runBackup(flags, context), context)));
}

export function addRestore(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  storeOptions(program.command('restore'))
    .description('make a store of a backup; the service must not be running')
    .requiredOption('--from <directory>', 'the backup')
    .option('--force', 'move aside what is in the store')
    .action(async (flags: RestoreFlags) => finish(await told(() => runRestore(flags, context), context)));
}

async function runBackup({ to, history, ...flags }: BackupFlags, context: Surroundings): Promise<ExitCode> {
  const store = await storeOf(flags, context);
  const { version, clock } = context;
  const { files } = await backUp({ store, to: resolve(to), withoutHistory: !history, version, clock });
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  context.out(`${to}: ${files.length} files, ${bytes} bytes\n`);
  return exitCodes.succeeded;
}

async function runRestore({ from, force, ...flags }: RestoreFlags, context: Surroundings): Promise<ExitCode> {
  const store = await storeOf(flags, context);
  const stamp = new Date(context.clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const { manifest, aside } = await restore({ from: resolve(from), store, force: force === true, stamp });
  await tellRestored(store, manifest, context);
  await likeThisFolder(store);
  context.out(`${store}: as it was at ${manifest.begunAt}\n`);
  if (aside !== undefined) context.out(`what was there before is in ${aside}\n`);
  context.out('Latches, devices and keys are those of then: look at what was stopped and revoked since.\n');
  return exitCodes.succeeded;
}
