import type { Candidate, Discovery, DiscoveryContext, Message, MessageConnection } from '../../src/driver/index.ts';
import { isTopicLevel } from '../../src/driver/index.ts';
import { type Entity, within } from './entity.ts';
import { type Inventory, inventoryOf } from './inventory.ts';
import { defaultBase, type DiscoveryOptions } from './model.ts';

/** Bridges on one broker that are listened to. */
const maxBridges = 16;

/**
 * Finds every bridge whose base topic is one level, and those that the options name. `follow` returns the way to stop,
 * and is called once for each, with the inventory that the sessions use as well.
 */
export async function bridgesOn(
  connection: MessageConnection,
  { options, shared, signal, log }: DiscoveryContext,
  follow: (inventory: Inventory) => () => void,
): Promise<void> {
  const bridges = new Map<string, () => void>();
  const take = (base: string): void => {
    if (signal.aborted || bridges.has(base)) return;
    if (bridges.size >= maxBridges) return log.warn({ base }, `more than ${maxBridges} bridges on one broker`);
    bridges.set(base, follow(inventoryOf(shared, base)));
  };
  // The service has validated them against the schema that this type is inferred from.
  for (const base of (options as DiscoveryOptions).bases ?? []) take(base);
  const leave = await connection.subscribe('+/bridge/state', ({ topic }: Message) => {
    const [base = ''] = topic.split('/');
    if (isTopicLevel(base) && base.length <= 100) take(base);
  });
  const end = (): void => {
    for (const stop of bridges.values()) stop();
    void leave().catch(() => {});
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
}

/** Tells every device and group of every bridge, and what changes about them. */
export function search(connection: MessageConnection, discovery: Discovery, context: DiscoveryContext): Promise<void> {
  return bridgesOn(connection, context, (inventory) => followDevices(inventory, discovery));
}

function followDevices(inventory: Inventory, discovery: Discovery): () => void {
  let told = new Map<string, Entity>();
  const tell = (): void => {
    const now = new Map<string, Entity>();
    for (const entity of inventory.entities()) now.set(entity.identity, entity);
    for (const [identity, entity] of now) {
      if (told.get(identity) !== entity) discovery.found(candidateOf(entity, inventory.base));
    }
    for (const identity of told.keys()) if (!now.has(identity)) discovery.gone(within(inventory.base, identity));
    told = now;
  };
  tell();
  return inventory.listen(tell);
}

function candidateOf({ identity, name, group, candidate }: Entity, base: string): Candidate {
  const place = base === defaultBase ? {} : { base };
  return {
    ...candidate,
    identity: within(base, identity),
    options: group === undefined ? { device: identity, ...place } : { group, ...place },
    otherwise: [name, identity].map((device) => ({ device, ...place })),
  };
}
