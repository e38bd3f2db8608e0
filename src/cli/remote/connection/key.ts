import { readFile } from '../../../config/read-file.ts';
import { type Environment, type Reference, secretOf } from '../../../config/secrets.ts';
import { exitCodes } from '../../context.ts';
import { CliFailure } from '../failure.ts';

const maxCharacters = 4096;

/** What is wrong with a key, without it; undefined for one that a header can carry (RFC 9110 §5.5). */
export function keyProblem(key: string): string | undefined {
  if (key === '') return 'is empty';
  if (key.length > maxCharacters) return `is longer than ${maxCharacters} characters`;
  return /^[\x21-\x7e]+$/.test(key) ? undefined : 'holds blanks or characters that no key has';
}

interface KeyPlace {
  readonly env: Environment;
  /** What the name of a file is relative to. */
  readonly folder: string;
  /** For messages. */
  readonly where: string;
}

/** A key, or the one in the variable or the file that is named in its place. No message holds it. */
export async function givenKey(given: string | Reference, { env, folder, where }: KeyPlace): Promise<string> {
  const found = typeof given === 'string' ? { secret: given } : await secretOf(given, { env, folder, readFile });
  if (found.secret === undefined) throw new CliFailure(exitCodes.usage, `${where}: ${found.detail}`);
  const problem = keyProblem(found.secret);
  if (problem === undefined) return found.secret;
  throw new CliFailure(exitCodes.usage, `${where}: the key ${problem}`);
}
