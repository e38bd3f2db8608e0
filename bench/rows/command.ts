import { contenders } from '../command-contenders.ts';
import { compareCommands } from '../command-rounds.ts';
import type { Settings } from '../settings.ts';
import type { Result } from '../table.ts';

/** A command to a device in memory, against bare servers that only answer, and against what one would take instead. */
export function command(settings: Settings): Promise<Result> {
  return compareCommands(contenders, settings, {
    name: 'command',
    what: 'POST of a typed command, journal on (durability: process), one device in memory for each connection',
  });
}
