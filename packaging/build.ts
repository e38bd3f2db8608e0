/** Makes `dist/`, which the package runs: modules in few files, their types, and what they read beside themselves. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyAssets } from './assets.ts';
import { bundle } from './bundle.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'dist');

// What is left of an older build would be packed, too.
rmSync(target, { recursive: true, force: true });
const compiler = join(root, 'node_modules/typescript/bin/tsc');
execFileSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
execFileSync(process.execPath, [join(root, 'packaging/dashboard/build.ts')], { stdio: 'inherit' });
await bundle(target);
copyAssets(root, target);
