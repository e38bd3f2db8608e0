/** The service as it is installed: in `dist/` of this checkout. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyAssets } from '../packaging/assets.ts';
import { bundle } from '../packaging/bundle.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Makes it anew, without the pages of the dashboard. Returns what starts it. */
export async function compiled(): Promise<string> {
  const target = join(root, 'dist');
  rmSync(target, { recursive: true, force: true });
  await bundle(target);
  copyAssets(root, target);
  return join(target, 'src/main.js');
}
