import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AnyDriver } from '../driver/contract.ts';
import { messageOf } from '../errors.ts';
import { isDefinition } from './definitions.ts';
import { notADriver } from './driver-shape.ts';
import { type ImportModule, isPath } from './import-module.ts';
import type { Finding } from '../yaml/place.ts';
import { isRecord } from '../yaml/schema-walk.ts';

export interface UserDrivers {
  readonly drivers: readonly AnyDriver[];
  readonly findings: readonly Finding[];
}

/**
 * Loads the modules of `drivers:` as the configuration file itself would import them. This runs their code, for
 * `check` too: a device's options can only be checked by the driver's own schema.
 */
export async function loadUserDrivers(
  listed: readonly unknown[],
  builtIn: readonly AnyDriver[],
  from: URL,
  importModule: ImportModule,
): Promise<UserDrivers> {
  const owners = new Map(builtIn.map(({ model }) => [model.name, 'a built-in one']));
  const drivers: AnyDriver[] = [];
  const findings: Finding[] = [];
  for (const [index, specifier] of listed.entries()) {
    if (typeof specifier !== 'string' || isDefinition(specifier)) continue;
    const path = ['drivers', String(index)];
    for (const result of await loadModule(specifier, from, importModule)) {
      if (typeof result === 'string') {
        findings.push({ path, detail: result });
        continue;
      }
      const { name } = result.model;
      const owner = owners.get(name);
      if (owner === undefined) drivers.push(result);
      else findings.push({ path, detail: `brings a driver ${name}, and so does ${owner}; rename its model` });
      owners.set(name, owner ?? specifier);
    }
  }
  return { drivers, findings };
}

/** The drivers of one module, or why there is none. */
async function loadModule(specifier: string, from: URL, importModule: ImportModule): Promise<(AnyDriver | string)[]> {
  let module: unknown;
  try {
    module = await importModule(specifier, from);
  } catch (error) {
    return [failure(specifier, from, error)];
  }
  const exported = isRecord(module) ? module['default'] : undefined;
  if (exported === undefined) return ['has no default export; export a driver, or an array of drivers, as default'];
  const all: unknown[] = Array.isArray(exported) ? exported : [exported];
  if (all.length === 0) return ['exports an empty array as default; it must hold at least one driver'];
  return all.map((value) => notADriver(value) ?? (value as AnyDriver)); // just found to be one
}

/** What went wrong and what to do; a missing module is told from a missing import of a module that is there. */
function failure(specifier: string, from: URL, error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_UNSUPPORTED_DIR_IMPORT')
    return `is a folder; write ${specifier}/ for the definitions in it, or name the file of a driver`;
  const text = `cannot be loaded: ${messageOf(error)}${placeOf(specifier, from, error)}`;
  if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) return text;
  if (isPath(specifier)) return existsSync(new URL(specifier, from)) ? text : `the file ${specifier} does not exist`;
  if (!error.message.includes(`'${specifier}'`)) return text;
  if (/\.[cm]?[jt]s$/.test(specifier))
    return `names no installed package; a file’s path starts with ./, as in ./${specifier}`;
  return `names no package that is installed beside this file: npm install ${specifier}`;
}

/** Where in the user's own source it went wrong, as far as Node says so. */
function placeOf(specifier: string, from: URL, error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { stack = '' } = error;
  // What cannot be read as a module or as TypeScript is told with its place on the first line.
  const [, file, line] = /^((?:file:)?\/.*):(\d+)\r?\n/.exec(stack) ?? [];
  if (file !== undefined) return ` (${pathOf(file)}:${line})`;
  if (!isPath(specifier)) return '';
  const module = new URL(specifier, from);
  const frame = stack.split('\n').find((each) => each.includes(module.href) || each.includes(fileURLToPath(module)));
  const [, where] = /:(\d+:\d+)\)?$/.exec(frame ?? '') ?? [];
  if (where !== undefined) return ` (${fileURLToPath(module)}:${where})`;
  return error instanceof SyntaxError ? `; node --check ${fileURLToPath(module)} says where` : '';
}

function pathOf(file: string): string {
  return file.startsWith('file:') ? fileURLToPath(file) : file;
}
