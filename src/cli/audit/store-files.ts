import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { storeDirectoryOf } from '../../config/index.ts';
import { BellcrankError, messageOf } from '../../errors.ts';
import { exitCodes, type ExitCode, type Surroundings } from '../context.ts';

/** Where the files of a service are: one of them is given. */
export interface StoreFlags {
  readonly config?: string;
  readonly dir?: string;
}

export function storeOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'the YAML file of the service whose store it is')
    .option('-d, --dir <directory>', 'the store itself, instead of --config');
}

/** Where the store is, absolute. Throws an Error whose message is for people. */
export async function storeOf({ config, dir }: StoreFlags, { env }: Surroundings): Promise<string> {
  if (config !== undefined && dir === undefined) return await storeDirectoryOf(config, env);
  if (dir !== undefined && config === undefined) return resolve(dir);
  throw new BellcrankError('invalid-request', 'say which store: --config FILE or --dir DIRECTORY');
}

/** The folder of the audit and of the store that it is in. Throws an Error whose message is for people. */
export async function auditFiles(
  flags: StoreFlags,
  context: Surroundings,
): Promise<{ readonly store: string; readonly audit: string }> {
  const store = await storeOf(flags, context);
  const audit = join(store, 'audit');
  if (existsSync(audit)) return { store, audit };
  throw new Error(`${store} holds no audit; say which store with --config or --dir`);
}

/** What goes wrong is told in a line, with what brought it about. */
export async function told(run: () => Promise<ExitCode>, { err }: Surroundings): Promise<ExitCode> {
  try {
    return await run();
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? ` (${messageOf(error.cause)})` : '';
    err(`${messageOf(error)}${cause}\n`);
    return error instanceof BellcrankError && error.code === 'invalid-request' ? exitCodes.usage : exitCodes.problem;
  }
}
