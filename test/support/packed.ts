import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, symlink } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** The package as `npm pack` makes it of this checkout: the path of its tarball. It is made once for all tests. */
export async function packed(): Promise<string> {
  const { stdout } = await run(process.execPath, [join(root, 'test/support/pack.ts')]);
  return stdout;
}

/**
 * Installs the package into a folder as npm would, without a network: unpacked, its command in `.bin`, and beside it what
 * it declares to depend on, and nothing else but what the folder's own project needs (`also`), linked from this checkout.
 */
export async function installPackage(folder: string, also: readonly string[] = []): Promise<string> {
  const modules = join(folder, 'node_modules');
  const installed = join(modules, 'bellcrank');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', await packed(), '-C', installed, '--strip-components=1']);
  const { dependencies, bin } = await manifestOf(installed);
  for (const name of [...Object.keys(dependencies), ...also])
    await link(join(root, 'node_modules', name), modules, name);
  await chmod(join(installed, bin.bellcrank), 0o755);
  await link(join(installed, bin.bellcrank), modules, '.bin/bellcrank');
  return installed;
}

/** What of the package's own manifest tests read. */
export interface Manifest {
  readonly version: string;
  readonly bin: { readonly bellcrank: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
}

export async function manifestOf(installed: string): Promise<Manifest> {
  // It is this project's own.
  return JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as Manifest;
}

/** An environment of somebody who has Node as this project needs it, and nothing of this checkout. */
export function plainEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter), ...more };
}

async function link(target: string, modules: string, name: string): Promise<void> {
  const path = join(modules, name);
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path);
}
