import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { storeDirectoryOf } from '../../config/index.ts';
import type { Surroundings } from '../context.ts';

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

/** The folder of the audit and of the store that it is in. Throws an Error whose message is for people. */
export async function auditFiles(
  { config, dir }: StoreFlags,
  { env }: Surroundings,
): Promise<{ readonly store: string; readonly audit: string }> {
  const store = await storeOf(config, dir, env);
  const audit = join(store, 'audit');
  if (existsSync(audit)) return { store, audit };
  throw new Error(`${store} holds no audit; say which store with --config or --dir`);
}

async function storeOf(config: string | undefined, dir: string | undefined, env: Surroundings['env']): Promise<string> {
  if ((config === undefined) === (dir === undefined))
    throw new Error('say which store: --config FILE or --dir DIRECTORY');
  return dir === undefined ? await storeDirectoryOf(String(config), env) : resolve(dir);
}
