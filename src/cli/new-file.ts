import { writeFileSync } from 'node:fs';
import { BellcrankError, messageOf } from '../errors.ts';

/** Writes a file that is not there yet; `force` replaces one that is. Throws `invalid-request` with what to do. */
export function writeNewFile(path: string, text: string, force: boolean): void {
  try {
    writeFileSync(path, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    const why = exists ? 'exists already; name another file, or replace it with --force' : messageOf(error);
    throw new BellcrankError('invalid-request', `${path} ${why}`, { cause: error });
  }
}
