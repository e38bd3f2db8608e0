/** The service as it is installed: compiled, into `dist/` of this checkout. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyAssets } from '../packaging/assets.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Compiles it anew, without the pages of the dashboard. Returns what starts it. */
export function compiled(): string {
  const target = join(root, 'dist');
  rmSync(target, { recursive: true, force: true });
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
  copyAssets(root, target);
  return join(target, 'src/main.js');
}
