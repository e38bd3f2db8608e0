import { extname } from 'node:path';

/** Where Bellcrank's own files are: in a checkout, which runs as it is, and in a package, whose `dist/` is compiled. */

const ending = extname(import.meta.url);

/** All modules of Bellcrank's own are in it, at whatever depth; in a package those of its drivers, too. */
export const ownFolder = new URL(ending === '.ts' ? './' : '../', import.meta.url);

/** A file of the package that stays where it is, by its path from the folder of `package.json`. */
export function packageFile(path: string): URL {
  return new URL(`${ending === '.ts' ? '..' : '../..'}/${path}`, import.meta.url);
}

/** A module that is loaded by its URL, in a thread for instance: `./worker` beside the module at `from`. */
export function moduleBeside(from: string, path: string): URL {
  return new URL(path + ending, from);
}
