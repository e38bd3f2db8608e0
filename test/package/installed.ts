import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';
import { installPackage, plainEnvironment } from '../support/packed.ts';

/** How long packing may take where nothing is packed yet; other suites may be at it. */
export const packingMs = 240_000;

export interface Installation {
  /** The user's folder, with a `package.json` of its own. */
  readonly folder: string;
  /** `node_modules/bellcrank` in it. */
  readonly installed: string;
  write(name: string, text: string): Promise<string>;
  /** A program of the folder, by an environment without anything of this checkout. */
  run(program: string, ...args: string[]): Promise<{ readonly stdout: string; readonly stderr: string }>;
}

/** An empty folder in which somebody has installed the package; it is gone when the suite ends. */
export async function emptyFolder(also: readonly string[] = []): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), 'bellcrank-package-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };
  await write('package.json', '{ "type": "module", "private": true }');
  return {
    folder,
    installed: await installPackage(folder, also),
    write,
    run: (program, ...args) => promisify(execFile)(program, args, { cwd: folder, env: plainEnvironment() }),
  };
}
