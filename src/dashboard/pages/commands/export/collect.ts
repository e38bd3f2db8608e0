import type { CommandView } from '../../../../client/index.ts';
import type { Listed } from '../listed.ts';

/** What one file holds at most. */
export const maxExported = 20_000;

export interface Collected {
  readonly items: readonly CommandView[];
  /** Nothing that fits was left out. */
  readonly isComplete: boolean;
}

/** Pages may be short or even empty and still have a `next`: a filter that fits few is searched for in steps. */
const maxPages = 2000;

/**
 * Everything that the filters fit, newest first, as many as a file holds.
 *
 * @param ask Asks for the page at a cursor, for so many commands at most.
 * @param tell Hears how many there are so far.
 */
export async function collect(
  ask: (cursor: string | undefined, limit: number) => Promise<Listed>,
  tell: (count: number) => void,
): Promise<Collected> {
  const items: CommandView[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < maxPages; pages++) {
    const page = await ask(cursor, Math.min(500, maxExported - items.length));
    items.push(...page.items);
    tell(items.length);
    cursor = page.next;
    if (cursor === undefined) return { items, isComplete: true };
    if (items.length >= maxExported) break;
  }
  return { items, isComplete: false };
}
