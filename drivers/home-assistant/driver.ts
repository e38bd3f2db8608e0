import {
  type AnyDriver,
  contractVersion,
  type MessageConnection,
  type Context,
  type Shared,
} from '../../src/driver/index.ts';
import type { Static } from '@sinclair/typebox';
import { Inventory } from './announced/inventory.ts';
import { candidateOf } from './candidate.ts';
import { homeAssistantDiscovery, homeAssistantModel, homeAssistantOptions } from './model.ts';
import { DeviceSession } from './session/session.ts';

const defaultPrefix = 'homeassistant';

type Options = Static<typeof homeAssistantOptions>;

/** One for each connection and prefix: `<prefix>/#` is subscribed once, whoever asks. */
function inventoryOf(shared: Shared, prefix = defaultPrefix): Inventory {
  return shared.get(
    `home-assistant/inventory/${prefix}`,
    (connection, upkeep) => new Inventory(connection, prefix, upkeep),
  );
}

/** A device that is known by Home Assistant's MQTT discovery alone (docs, "MQTT", "MQTT discovery"). */
export const homeAssistant: AnyDriver = {
  contract: contractVersion,
  model: homeAssistantModel,
  transports: ['mqtt'],
  options: homeAssistantOptions,
  discoveryOptions: homeAssistantDiscovery,
  selfDescribing: true,
  // Validated against the schema that the type is inferred from.
  address: (options) => addressOf(options as Options),
  async attach(connection, options, context) {
    // As above; and of the transports there is but one.
    const session = sessionOf(connection as MessageConnection, options as Options, context);
    await session.attach();
    return session;
  },
  async discover(_connection, discovery, { options, shared, signal }) {
    // Validated against the schema that the type is inferred from.
    const { prefix } = options as Static<typeof homeAssistantDiscovery>;
    const inventory = inventoryOf(shared, prefix);
    await inventory.ready;
    if (signal.aborted) return;
    const stop = inventory.observe({
      changed: (record) => discovery.found(candidateOf(record, inventory, prefix)),
      gone: ({ identity }) => discovery.gone(identity),
    });
    signal.addEventListener('abort', stop, { once: true });
    await inventory.tellAll((record) => {
      if (!signal.aborted) discovery.found(candidateOf(record, inventory, prefix));
    });
  },
};

function addressOf({ device, prefix = defaultPrefix }: Options): string {
  // Joined, it is one text: a template would keep its parts as well, for each of ten thousand devices.
  return [prefix, device].join(' ');
}

function sessionOf(connection: MessageConnection, options: Options, context: Context): DeviceSession {
  return new DeviceSession(connection, inventoryOf(context.shared, options.prefix), options, context);
}
