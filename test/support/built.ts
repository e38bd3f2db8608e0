import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

let program: string | undefined;

/** The program as the package runs it, built of this checkout: what a test starts as a process unless the source is what it is about. */
export function built(): string {
  program ??= execFileSync(process.execPath, [fileURLToPath(new URL('build.ts', import.meta.url))], {
    encoding: 'utf8',
  });
  return program;
}
