/**
 * Builds the page at `/` unless it is built of just these sources; who comes meanwhile waits. `--if-possible` goes on without
 * it, since the service does all else: for an installation without the parts that it is built from.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { compress } from './compress.ts';
import { digest, isFresh, root, stamp, target } from './sources.ts';

const cache = join(root, 'node_modules/.cache');
const fresh = `${target}.new`;

async function make(): Promise<void> {
  const made = digest();
  // Whoever asks for it, a test for instance, gets the same page.
  process.env['NODE_ENV'] = 'production';
  const [{ build }, { default: config }] = await Promise.all([import('vite'), import('./vite.config.ts')]);
  const options = { ...config.build, outDir: fresh, emptyOutDir: true };
  await build({ ...config, configFile: false, logLevel: 'warn', build: options });
  compress(fresh);
  writeFileSync(join(fresh, stamp), made);
  // A service that runs has the old page until the new one is whole.
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
}

async function makeAlone(): Promise<void> {
  mkdirSync(cache, { recursive: true });
  // A lock that waits, and that no killed process leaves behind.
  using lock = new DatabaseSync(join(cache, 'bellcrank-dashboard.db'), { timeout: 120_000 });
  lock.exec('BEGIN EXCLUSIVE');
  if (!isFresh()) await make();
}

try {
  if (!isFresh()) await makeAlone();
} catch (error) {
  if (!process.argv.includes('--if-possible')) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`The dashboard was not built, the service runs without it: ${reason}\n`);
}
