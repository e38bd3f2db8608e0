import { dirname, resolve } from 'node:path';
import { isRecord } from '../yaml/schema-walk.ts';
import { parseTree } from '../yaml/tree.ts';
import { applyOverrides, environmentOverrides } from './environment.ts';
import { maxFileBytes, readFailure, type ReadFile, readFile, utf8 } from './read-file.ts';
import { storeSchema } from './schema.ts';
import type { Environment } from './secrets.ts';

/**
 * Where the store of a configuration is, absolute, for whoever looks after its files: no secret is resolved and no driver
 * is loaded for it, and nothing else of the file needs to be right. Throws an Error whose message is for people.
 */
export async function storeDirectoryOf(file: string, env: Environment, read: ReadFile = readFile): Promise<string> {
  const text = await read(file, maxFileBytes).then(utf8, (error: unknown) => {
    throw new Error(`${file}: ${readFailure(error)}`);
  });
  const tree = parseTree(text ?? '');
  if (text === undefined || !tree.readable || !isRecord(tree.value)) throw new Error(`${file} is no configuration`);
  const { value } = applyOverrides(tree.value, environmentOverrides(env).overrides);
  const store = isRecord(value['store']) ? value['store'] : {};
  const { directory: schema } = storeSchema.properties;
  const directory: unknown = store['directory'] ?? schema.default;
  if (typeof directory !== 'string' || directory === '') {
    throw new Error(`${file}: store.directory is not the name of a folder`);
  }
  return resolve(dirname(file), directory);
}
