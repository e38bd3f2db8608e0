import type { Candidate, Discovery, DiscoveryContext } from '../../src/driver/index.ts';
import { type Entry, type Inventory, inventoryOf, isOwn } from './inventory.ts';
import { defaultDomain, type HomieDiscovery } from './model.ts';

/** Tells every device that is announced on the broker, of any version; children are devices of their own. */
export async function search(discovery: Discovery, { options, shared, signal }: DiscoveryContext): Promise<void> {
  // The service has validated them against the schema that this type is inferred from.
  const { own = false } = options as HomieDiscovery;
  for (const version of [5, 4] as const) {
    const inventory = inventoryOf(shared, version);
    const told = new Set<string>();
    const tell = (entry: Entry): void => {
      const candidate = isOwn(entry) && !own ? undefined : candidateOf(inventory, entry);
      const identity = `${entry.domain}/${entry.device}`;
      if (candidate !== undefined) {
        told.add(identity);
        discovery.found(candidate);
      } else if (told.delete(identity)) discovery.gone(identity);
    };
    for (const entry of inventory.entries()) tell(entry);
    const stop = inventory.listen(tell);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) return stop();
    await inventory.listening();
  }
}

/** A device that has a state and has said what it is; in Homie 4 its nodes are not looked at before it is attached. */
function candidateOf({ version }: Inventory, entry: Entry): Candidate | undefined {
  const { domain, device, state, announced, description, name } = entry;
  if (state === undefined || (version === 5 ? announced : entry.version) === undefined) return undefined;
  return {
    identity: `${domain}/${device}`,
    name: name === undefined || name === '' ? device : name,
    options: { device, version, ...(domain !== defaultDomain && { domain }) },
    model: announced?.type ?? `Homie ${version}`,
    ...(description !== undefined && { summary: description.model.summary }),
  };
}
