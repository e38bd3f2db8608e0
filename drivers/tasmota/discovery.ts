import { type Candidate, type Discovery, type DiscoveryContext, validate } from '../../src/driver/index.ts';
import { type Announced, inventoryOf } from './inventory.ts';
import { Learning } from './learning.ts';
import { modelOf } from './model.ts';
import { tasmotaOptions, type TasmotaOptions } from './options.ts';

/** Options say no more than is needed: what is announced is followed anyway. */
function candidateOf(mac: string, { config, sensors }: Announced): Candidate {
  const learning = new Learning(config);
  if (sensors !== undefined) learning.sensors(sensors);
  const options: TasmotaOptions = { topic: config.topic, mac };
  const unfit = validate(tasmotaOptions, options).length > 0 ? 'its topic cannot be used as an option' : undefined;
  const problem = config.topics.problem ?? unfit;
  return {
    identity: mac,
    name: config.name,
    options,
    manufacturer: 'Tasmota',
    model: config.module,
    version: config.version,
    summary: modelOf(learning.description).summary,
    ...(problem !== undefined && { unsupported: problem }),
  };
}

/** Everything that announces itself on the broker. */
export async function discover(discovery: Discovery, { shared, signal }: DiscoveryContext): Promise<void> {
  const inventory = inventoryOf(shared);
  await inventory.listening;
  if (signal.aborted) return;
  const stop = inventory.watch({
    found: (mac, announced) => discovery.found(candidateOf(mac, announced)),
    gone: (mac) => discovery.gone(mac),
  });
  signal.addEventListener('abort', stop, { once: true });
}
