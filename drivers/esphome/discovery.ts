import { type Candidate, type Discovery, type DiscoveryContext, validate } from '../../src/driver/index.ts';
import { componentsOf, inventoryOf, type Node } from './inventory.ts';
import { modelOf } from './model.ts';
import { esphomeOptions, type EsphomeOptions } from './options.ts';

function candidateOf(node: Node): Candidate {
  const { prefix, info } = node;
  const { name = prefix, board, version, manufacturer } = info;
  const options: EsphomeOptions = { prefix };
  const unfit = validate(esphomeOptions, options).length > 0;
  return {
    identity: identityOf(node),
    name,
    options,
    manufacturer: manufacturer ?? 'ESPHome',
    ...(board !== undefined && { model: board }),
    ...(version !== undefined && { version }),
    summary: modelOf(board ?? 'device', componentsOf(node), undefined).summary,
    ...(unfit && { unsupported: 'its topic prefix cannot be used as an option' }),
  };
}

/** Its prefix and not its MAC address: the messages that tell that may come later, and it must not change by them. */
function identityOf({ prefix }: Node): string {
  return prefix;
}

/** Every node that tells of itself under `esphome/discover`, or has discovery messages for Home Assistant. */
export async function discover(discovery: Discovery, { shared, signal }: DiscoveryContext): Promise<void> {
  const inventory = inventoryOf(shared);
  await inventory.listening;
  if (signal.aborted) return;
  const stop = inventory.watch({
    found: (node) => discovery.found(candidateOf(node)),
    gone: (node) => discovery.gone(identityOf(node)),
  });
  signal.addEventListener('abort', stop, { once: true });
}
