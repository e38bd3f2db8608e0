import { type Context, defineDriver, type Shared, type Value } from '../../src/driver/index.ts';
import { explain } from './explain.ts';
import { Host } from './host.ts';
import { sparkplugDiscoveryOptions, sparkplugModel, sparkplugOptions } from './model.ts';
import { Roster } from './roster.ts';
import { SparkplugSession } from './session.ts';

/** How long an attach waits for the birth certificate that it asks for; one that comes later is as welcome. */
const birthWaitMs = 500;

const hostOf = (shared: Shared): Host =>
  shared.get('sparkplug-b/host', (connection, upkeep) => new Host(connection, upkeep));

/** Edge nodes and devices that speak Sparkplug B 3.0, as a host application sees them. */
export const sparkplugB = defineDriver({
  model: sparkplugModel,
  transports: ['mqtt'],
  options: sparkplugOptions,
  selfDescribing: true,
  address: ({ group, node, device }) => [group, node, ...(device === undefined ? [] : [device])].join('/'),
  explain,
  async attach(connection, options, context) {
    // What its devices tell is known of each only once it describes itself; the context's types know the empty model.
    const session = new SparkplugSession(hostOf(context.shared), connection, options, context as Context);
    await session.attach(birthWaitMs);
    return session;
  },
  discoveryOptions: sparkplugDiscoveryOptions,
  async discover(_connection, discovery, { clock, options, shared, signal }) {
    // Valid against the schema that the type is inferred from.
    const { groups, rebirth = true } = options as Value<typeof sparkplugDiscoveryOptions>;
    const host = hostOf(shared);
    const publish = (topic: string, payload: Uint8Array): void => host.publish(topic, payload);
    const roster = new Roster(discovery, { asks: rebirth, groups, clock, spread: host.spread, publish });
    const stop = await host.overhear(roster, groups);
    const end = (): void => {
      stop();
      roster.close();
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  },
});
