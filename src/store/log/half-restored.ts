import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LogError } from './log-error.ts';

/** A folder of the log's directory, which is there while what is in that one is taken out and put in again. */
export const halfRestored = 'half-restored';

/** What there is of a log may be without its end, which tells what is stopped. */
export function refuseHalfRestored(directory: string): void {
  if (!existsSync(join(directory, halfRestored))) return;
  const message =
    `${directory} is half restored, since a restore was interrupted: stop the service, and call bellcrank restore once more, ` +
    'with --force; what was there before is in before-… in it';
  throw new LogError('io', message);
}
