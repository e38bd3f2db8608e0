import type { Caller } from '../../access/caller.ts';
import type { Registry } from '../../device/registry.ts';
import type { CommandPage, CommandQuery, CommandStore } from '../../store/store.ts';
import { readable } from './seen.ts';

/**
 * A page of the commands that a caller may read. The record does not keep what labels a device had, so which devices they
 * may read is found first: those that there are, and those that are gone but have commands on record. What others did
 * neither shows nor makes a page shorter.
 */
export async function readableCommands(
  commands: Pick<CommandStore, 'list' | 'devices'>,
  query: CommandQuery,
  caller: Caller,
  registry: Pick<Registry, 'find' | 'devices'>,
): Promise<CommandPage> {
  if (caller.may({ action: 'read' })) return await commands.list(query);
  const about = readable(caller, registry);
  // Nobody looks for what is not there for them.
  if (query.device !== undefined) return about(query.device) ? await commands.list(query) : { items: [] };
  const known = new Set([...registry.devices.map(({ id }) => id), ...(await commands.devices())]);
  const devices = [...known].filter(about);
  return devices.length === 0 ? { items: [] } : await commands.list({ ...query, devices });
}
