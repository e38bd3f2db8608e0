import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The page as its sources are now: it is built once for all suites, and rejects with what is wrong if it cannot be. */
export async function builtDashboard(): Promise<string> {
  await promisify(execFile)(process.execPath, [join(root, 'packaging/dashboard/build.ts')]);
  return join(root, 'src/dashboard/build');
}
