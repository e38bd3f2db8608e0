/** Builds the page at `/` unless it is built of just these sources. `--check` builds nothing and fails if it is not. */
import { rmSync, writeFileSync } from 'node:fs';
import { compress } from './compress.ts';
import { digest, isFresh, stamp, target } from './sources.ts';

if (!isFresh()) {
  if (process.argv.includes('--check')) {
    process.stderr.write('The dashboard is not built of its sources as they are now: npm run dashboard:build\n');
    process.exit(1);
  }
  await make();
}

async function make(): Promise<void> {
  rmSync(stamp, { force: true });
  const made = digest();
  const [{ build }, { default: config }] = await Promise.all([import('vite'), import('./vite.config.ts')]);
  await build({ ...config, configFile: false, logLevel: 'warn' });
  compress(target);
  writeFileSync(stamp, made);
}
