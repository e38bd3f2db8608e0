import { writeFileSync } from 'node:fs';
import { BellcrankError, messageOf } from '../errors.ts';

/** Writes a file that is not there yet; `force` replaces one that is. Throws `invalid-request` with what to do. */
export function writeNewFile(path: string, text: string, force: boolean): void {
  try {
    writeFileSync(path, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    throw new BellcrankError('invalid-request', notWritten(path, error), { cause: error });
  }
}

/** Why a file could not be made, and what to do. */
export function notWritten(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EEXIST') return `${path} is there already; choose another file, or overwrite it with --force`;
  if (code === 'ENOENT') return `${path} cannot be written: its folder does not exist`;
  return `${path} cannot be written: ${messageOf(error)}`;
}
