/**
 * Prints where the tarball is that `npm pack` makes of this checkout as it is now. A process of its own, since it waits
 * while another one packs; what has not changed is packed once.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, 'node_modules/.cache/bellcrank-package');

/** All that may matter: what is packed, and how. */
const inputs = ['bin', 'docs', 'drivers', 'examples', 'packaging', 'simulators', 'src'];

/** Tarballs of earlier states, which somebody may just be using. */
const keptMs = 3_600_000;

function files(): string[] {
  const top = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isFile());
  const below = inputs.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()),
  );
  const paths = [...top, ...below].map(({ parentPath, name }) => join(parentPath, name));
  // What services have left there, what projects have installed, and what is made while it is packed.
  return paths
    .filter((path) => !/\/(?:bellcrank-data|node_modules|dashboard\/build(\.new)?)\//.test(path.slice(root.length)))
    .sort();
}

function digest(): string {
  const hash = createHash('sha256');
  for (const file of files()) hash.update(`${file}\0`).update(readFileSync(file));
  return hash.digest('hex').slice(0, 32);
}

function pack(tarball: string): void {
  const target = `${tarball}.new`;
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  const env = { ...process.env, npm_config_update_notifier: 'false' };
  execFileSync('npm', ['pack', '--silent', '--pack-destination', target], { cwd: root, env, stdio: ['ignore', 2, 2] });
  const [made = ''] = readdirSync(target);
  renameSync(join(target, made), tarball);
  rmSync(target, { recursive: true });
}

function forgetOld(): void {
  for (const name of readdirSync(cache).filter((each) => each.endsWith('.tgz'))) {
    const path = join(cache, name);
    if (Date.now() - statSync(path).mtimeMs > keptMs) rmSync(path);
  }
}

mkdirSync(cache, { recursive: true });
// A lock that waits, and that no killed process leaves behind.
using lock = new DatabaseSync(join(cache, 'lock.db'), { timeout: 240_000 });
lock.exec('BEGIN EXCLUSIVE');
forgetOld();
const tarball = join(cache, `${digest()}.tgz`);
if (!existsSync(tarball)) pack(tarball);
process.stdout.write(tarball);
