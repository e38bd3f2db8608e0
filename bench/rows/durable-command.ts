import { powerContenders } from '../command-contenders.ts';
import { compareCommands } from '../command-rounds.ts';
import type { Settings } from '../settings.ts';
import type { Result } from '../table.ts';

/** A command that survives a power cut, against the same by hand. */
export function durableCommand(settings: Settings): Promise<Result> {
  return compareCommands(powerContenders, settings, {
    name: 'durable-command',
    what: 'POST of a typed command, on the disk before it is sent and before it is answered (durability: power)',
  });
}
