import { dirname, resolve } from 'node:path';
import { withDefaults } from '../yaml/schema-walk.ts';
import type { Config } from './config.ts';
import { storeSchema } from './schema.ts';

/** The folder is relative to the file, as every path in it is. */
export function buildStore(source: string, value: unknown): Config['store'] {
  const filled = withDefaults(storeSchema, value ?? {}) as Config['store']; // it was checked
  return { ...filled, directory: resolve(dirname(source), filled.directory) };
}
