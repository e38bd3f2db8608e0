import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The folders whose modules and other files run in the package. */
export const rooms: readonly string[] = ['src', 'drivers', 'simulators'];

/** Of the page in `src/dashboard/` what was built is shipped. */
const sources = /^src\/dashboard\/(?!build\/)/;

/**
 * What modules read beside themselves, definitions for instance, by path from the root: everything but modules, pages for
 * people, and what only tests read.
 */
export function assets(root: string): string[] {
  return rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/^\.|(?<!licenses)\.md$|\.ts$|^tsconfig\.json$/.test(entry.name))
      .map(({ parentPath, name }) => join(parentPath, name).slice(join(root, '/').length))
      .filter((path) => !path.split('/').includes('fixtures') && !sources.test(path)),
  );
}

/** They keep their places relative to the modules, which find them from there. */
export function copyAssets(root: string, target: string): void {
  for (const path of assets(root)) cpSync(join(root, path), join(target, path));
}
