import type { CommandRecord } from '../../store/record.ts';
import type { CommandPage, CommandQuery, CommandStore } from '../../store/store.ts';

/** Pages of the store that one request looks through at most. */
const maxPages = 10;

/**
 * A page of the commands that are about some devices. The record does not keep what labels a device had, so they are
 * looked through here; where few fit the page is short, and its `next` goes on behind what was looked through.
 */
export async function readableCommands(
  commands: Pick<CommandStore, 'list'>,
  query: CommandQuery,
  about: (device: string) => boolean,
): Promise<CommandPage> {
  // Nobody looks for what is not there for them.
  if (query.device !== undefined && !about(query.device)) return { items: [] };
  const items: CommandRecord[] = [];
  let before = query.before;
  for (let pages = 0; pages < maxPages; pages++) {
    const page = await commands.list({ ...query, ...(before === undefined ? {} : { before }) });
    items.push(...page.items.filter(({ device }) => about(device)));
    if (items.length > query.limit) return cutAt(items, query.limit);
    before = page.next;
    if (before === undefined) return { items };
    if (items.length === query.limit) break;
  }
  return { items, ...(before === undefined ? {} : { next: before }) };
}

function cutAt(items: readonly CommandRecord[], limit: number): CommandPage {
  const page = items.slice(0, limit);
  const last = page.at(-1);
  return { items: page, ...(last === undefined ? {} : { next: last.id }) };
}
