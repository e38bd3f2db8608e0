import { BellcrankError, messageOf } from '../../errors.ts';

/** Result codes of https://sqlite.org/rescode.html that call for something to be done. */
const busy = 5;
const readonly = 8;
const ioError = 10;
const corrupt = 11;
const full = 13;
const cannotOpen = 14;
const notADatabase = 26;

const advice: Readonly<Record<number, string>> = {
  [busy]: 'another process holds it; end that process',
  [readonly]: 'it may not be written; give the service write access to the file and its folder',
  [ioError]: 'the disk fails; check it',
  [corrupt]: 'it is damaged',
  [full]: 'the disk is full; make room',
  [cannotOpen]: 'it cannot be opened; check that the folder exists and that the service may write there',
  [notADatabase]: 'it is damaged or no database',
};

/** Whether the content of a file is beyond use. */
export function isDamage(error: unknown): boolean {
  return [corrupt, notADatabase].includes(primaryCode(error) ?? 0);
}

/** An error of SQLite in words that say which file and what to do; any other error as it is. */
export function explained(error: unknown, path: string): unknown {
  const code = primaryCode(error);
  if (code === undefined || error instanceof BellcrankError) return error;
  const what = advice[code] ?? messageOf(error);
  return new BellcrankError('journal-unavailable', `${path}: ${what} (SQLite: ${messageOf(error)})`, { cause: error });
}

/** The lowest byte of an extended result code is the primary one. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}
