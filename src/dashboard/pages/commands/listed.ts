import type { CommandView } from '../../../client/index.ts';
import { type Filters, matches } from './filters.ts';

/** What the page shows of the history: newest first, and where the rest begins. */
export interface Listed {
  readonly items: readonly CommandView[];
  /** The cursor of the next page; undefined where there is none. */
  readonly next: string | undefined;
}

/** Rows that a page holds: older ones are for narrower filters, or for the export. */
export const maxListed = 2000;

const progress = { queued: 0, sent: 1, ended: 2 };

/** Whether what is heard of a command is later than what is known: an `unknown` one may be resolved late. */
export function isLater(heard: CommandView, known: CommandView): boolean {
  if (heard.state !== known.state) return progress[heard.state] > progress[known.state];
  return heard.resolvedLate === true && known.resolvedLate !== true;
}

/** Puts in what was heard since: new commands on top, changes in their place, and out what does not fit any more. */
export function withHeard(listed: Listed, heard: readonly CommandView[], filters: Filters): Listed {
  const known = new Map(listed.items.map((command) => [command.id, command]));
  const oldest = listed.next === undefined ? '' : (listed.items.at(-1)?.id ?? '');
  let isChanged = false;
  for (const command of heard) {
    const before = known.get(command.id);
    if (before === undefined ? command.id < oldest || !matches(command, filters) : !isLater(command, before)) continue;
    isChanged = true;
    if (matches(command, filters)) known.set(command.id, command);
    else known.delete(command.id);
  }
  return isChanged ? bounded({ items: newestFirst(known), next: listed.next }) : listed;
}

/** Puts an older page below. */
export function withPage(listed: Listed, page: Listed): Listed {
  const known = new Set(listed.items.map(({ id }) => id));
  return { items: [...listed.items, ...page.items.filter(({ id }) => !known.has(id))], next: page.next };
}

/** Ids sort by time. */
function newestFirst(commands: ReadonlyMap<string, CommandView>): readonly CommandView[] {
  return [...commands.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
}

/** Whoever leaves the page open for a week has the newest ones on it; the rest is one page further. */
function bounded({ items, next }: Listed): Listed {
  if (items.length <= maxListed) return { items, next };
  const kept = items.slice(0, maxListed);
  return { items: kept, next: kept.at(-1)?.id };
}
