import type { Settings } from './settings.ts';
import type { Summary } from './statistics.ts';

/** What a compiler needs to have seen of everybody: it compiles what runs often, a little at a time. */
const enough = 20_000;

/** So many commands before anything is measured; with quick settings it is not waited for. */
export function warmCommands({ ms }: Pick<Settings, 'ms'>): number {
  return Math.min(enough, ms * 20);
}

/** Loads for rounds of `ms` until so many commands were answered. */
export async function warm(
  load: (ms: number) => Promise<Summary>,
  { commands, ms }: { readonly commands: number; readonly ms: number },
): Promise<void> {
  let sent = 0;
  while (sent < commands) {
    const { count } = await load(ms);
    if (count === 0) throw new Error(`nothing was answered within ${ms} ms`);
    sent += count;
  }
}
