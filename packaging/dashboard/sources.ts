import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const target = join(root, 'src/dashboard/build');
/** What the bundle was made of; it is written last, so that half a bundle is none. */
export const stamp = '.sources';

/** All that the bundle is made of: the page, the client, how it is built, and the versions of its parts. */
const inputs = [
  'src/dashboard/**',
  'src/client/**',
  'src/{clock,errors}.ts',
  'packaging/dashboard/**',
  'tsconfig.base.json',
  'package-lock.json',
];
const others = /^src\/dashboard\/build(\.new)?(\/|$)|\.test\.tsx?$/;

export function sources(): string[] {
  const found = globSync(inputs, { cwd: root, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = found.map(({ parentPath, name }) => join(parentPath, name).slice(root.length));
  return paths.filter((path) => !others.test(path)).sort();
}

export function digest(): string {
  const hash = createHash('sha256');
  for (const path of sources())
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  return hash.digest('hex');
}

export function isFresh(): boolean {
  const file = join(target, stamp);
  return existsSync(file) && readFileSync(file, 'utf8') === digest();
}
