/**
 * Prints where the program is that tests start as processes: this checkout as it is now, in few files as in the package, which
 * start in half the time. A process of its own, since it waits while another one builds; what has not changed is built once.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { assets } from '../../packaging/assets.ts';
import { bundle } from '../../packaging/bundle.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, 'node_modules/.cache');
const prefix = '.built-';

/** All that may matter. */
const inputs = ['{src,drivers,simulators}/**/*.ts', 'packaging/*.ts', 'tsconfig*.json', 'package-lock.json'];
const others = /^src\/dashboard\/|\.test\.ts$/;
/** What is older, somebody may just be using. */
const keptMs = 3_600_000;

function digest(): string {
  const hash = createHash('sha256');
  const paths = globSync(inputs, { cwd: root }).filter((path) => !others.test(path));
  for (const path of [...paths.sort(), ...assets(root)]) hash.update(`${path}\0`);
  for (const path of paths) hash.update(readFileSync(join(root, path))).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** What modules read beside themselves stays in the checkout, and the page may be built only later. */
function link(target: string): void {
  const files = assets(root).filter((path) => !path.startsWith('src/dashboard/'));
  for (const path of [...files, 'src/dashboard/build']) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    symlinkSync(join(root, path), join(target, path));
  }
}

async function build(target: string): Promise<void> {
  const fresh = `${target}.new`;
  rmSync(fresh, { recursive: true, force: true });
  await bundle(fresh);
  link(fresh);
  renameSync(fresh, target);
}

function forgetOld(): void {
  for (const name of readdirSync(root).filter((each) => each.startsWith(prefix))) {
    if (Date.now() - statSync(join(root, name)).mtimeMs > keptMs) rmSync(join(root, name), { recursive: true });
  }
}

const target = join(root, prefix + digest());
if (!existsSync(target)) {
  mkdirSync(cache, { recursive: true });
  // A lock that waits, and that no killed process leaves behind.
  using lock = new DatabaseSync(join(cache, 'bellcrank-built.db'), { timeout: 240_000 });
  lock.exec('BEGIN EXCLUSIVE');
  forgetOld();
  if (!existsSync(target)) await build(target);
}
process.stdout.write(join(target, 'src/main.js'));
